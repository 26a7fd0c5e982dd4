import Chat

/// The most recently used entries in memory: a bounded map that drops the entry unused for longest.
///
/// Each operation is O(1); a doubly linked list over array indices keeps the order of use.
struct MemoryCache<Key: Hashable, Value> {
    private struct Node {
        var key: Key
        var value: Value
        var newer: Int
        var older: Int
    }

    private var nodes: [Node] = []
    private var indices: [Key: Int] = [:]
    private var newest = -1
    private var oldest = -1
    private let capacity: Int

    /// - Parameter capacity: most entries, at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { indices.count }

    /// All entries, in no order.
    var entries: [(key: Key, value: Value)] { indices.values.map { (nodes[$0].key, nodes[$0].value) } }

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
        } else if nodes.count < capacity {
            nodes.append(Node(key: key, value: value, newer: -1, older: -1))
            indices[key] = nodes.count - 1
            linkAsNewest(nodes.count - 1)
        } else {
            let index = oldest
            indices[nodes[index].key] = nil
            unlink(index)
            nodes[index] = Node(key: key, value: value, newer: -1, older: -1)
            indices[key] = index
            linkAsNewest(index)
        }
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
