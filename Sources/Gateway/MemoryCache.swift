import Chat

/// The most recently used entries in memory: a bounded map that drops the entry unused for longest.
///
/// Each operation is O(1); a doubly linked list over array indices keeps the order of use.
struct MemoryCache<Key: Hashable, Value> {
    private struct Node {
        var key: Key
        /// Nil where the entry was removed.
        var value: Value?
        var newer: Int
        var older: Int
    }

    private var nodes: [Node] = []
    private var indices: [Key: Int] = [:]
    /// Places of nodes that were removed.
    private var vacant: [Int] = []
    private var newest = -1
    private var oldest = -1
    private let capacity: Int

    /// - Parameter capacity: most entries, at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { indices.count }

    /// All entries, in no order.
    var entries: [(key: Key, value: Value)] {
        indices.values.compactMap { index in nodes[index].value.map { (nodes[index].key, $0) } }
    }

    /// The key of the entry unused for longest; nil where there is none.
    var oldestKey: Key? { oldest >= 0 ? nodes[oldest].key : nil }

    /// The value under `key`, which becomes the newest.
    mutating func value(for key: Key) -> Value? {
        guard let index = indices[key] else { return nil }
        unlink(index)
        linkAsNewest(index)
        return nodes[index].value
    }

    /// Puts `value` under `key` as the newest entry, in place of the oldest where the cache is full.
    mutating func insert(_ value: Value, for key: Key) {
        if let index = indices[key] {
            nodes[index].value = value
            unlink(index)
            linkAsNewest(index)
        } else {
            if count >= capacity { removeOldest() }
            let node = Node(key: key, value: value, newer: -1, older: -1)
            let index = vacant.popLast() ?? nodes.count
            if index < nodes.count { nodes[index] = node } else { nodes.append(node) }
            indices[key] = index
            linkAsNewest(index)
        }
    }

    /// Removes the entry under `key`.
    @discardableResult
    mutating func removeValue(for key: Key) -> Value? {
        guard let index = indices.removeValue(forKey: key) else { return nil }
        unlink(index)
        vacant.append(index)
        defer { nodes[index].value = nil }
        return nodes[index].value
    }

    /// Removes the entry unused for longest.
    @discardableResult
    mutating func removeOldest() -> (key: Key, value: Value)? {
        guard let key = oldestKey, let value = removeValue(for: key) else { return nil }
        return (key, value)
    }

    mutating func removeAll() {
        (nodes, indices, vacant) = ([], [:], [])
        (newest, oldest) = (-1, -1)
    }

    private mutating func unlink(_ index: Int) {
        let node = nodes[index]
        if node.newer >= 0 { nodes[node.newer].older = node.older } else { newest = node.older }
        if node.older >= 0 { nodes[node.older].newer = node.newer } else { oldest = node.newer }
    }

    private mutating func linkAsNewest(_ index: Int) {
        nodes[index].newer = -1
        nodes[index].older = newest
        if newest >= 0 { nodes[newest].newer = index }
        newest = index
        if oldest < 0 { oldest = index }
    }
}
