#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Random numbers of the system, fetched a few at a time.
struct RandomStock: Sendable {
    private var words: [UInt64] = []

    /// As much as one call of `getentropy` gives.
    private static let count = 32

    /// The next number; none is given out twice.
    mutating func next() -> UInt64 {
        if words.isEmpty { fill() }
        return words.popLast() ?? .random(in: 0...(.max))
    }

    private mutating func fill() {
        words = Array(unsafeUninitializedCapacity: RandomStock.count) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            count = getentropy(raw.baseAddress, raw.count) == 0 ? buffer.count : 0
        }
    }
}
