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
/// Memory: three bytes for each different n-gram of a text, five beyond 65,536 texts; six to ten times the text.
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

    /// A place and how often a text's n-grams fall there.
    struct Gram {
        var place: Int32
        var count: Int32
    }

    /// The places of a text's n-grams and how often each stands there, in the order in which they first stand.
    static func counts(of text: String) -> [Gram] {
        let scalars = CharacterGrams.scalars(of: text)
        let most = CharacterGrams.lengths.count * scalars.count
        // A table of places by their own bits, never more than half full.
        var slots = 64
        while slots < 2 * most, slots < 1 << (bits + 1) { slots *= 2 }
        return [Gram](unsafeUninitializedCapacity: min(most, 1 << bits)) { grams, count in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: slots) { table in
                table.initialize(repeating: -1)
                CharacterGrams.forEach(in: scalars) { hash in
                    let place = Int32(truncatingIfNeeded: hash >> (64 - UInt64(bits)))
                    var slot = Int(place) & (slots - 1)
                    while table[slot] >= 0, grams[Int(table[slot])].place != place { slot = (slot + 1) & (slots - 1) }
                    if table[slot] >= 0 {
                        grams[Int(table[slot])].count += 1
                    } else {
                        table[slot] = Int32(truncatingIfNeeded: count)
                        grams.initializeElement(at: count, to: Gram(place: place, count: 1))
                        count += 1
                    }
                }
            }
        }
    }

    /// Adds an entry.
    /// - Returns: its number, one above the last.
    @discardableResult
    public mutating func add(_ text: String) -> Int {
        let entry = capacity
        let counts = GramIndex.counts(of: text)
        postings.add(counts.lazy.map { (key: Int($0.place), value: Int($0.count)) }, entry: entry)
        capacity += 1
        count += 1
        (inverseLengths, weights) = ([], [])
        return entry
    }

    /// Removes an entry.
    /// - Parameter text: the one it was added with.
    public mutating func remove(_ entry: Int, text: String) {
        postings.remove(terms: GramIndex.counts(of: text).lazy.map { Int($0.place) }, entry: entry)
        count -= 1
        (inverseLengths, weights) = ([], [])
    }

    /// Brings the weights up to date; queries before it are answered all the same, at the cost of doing it each time.
    public mutating func prepare() {
        postings.pack(entries: capacity)
        guard inverseLengths.isEmpty else { return }
        weights = (0...max(0, count)).map { log(Float(1 + count) / Float(1 + $0)) + 1 }
        inverseLengths = lengths()
    }

    private func weight(holding: Int) -> Float { weights[min(holding, weights.count - 1)] }

    private static let logarithms: [Float] = (0...255).map { log(1 + Float($0)) }

    private func lengths() -> [Float] {
        var squares = [Float](repeating: 0, count: capacity)
        let logarithms = GramIndex.logarithms
        for place in 0..<postings.terms {
            let list = postings.list(of: place)
            guard !list.isEmpty else { continue }
            let weight = weight(holding: postings.count(in: list))
            squares.withUnsafeMutableBufferPointer { squares in
                logarithms.withUnsafeBufferPointer { logarithms in
                    postings.forEach(in: list) { entry, count in
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
        guard postings.isPacked, !inverseLengths.isEmpty || capacity == 0 else {
            var prepared = self
            prepared.prepare()
            return prepared.scores(of: query)
        }
        var scores = [Float](repeating: 0, count: capacity)
        guard count > 0 else { return scores }
        let lengths = inverseLengths
        let logarithms = GramIndex.logarithms
        var square: Float = 0
        var wanted: [Wanted] = []
        let grams = GramIndex.counts(of: query)
        wanted.reserveCapacity(grams.count)
        for (index, gram) in grams.enumerated() {
            if index + 16 < grams.count { postings.prefetch(Int(grams[index + 16].place)) }
            let list = postings.list(of: Int(gram.place))
            let weight = weight(holding: postings.count(in: list))
            let value = logarithms[min(Int(gram.count), 255)] * weight
            square += value * value
            if !list.isEmpty { wanted.append(Wanted(list: list, value: value, weight: weight)) }
        }
        guard square > 0 else { return scores }
        if wanted.count > GramIndex.most { wanted = GramIndex.heaviest(wanted) }
        let inverse = 1 / square.squareRoot()
        scores.withUnsafeMutableBufferPointer { scores in
            logarithms.withUnsafeBufferPointer { logarithms in
                for (index, gram) in wanted.enumerated() {
                    if index + 4 < wanted.count { postings.prefetch(wanted[index + 4].list) }
                    let factor = gram.value * gram.weight * inverse
                    postings.forEach(in: gram.list) { entry, count in scores[entry] += factor * logarithms[count] }
                }
            }
            for entry in scores.indices { scores[entry] *= lengths[entry] }
        }
        return scores
    }

    private struct Wanted {
        var list: Range<Int>
        /// In the query's vector.
        var value: Float
        var weight: Float
    }

    /// Those with the largest values, the first of equals, in their order.
    private static func heaviest(_ wanted: [Wanted]) -> [Wanted] {
        let least = Selection.largest(most, of: wanted.map(\.value))
        var equals = most - wanted.reduce(0) { $0 + ($1.value > least ? 1 : 0) }
        return wanted.filter { gram in
            guard gram.value == least else { return gram.value > least }
            equals -= 1
            return equals >= 0
        }
    }

    /// The best entries, best first; equals in the order in which they were added.
    public func search(_ query: String, top k: Int) -> [Hit] {
        TopHits.best(k, of: scores(of: query)) { $1 > 0 }
    }
}
