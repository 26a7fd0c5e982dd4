/// Numbers for the Unicode scalars of a segment's texts: equal scalars get the same small integer.
///
/// A table for ASCII, a dictionary for the rest.
final class ScalarNumbers {
    private let ascii = Room<Int32>(capacity: 128)
    private var others: [UInt32: Int32] = [:]
    private let numbers = Room<Int32>(capacity: 1024)
    /// How many scalars were numbered, and how many different ones there are.
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private(set) var vocabulary = 0

    func clear() {
        ascii.reserve(128).update(repeating: -1, count: 128)
        others.removeAll(keepingCapacity: true)
        count = 0
        vocabulary = 0
    }

    /// All numbers so far, good until more are added.
    var ids: UnsafePointer<Int32> { UnsafePointer(numbers.base) }

    /// Numbers the scalars of the text at `range`.
    /// - Parameter skipsWhitespace: leaves white space out, as if it were not there.
    /// - Returns: where the numbers stand in `ids`.
    func append(_ range: Range<Int>, of bytes: UnsafePointer<UInt8>, skipsWhitespace: Bool) -> Range<Int> {
        let numbers = self.numbers.reserve(count + range.count, keeping: count)
        let ascii = self.ascii.base
        let start = count
        var count = start
        var vocabulary = self.vocabulary
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                if skipsWhitespace, byte <= 0x20, PythonText.whitespaceLength(bytes + index - 1) == 1 { continue }
                if ascii[Int(byte)] < 0 {
                    ascii[Int(byte)] = Int32(truncatingIfNeeded: vocabulary)
                    vocabulary += 1
                }
                numbers[count] = ascii[Int(byte)]
                count += 1
                continue
            }
            let length = UTF8Scalar.length(byte)
            if !(skipsWhitespace && PythonText.whitespaceLength(bytes + index) > 0) {
                numbers[count] = number(UTF8Scalar.value(bytes + index), &vocabulary)
                count += 1
            }
            index += length
        }
        self.count = count
        self.vocabulary = vocabulary
        return start..<count
    }

    private func number(_ scalar: UInt32, _ vocabulary: inout Int) -> Int32 {
        if let known = others[scalar] { return known }
        let fresh = Int32(truncatingIfNeeded: vocabulary)
        others[scalar] = fresh
        vocabulary += 1
        return fresh
    }
}
