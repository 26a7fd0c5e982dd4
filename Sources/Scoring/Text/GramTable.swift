/// Where the numbers of n-grams are kept by their keys: in a slot for every possible key where these are few, else in a
/// table found by hashing, keys compared in full.
final class GramTable {
    /// Most slots that are cleared for each n-gram expected, for a slot a key.
    private static let slotsPerGram = 64

    private let numbers = Room<Int32>(capacity: 4096)
    private let keys = Room<Int>(capacity: 256)
    /// The size of the hash table less 1; −1 where every key has its slot.
    @exclusivity(unchecked) private var mask = -1

    /// The numbers by slot; 0 where there is none.
    @inline(__always)
    var slots: UnsafeMutablePointer<Int32> { numbers.base }

    /// Empties the table.
    /// - Parameters:
    ///   - count: keys are below it.
    ///   - expected: the most n-grams that will be entered.
    func clear(keys count: Int, expecting expected: Int) {
        if count <= max(1024, expected * Self.slotsPerGram) {
            mask = -1
            numbers.reserve(count).update(repeating: 0, count: count)
            return
        }
        var size = 64
        while size < expected * 2 { size *= 2 }
        mask = size - 1
        numbers.reserve(size).update(repeating: 0, count: size)
        _ = keys.reserve(size)
    }

    /// The slot of a key. Where its number there is 0, the key is new, and the slot is taken for it; at least every
    /// other slot stays free as long as no more n-grams are entered than were expected.
    @inline(__always)
    func slot(_ key: Int) -> Int {
        guard mask >= 0 else { return key }
        var slot = Int(truncatingIfNeeded: (UInt(bitPattern: key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while numbers.base[slot] != 0, keys.base[slot] != key { slot = (slot &+ 1) & mask }
        if numbers.base[slot] == 0 { keys.base[slot] = key }
        return slot
    }
}
