/// An entry of an index and its score.
public struct Hit: Sendable, Hashable {
    /// The entry's number.
    public var entry: Int
    /// The more, the better; its scale is the index's.
    public var score: Float

    public init(entry: Int, score: Float) {
        self.entry = entry
        self.score = score
    }
}

/// The best so many of a stream of scores: a heap with the worst of them on top.
///
/// Equal scores rank by the entries' numbers, the lower first, so that the outcome does not depend on the order in
/// which they are offered. O(n log k) at worst; most offers are one comparison.
public struct TopHits: Sendable {
    private let limit: Int
    private var heap: [Hit] = []

    public init(_ limit: Int) { self.limit = limit }

    /// What a score must be above, or equal with a lower number, to be taken.
    var threshold: Float { heap.count < limit ? -.infinity : heap.first?.score ?? .infinity }

    public mutating func offer(_ hit: Hit) {
        guard limit > 0, !hit.score.isNaN else { return }
        if heap.count < limit {
            heap.append(hit)
            var child = heap.count - 1
            while child > 0, TopHits.isWorse(heap[child], heap[(child - 1) / 2]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if TopHits.isWorse(heap[0], hit) {
            heap[0] = hit
            sink()
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if TopHits.isWorse(heap[child], heap[worst]) { worst = child }
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }

    /// Best first.
    public var ranked: [Hit] { heap.sorted { TopHits.isWorse($1, $0) } }

    private static func isWorse(_ a: Hit, _ b: Hit) -> Bool {
        a.score != b.score ? a.score < b.score : a.entry > b.entry
    }

    /// The best of scores by entry, of those that are wanted.
    public static func best(
        _ k: Int, of scores: [Float], where isWanted: (_ entry: Int, _ score: Float) -> Bool
    ) -> [Hit] {
        var top = TopHits(k)
        for (entry, score) in scores.enumerated() where score >= top.threshold && isWanted(entry, score) {
            top.offer(Hit(entry: entry, score: score))
        }
        return top.ranked
    }
}
