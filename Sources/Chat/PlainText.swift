extension UnsafeBufferPointer<UInt8> {
    /// How far a JSON string is plain: to the next quote, backslash or control character, or to within the last seven
    /// bytes, which are left to a look at each. Eight bytes at a time.
    @inlinable
    public func plainText(from start: Int) -> (end: Int, isASCII: Bool) {
        guard let base = baseAddress else { return (start, true) }
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        var (position, seen) = (start, UInt64(0))
        while position + 8 <= count {
            let word = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self).littleEndian
            let (quote, escape) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
            // The highest bit of each byte sought, the first of them for certain; those behind it may be taken for one.
            let found =
                (((quote &- ones) & ~quote) | ((escape &- ones) & ~escape) | ((word &- ones &* 0x20) & ~word)) & highs
            if found != 0 {
                let count = found.trailingZeroBitCount / 8
                seen |= count == 0 ? 0 : word & (~0 >> UInt64(64 - 8 * count))
                position += count
                break
            }
            seen |= word
            position += 8
        }
        return (position, seen & highs == 0)
    }
}
