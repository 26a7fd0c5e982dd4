/// The words of a text in lower case, with their stems.
struct StemmedWords {
    typealias Key = [UInt32]

    /// As Unicode scalars: strings themselves would take canonically equivalent spellings for equal.
    let words: [Key]
    let stems: [Key]

    init(_ text: String) {
        words = PythonText.words(text).map { word in
            PythonText.lowercased(String(word)).unicodeScalars.map(\.value)
        }
        stems = words.map { word in
            var letters = word
            let length = letters.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { PorterStemmer.stem($0, buffer.count) } ?? 0
            }
            return Array(letters.prefix(length))
        }
    }
}

/// The alignment of METEOR without synonyms: first equal words, then equal stems of what is left.
enum WordAlignment {
    /// Pairs of positions, in the output's order. Each word, from the last to the first, takes the last free equal one.
    static func matches(
        _ output: StemmedWords, _ reference: StemmedWords
    ) -> [(output: Int, reference: Int)] {
        var partners = [Int?](repeating: nil, count: output.words.count)
        var taken = Set<Int>()
        for (ours, theirs) in [(output.words, reference.words), (output.stems, reference.stems)] {
            var free: [StemmedWords.Key: [Int]] = [:]
            for (position, key) in theirs.enumerated() where !taken.contains(position) {
                free[key, default: []].append(position)
            }
            for position in ours.indices.reversed() where partners[position] == nil {
                guard let partner = free[ours[position]]?.popLast() else { continue }
                partners[position] = partner
                taken.insert(partner)
            }
        }
        return partners.enumerated().compactMap { position, partner in partner.map { (position, $0) } }
    }
}
