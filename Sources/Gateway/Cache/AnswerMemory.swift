/// A cache in memory bounded by entries and by bytes that a scan does not empty (W-TinyLFU).
///
/// New entries go into a small window. What falls out of it comes into the main part only if it was asked for more
/// often than the entry there that was unused for longest. So a run over many texts that are asked for once passes
/// through the window, and what is in demand stays. Each operation is O(1) on average.
///
/// Source: Gil Einziger, Roy Friedman and Ben Manes, *TinyLFU: a highly efficient cache admission policy*, 2017.
struct AnswerMemory<Key: Hashable, Value> {
    private struct Sized {
        var value: Value
        var bytes: Int
    }

    private var window = MemoryCache<Key, Sized>(capacity: .max)
    private var main = MemoryCache<Key, Sized>(capacity: .max)
    private var windowBytes = 0
    private var mainBytes = 0
    private var frequencies: FrequencySketch
    private let capacity: Int
    private let windowCapacity: Int
    private let mostBytes: Int
    /// Entries that went for want of room.
    private(set) var evictions = 0

    /// The window's part of entries and bytes, as in the paper's evaluation.
    private static var windowShare: Int { 100 }

    /// - Parameters:
    ///   - capacity: most entries, at least 1.
    ///   - mostBytes: most bytes of all of them; one of more than an eighth of it is not held.
    init(capacity: Int, mostBytes: Int) {
        self.capacity = max(1, capacity)
        self.mostBytes = max(1, mostBytes)
        windowCapacity = max(1, self.capacity / AnswerMemory.windowShare)
        frequencies = FrequencySketch(entries: self.capacity)
    }

    var count: Int { window.count + main.count }
    var isEmpty: Bool { count == 0 }
    var bytes: Int { windowBytes + mainBytes }

    /// All entries, in no order.
    var entries: [(key: Key, value: Value)] {
        (window.entries + main.entries).map { ($0.key, $0.value.value) }
    }

    /// The value under `key`, which counts as asked for.
    mutating func value(for key: Key) -> Value? {
        frequencies.add(key.hashValue)
        return (window.value(for: key) ?? main.value(for: key))?.value
    }

    /// Puts a value under `key`.
    mutating func insert(_ value: Value, bytes: Int, for key: Key) {
        remove(key)
        guard bytes <= mostBytes / 8 else {
            evictions += 1
            return
        }
        window.insert(Sized(value: value, bytes: bytes), for: key)
        windowBytes += bytes
        while window.count > windowCapacity || windowBytes > mostBytes / AnswerMemory.windowShare {
            guard let oldest = window.removeOldest() else { return }
            windowBytes -= oldest.value.bytes
            admit(oldest.value, oldest.key)
        }
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        if let found = window.removeValue(for: key) {
            windowBytes -= found.bytes
            return found.value
        }
        guard let found = main.removeValue(for: key) else { return nil }
        mainBytes -= found.bytes
        return found.value
    }

    mutating func removeAll() {
        window.removeAll()
        main.removeAll()
        (windowBytes, mainBytes) = (0, 0)
    }

    /// Takes in what fell out of the window, in place of entries that are in less demand, or lets it go.
    private mutating func admit(_ candidate: Sized, _ key: Key) {
        let mostMainBytes = mostBytes - mostBytes / AnswerMemory.windowShare
        while main.count >= capacity - windowCapacity || mainBytes + candidate.bytes > mostMainBytes {
            guard let victim = main.oldestKey,
                frequencies.estimate(key.hashValue) > frequencies.estimate(victim.hashValue),
                let gone = main.removeOldest()
            else {
                evictions += 1
                return
            }
            mainBytes -= gone.value.bytes
            evictions += 1
        }
        main.insert(candidate, for: key)
        mainBytes += candidate.bytes
    }
}
