#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The embedded vectors: a sparse space of hashed character n-grams with cosine likeness, searched by its lists.
///
/// Each text is a vector of 262,144 places that holds ln(1 + count) times the inverse document frequency of each
/// n-gram, ln((1 + N) / (1 + n)) + 1. It sees spelling and not meaning, across endings, compounds and typing errors,
/// and needs no model. As weights follow from what the index holds, nothing is embedded again when texts come or go:
/// only the lengths of the vectors change, which `prepare` computes.
///
/// Memory: five bytes for each different n-gram of a text, about ten times the text.
public struct GramIndex: Sendable {
    static let bits = 18

    public private(set) var count = 0
    /// Entries that ever were: numbers go from 0 to here and are not given out again.
    public private(set) var capacity = 0
    private var postings = Postings(terms: 1 << GramIndex.bits)
    /// 1 / length of each entry's vector by the weights of now; empty while they are out of date.
    private var inverseLengths: [Float] = []
    /// Weights of n-grams by how many entries hold them; empty while they are out of date.
    private var weights: [Float] = []

    public init() {}

    /// The places of a text's n-grams and how often each stands there, in the order in which they first stand.
    static func counts(of text: String) -> [(key: Int, value: Int)] {
        // A table of places by their own bits, never more than half full: n-grams are at most three a byte, and a few.
        var slots = 64
        while slots < 2 * (3 * (text.utf8.count + 2)), slots < 1 << (bits + 1) { slots *= 2 }
        var counts: [(key: Int, value: Int)] = []
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: slots) { table in
            table.initialize(repeating: -1)
            CharacterGrams.forEach(of: text) { hash in
                let place = Int(truncatingIfNeeded: hash >> (64 - UInt64(bits)))
                var slot = place & (slots - 1)
                while table[slot] >= 0, counts[Int(table[slot])].key != place { slot = (slot + 1) & (slots - 1) }
                if table[slot] >= 0 {
                    counts[Int(table[slot])].value += 1
                } else {
                    table[slot] = Int32(truncatingIfNeeded: counts.count)
                    counts.append((place, 1))
                }
            }
        }
        return counts
    }

    /// Adds an entry.
    /// - Returns: its number, one above the last.
    @discardableResult
    public mutating func add(_ text: String) -> Int {
        let entry = capacity
        postings.add(GramIndex.counts(of: text), entry: entry)
        capacity += 1
        count += 1
        (inverseLengths, weights) = ([], [])
        return entry
    }

    /// Removes an entry.
    /// - Parameter text: the one it was added with.
    public mutating func remove(_ entry: Int, text: String) {
        postings.remove(terms: GramIndex.counts(of: text).lazy.map(\.key), entry: entry)
        count -= 1
        (inverseLengths, weights) = ([], [])
    }

    /// Brings the weights up to date; queries before it are answered all the same, at the cost of doing it each time.
    public mutating func prepare() {
        guard inverseLengths.isEmpty else { return }
        weights = (0...max(0, count)).map(weight(holding:))
        inverseLengths = lengths()
    }

    private func weight(_ place: Int) -> Float {
        let holding = postings.holding(place)
        return weights.indices.contains(holding) ? weights[holding] : weight(holding: holding)
    }

    private func weight(holding: Int) -> Float { log(Float(1 + count) / Float(1 + holding)) + 1 }

    private static let logarithms: [Float] = (0...255).map { log(1 + Float($0)) }

    private func lengths() -> [Float] {
        var squares = [Float](repeating: 0, count: capacity)
        let logarithms = GramIndex.logarithms
        for place in postings.lists.indices where postings.holding(place) > 0 {
            let weight = weight(place)
            squares.withUnsafeMutableBufferPointer { squares in
                logarithms.withUnsafeBufferPointer { logarithms in
                    postings.forEach(of: place) { entry, count in
                        let value = logarithms[count] * weight
                        squares[entry] += value * value
                    }
                }
            }
        }
        return squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    }

    /// The most n-grams of a query that are looked up.
    private static let most = 512

    /// The cosine of the query with every entry, by its number, 0…1.
    ///
    /// Of a long query the 512 n-grams that weigh most are compared, which are the rare ones with the short lists.
    public func scores(of query: String) -> [Float] {
        var scores = [Float](repeating: 0, count: capacity)
        guard count > 0 else { return scores }
        let lengths = inverseLengths.isEmpty ? lengths() : inverseLengths
        let logarithms = GramIndex.logarithms
        var square: Float = 0
        var wanted: [(place: Int, value: Float, weight: Float)] = []
        for (place, count) in GramIndex.counts(of: query) {
            let weight = weight(place)
            let value = logarithms[min(count, 255)] * weight
            square += value * value
            if postings.holding(place) > 0 { wanted.append((place, value, weight)) }
        }
        guard square > 0 else { return scores }
        if wanted.count > GramIndex.most {
            var top = TopHits(GramIndex.most)
            for (index, item) in wanted.enumerated() { top.offer(Hit(entry: index, score: item.value)) }
            wanted = top.ranked.map { wanted[$0.entry] }
        }
        let inverse = 1 / square.squareRoot()
        scores.withUnsafeMutableBufferPointer { scores in
            logarithms.withUnsafeBufferPointer { logarithms in
                for (place, value, weight) in wanted {
                    let factor = value * weight * inverse
                    postings.forEach(of: place) { entry, count in scores[entry] += factor * logarithms[count] }
                }
            }
            for entry in scores.indices { scores[entry] *= lengths[entry] }
        }
        return scores
    }

    /// The best entries, best first; equals in the order in which they were added.
    public func search(_ query: String, top k: Int) -> [Hit] {
        TopHits.best(k, of: scores(of: query)) { $1 > 0 }
    }
}
