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

    public init() {}

    static func counts(of text: String) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        CharacterGrams.forEach(of: text) { counts[Int(truncatingIfNeeded: $0 >> (64 - UInt64(bits))), default: 0] += 1 }
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
        inverseLengths = []
        return entry
    }

    /// Removes an entry.
    /// - Parameter text: the one it was added with.
    public mutating func remove(_ entry: Int, text: String) {
        postings.remove(terms: GramIndex.counts(of: text).keys, entry: entry)
        count -= 1
        inverseLengths = []
    }

    /// Brings the weights up to date; queries before it are answered all the same, at the cost of doing it each time.
    public mutating func prepare() {
        if inverseLengths.isEmpty { inverseLengths = lengths() }
    }

    private func weight(_ list: Postings.List) -> Float {
        log(Float(1 + count) / Float(1 + list.entries.count)) + 1
    }

    private static let logarithms: [Float] = (0...255).map { log(1 + Float($0)) }

    private func lengths() -> [Float] {
        var squares = [Float](repeating: 0, count: capacity)
        for list in postings.lists where !list.entries.isEmpty {
            let weight = weight(list)
            for (entry, count) in zip(list.entries, list.counts) {
                let value = GramIndex.logarithms[Int(count)] * weight
                squares[Int(entry)] += value * value
            }
        }
        return squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    }

    /// The cosine of the query with every entry, by its number, 0…1.
    public func scores(of query: String) -> [Float] {
        var scores = [Float](repeating: 0, count: capacity)
        let lengths = inverseLengths.isEmpty ? lengths() : inverseLengths
        var square: Float = 0
        for (place, count) in GramIndex.counts(of: query).sorted(by: { $0.key < $1.key }) {
            let list = postings.lists[place]
            let weight = weight(list)
            let value = GramIndex.logarithms[min(count, 255)] * weight
            square += value * value
            for (entry, occurrences) in zip(list.entries, list.counts) {
                scores[Int(entry)] += value * GramIndex.logarithms[Int(occurrences)] * weight
            }
        }
        guard square > 0 else { return scores }
        let inverse = 1 / square.squareRoot()
        for entry in scores.indices { scores[entry] *= inverse * lengths[entry] }
        return scores
    }

    /// The best entries, best first; equals in the order in which they were added.
    public func search(_ query: String, top k: Int) -> [Hit] {
        TopHits.best(k, of: scores(of: query)) { $1 > 0 }
    }
}
