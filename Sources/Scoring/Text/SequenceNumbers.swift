/// Numbers for words, so that sequences of them can be compared fast; scalars are their own numbers.
struct SequenceNumbers {
    /// By the words' bytes: as keys, strings themselves would take canonically equivalent spellings for equal.
    private var numbers: [ContiguousArray<UInt8>: Int32] = [:]

    func scalars(_ text: some Sequence<Unicode.Scalar>) -> [Int32] { text.map { Int32(bitPattern: $0.value) } }

    mutating func words(_ words: some Sequence<Substring.UnicodeScalarView>) -> [Int32] {
        words.map { word in
            let key = ContiguousArray(Substring(word).utf8)
            if let known = numbers[key] { return known }
            let fresh = Int32(truncatingIfNeeded: numbers.count)
            numbers[key] = fresh
            return fresh
        }
    }
}
