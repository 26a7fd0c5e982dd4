import Chat
import Retrieval

/// The answered texts in memory by their scope: all of a request but the text of its last message.
///
/// Within a scope texts are found exactly, by comparing with all of them. Bounded: where there is no room the text that
/// came first goes.
struct SemanticIndex {
    struct Entry: Sendable {
        var key: CacheKey
        var owner: CacheOwner
        var text: String
        /// By the stage's clock.
        var expiry: Duration
        /// Rises with every entry.
        fileprivate(set) var number = 0
    }

    /// The texts of one scope, in the order in which they came.
    struct Scope: Sendable {
        fileprivate(set) var entries: [Entry] = []
        /// Of the entries, in their order.
        fileprivate(set) var vectors: [UnitVector] = []
        /// Whether what the store has of it was read.
        fileprivate(set) var isLoaded = false
    }

    private struct Place {
        var scope: CacheKey
        var number: Int
    }

    private var scopes: [CacheKey: Scope] = [:]
    private var places: [CacheKey: Place] = [:]
    /// Entries in the order in which they came; some may have gone meanwhile.
    private var order: [(key: CacheKey, number: Int)] = []
    private var first = 0
    private var next = 0
    let capacity: Int

    /// - Parameter capacity: most texts, at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { places.count }

    /// A snapshot of what is known of a scope.
    func scope(_ scope: CacheKey) -> Scope { scopes[scope] ?? Scope() }

    /// Takes in what the store has of a scope; what came meanwhile stays.
    mutating func load(_ entries: [(entry: Entry, vector: UnitVector)], into scope: CacheKey) {
        guard !self.scope(scope).isLoaded else { return }
        for found in entries where places[found.entry.key] == nil {
            insert(found.entry, found.vector, into: scope)
        }
        // Of a scope without a text nothing is kept: there is no end of scopes.
        scopes[scope]?.isLoaded = true
    }

    /// Adds a text, in place of an older one of its key.
    mutating func insert(_ entry: Entry, _ vector: UnitVector, into scope: CacheKey) {
        remove(entry.key)
        while count >= capacity, first < order.count { removeFirst() }
        var entry = entry
        entry.number = next
        next += 1
        scopes[scope, default: Scope()].entries.append(entry)
        scopes[scope, default: Scope()].vectors.append(vector)
        places[entry.key] = Place(scope: scope, number: entry.number)
        order.append((entry.key, entry.number))
        if order.count > 4 * capacity { compact() }
    }

    mutating func remove(_ key: CacheKey) {
        guard let place = places.removeValue(forKey: key) else { return }
        guard let entries = scopes[place.scope]?.entries else { return }
        // Numbers rise, so that a place is found by halves.
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number < place.number { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].number == place.number else { return }
        scopes[place.scope]?.entries.remove(at: low)
        scopes[place.scope]?.vectors.remove(at: low)
        // A scope of which nothing is left is read anew when it is asked for again.
        if scopes[place.scope]?.entries.isEmpty == true { scopes[place.scope] = nil }
    }

    mutating func removeAll(where isGone: (Entry) -> Bool) {
        for key in scopes.values.flatMap({ $0.entries.filter(isGone).map(\.key) }) { remove(key) }
    }

    private mutating func removeFirst() {
        let oldest = order[first]
        first += 1
        if places[oldest.key]?.number == oldest.number { remove(oldest.key) }
    }

    /// Forgets the places of what is gone.
    private mutating func compact() {
        order = order[first...].filter { places[$0.key]?.number == $0.number }
        first = 0
    }

    // MARK: finding

    /// A text that is like another one.
    struct Match: Sendable {
        var entry: Entry
        /// The cosine of the two, -1…1.
        var similarity: Double
        /// What the lexical gate says against it.
        var differences: [LexicalGate.Difference]
    }

    /// Most candidates that go through the gate.
    fileprivate static let mostGated = 64
}

extension SemanticIndex.Scope {
    /// The most similar text that reaches a threshold and passes the gate; of equals the one that came last.
    /// - Parameter gone: entries that are left out.
    func match(
        _ text: String, _ vector: UnitVector, threshold: Double, now: Duration, without gone: Set<CacheKey> = []
    ) -> SemanticIndex.Match? {
        let likenesses = vector.likenesses(to: vectors)
        let least = Float(threshold)
        let candidates = entries.indices
            .filter { likenesses[$0] >= least && entries[$0].expiry > now && !gone.contains(entries[$0].key) }
            .sorted { (likenesses[$0], $0) > (likenesses[$1], $1) }
        guard !candidates.isEmpty else { return nil }
        let features = LexicalFeatures(text)
        for index in candidates.prefix(SemanticIndex.mostGated)
        where LexicalGate.differences(features, LexicalFeatures(entries[index].text)).isEmpty {
            return SemanticIndex.Match(
                entry: entries[index], similarity: Double(likenesses[index]), differences: [])
        }
        return nil
    }

    /// The most similar text, whatever speaks against it, for explanations.
    func nearest(to text: String, _ vector: UnitVector, now: Duration) -> SemanticIndex.Match? {
        let likenesses = vector.likenesses(to: vectors)
        let alive = entries.indices.filter { entries[$0].expiry > now }
        guard let best = alive.max(by: { likenesses[$0] < likenesses[$1] }) else { return nil }
        return SemanticIndex.Match(
            entry: entries[best], similarity: Double(likenesses[best]),
            differences: LexicalGate.differences(between: text, and: entries[best].text))
    }
}
