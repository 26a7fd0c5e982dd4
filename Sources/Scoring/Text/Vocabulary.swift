/// Numbers for tokens: equal tokens of a segment get the same small integer, unequal ones never do.
///
/// An open-addressing table over the tokens' bytes. A token of up to 8 bytes is its own key; longer ones are compared
/// byte by byte, so that no two tokens are ever taken for each other.
final class Vocabulary {
    private struct Entry {
        var hash: UInt64
        var start: Int32
        var length: Int32
    }

    private let entries = Room<Entry>(capacity: 128)
    private let slots = Room<Int32>(capacity: 256)
    @exclusivity(unchecked) private var mask = 255
    /// How many different tokens there are; numbers run from 0 below it.
    @exclusivity(unchecked) private(set) var count = 0

    /// Numbers the tokens of a buffer, all from the first.
    /// - Parameters:
    ///   - spans: `[count]` tokens, each in the bytes at `bytes`, which may be read 8 bytes beyond a token's end.
    ///   - ids: room for `[count]` numbers.
    func number(
        _ spans: UnsafePointer<Span>, count spanCount: Int, of bytes: UnsafePointer<UInt8>,
        into ids: UnsafeMutablePointer<Int32>
    ) {
        clear(expecting: spanCount)
        let entries = self.entries.reserve(spanCount)
        let slots = self.slots.base
        let mask = self.mask
        var used = 0
        for index in 0..<spanCount {
            let start = Int(spans[index].start)
            let length = Int(spans[index].end) - start
            let hash = Self.hash(bytes + start, length)
            var slot = Int(truncatingIfNeeded: hash >> 32) & mask
            while true {
                let number = slots[slot]
                if number < 0 {
                    slots[slot] = Int32(truncatingIfNeeded: used)
                    entries[used] = Entry(hash: hash, start: Int32(start), length: Int32(length))
                    ids[index] = Int32(truncatingIfNeeded: used)
                    used += 1
                    break
                }
                let entry = entries[Int(number)]
                if entry.hash == hash, Int(entry.length) == length,
                    length <= 8 || Self.equal(bytes + Int(entry.start), bytes + start, length)
                {
                    ids[index] = number
                    break
                }
                slot = (slot &+ 1) & mask
            }
        }
        count = used
    }

    private func clear(expecting tokens: Int) {
        var size = 64
        while size < tokens * 2 { size *= 2 }
        mask = size - 1
        slots.reserve(size).update(repeating: -1, count: size)
        count = 0
    }

    /// For up to 8 bytes a bijection of the bytes at a given length: equal hashes and lengths are equal tokens.
    @inline(__always)
    private static func hash(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        if length <= 8 {
            let word = load(bytes) & (length == 0 ? 0 : ~0 >> UInt64(64 - 8 * length))
            return mixed((word ^ UInt64(length)) &* multiplier)
        }
        var hash = UInt64(length)
        var offset = 0
        while offset + 8 <= length {
            hash = mixed((hash ^ load(bytes + offset)) &* multiplier)
            offset += 8
        }
        return mixed((hash ^ load(bytes + length - 8)) &* multiplier)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 { value ^ (value >> 29) }

    @inline(__always)
    private static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self)
    }

    private static func equal(_ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var offset = 0
        while offset + 8 <= length {
            if load(one + offset) != load(other + offset) { return false }
            offset += 8
        }
        return load(one + length - 8) == load(other + length - 8)
    }
}
