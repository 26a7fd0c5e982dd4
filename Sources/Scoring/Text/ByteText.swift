/// A text as bytes, in which sequences can be replaced.
struct ByteText {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Replaces every occurrence, from the left, not looking again at what was put in.
    mutating func replace(_ old: StaticString, with new: StaticString) {
        let pattern = UnsafeBufferPointer(start: old.utf8Start, count: old.utf8CodeUnitCount)
        guard let first = pattern.first, bytes.contains(first) else { return }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: pattern) {
                result.append(contentsOf: UnsafeBufferPointer(start: new.utf8Start, count: new.utf8CodeUnitCount))
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        bytes = result
    }
}
