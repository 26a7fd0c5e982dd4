#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An inverted index that ranks entries by BM25.
///
/// Weights are computed when a query comes, so that adding and removing entries never leaves stale ones. The inverse
/// document frequency is Lucene's, ln(1 + (N − n + 0.5) / (n + 0.5)), which is never negative.
///
/// Source: Stephen Robertson and Hugo Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009.
public struct BM25Index: Sendable {
    /// How the frequency of a term counts.
    public struct Parameters: Sendable, Hashable {
        /// How late repetitions of a term stop counting, from 0 (at once).
        public var k1: Float
        /// How much the length of a text is held against it, 0…1.
        public var b: Float

        public init(k1: Float = 1.2, b: Float = 0.75) {
            self.k1 = k1
            self.b = b
        }
    }

    public var parameters: Parameters
    /// Entries that are there.
    public private(set) var count = 0
    /// Entries that ever were: numbers go from 0 to here and are not given out again.
    public var capacity: Int { lengths.count }

    private var numbers: [String: Int] = [:]
    private var postings = Postings()
    private var lengths: [Float] = []
    private var totalLength = 0.0

    public init(parameters: Parameters = Parameters()) { self.parameters = parameters }

    /// Adds an entry.
    /// - Returns: its number, one above the last.
    @discardableResult
    public mutating func add(_ terms: [String]) -> Int {
        var counts: [Int: Int] = [:]
        for term in terms {
            let number: Int
            if let known = numbers[term] {
                number = known
            } else {
                number = postings.addTerm()
                numbers[term] = number
            }
            counts[number, default: 0] += 1
        }
        let entry = lengths.count
        postings.add(counts, entry: entry)
        lengths.append(Float(terms.count))
        totalLength += Double(terms.count)
        count += 1
        return entry
    }

    /// Removes an entry.
    /// - Parameter terms: those it was added with.
    public mutating func remove(_ entry: Int, terms: [String]) {
        guard lengths.indices.contains(entry), lengths[entry] >= 0 else { return }
        postings.remove(terms: Set(terms.compactMap { numbers[$0] }), entry: entry)
        totalLength -= Double(lengths[entry])
        lengths[entry] = -1
        count -= 1
    }

    /// Lays out what queries read, after entries came or went; queries before it are answered all the same, slower.
    public mutating func prepare() { postings.pack(entries: capacity) }

    /// The score of every entry, by its number, 0 for those that hold none of the terms.
    ///
    /// A term that the query has twice counts twice. Linear in the lists of the terms, and in the entries.
    public func scores(of terms: [String]) -> [Float] {
        guard postings.isPacked else {
            var prepared = self
            prepared.prepare()
            return prepared.scores(of: terms)
        }
        var scores = [Float](repeating: 0, count: capacity)
        guard count > 0 else { return scores }
        let average = max(1, Float(totalLength / Double(count)))
        var frequencies: [Int: Float] = [:]
        for term in terms { if let number = numbers[term] { frequencies[number, default: 0] += 1 } }
        // In one order, so that sums of floating point are the same every time.
        let wanted = frequencies.sorted { $0.key < $1.key }.map {
            (list: postings.list(of: $0.key), frequency: $0.value)
        }
        for (index, (list, frequency)) in wanted.enumerated() {
            if index + 4 < wanted.count { postings.prefetch(wanted[index + 4].list) }
            let holding = Float(postings.count(in: list))
            let weight = frequency * log(1 + (Float(count) - holding + 0.5) / (holding + 0.5))
            let (steady, slope) = (parameters.k1 * (1 - parameters.b), parameters.k1 * parameters.b / average)
            scores.withUnsafeMutableBufferPointer { scores in
                postings.forEach(in: list) { entry, occurrences in
                    let occurrences = Float(occurrences)
                    scores[entry] += weight * occurrences / (occurrences + steady + slope * lengths[entry])
                }
            }
        }
        return scores
    }

    /// The best entries, best first; equals in the order in which they were added. Entries without any of the terms
    /// are not among them.
    public func search(_ terms: [String], top k: Int) -> [Hit] {
        TopHits.best(k, of: scores(of: terms)) { $1 > 0 }
    }
}
