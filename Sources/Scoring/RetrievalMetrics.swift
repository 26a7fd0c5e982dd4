#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How good a ranking of documents is for one query, given which documents are relevant, and how much.
///
/// All figures run from 0 to 1 and are nil for a query without any relevant document: there is nothing to be found,
/// and no score. A document that stands in the ranking twice counts where it stands first.
public struct RetrievalMetrics<DocumentID: Hashable & Sendable>: Sendable {
    /// What a relevance grade is worth in nDCG.
    public enum Gain: Sendable, Hashable {
        /// The grade itself (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002).
        case linear
        /// 2 to the grade, less 1 (Burges et al., "Learning to Rank using Gradient Descent", 2005).
        case exponential
    }

    /// The ranking, best first, each document once.
    public let ranking: [DocumentID]
    /// Grades of the relevant documents; those absent, or not above 0, are not relevant.
    public let relevance: [DocumentID: Double]

    /// - Parameters:
    ///   - ranking: documents found, best first; repetitions are dropped.
    ///   - relevance: grades by document; those not above 0 are dropped.
    public init(ranking: [DocumentID], relevance: [DocumentID: Double]) {
        var seen = Set<DocumentID>()
        self.ranking = ranking.filter { seen.insert($0).inserted }
        self.relevance = relevance.filter { $0.value > 0 }
    }

    /// The share of the first `k` places that hold a relevant document; places that the ranking leaves empty count as
    /// not relevant.
    /// - Parameter k: above 0.
    public func precision(at k: Int) -> Double? {
        guard k > 0, !relevance.isEmpty else { return nil }
        return Double(found(in: k)) / Double(k)
    }

    /// The share of the relevant documents that stand among the first `k`.
    public func recall(at k: Int) -> Double? {
        guard k > 0, !relevance.isEmpty else { return nil }
        return Double(found(in: k)) / Double(relevance.count)
    }

    /// 1 divided by the place of the first relevant document, 0 where there is none; its mean over queries is MRR.
    /// - Parameter k: how many places are looked at; all by default.
    public func reciprocalRank(at k: Int = .max) -> Double? {
        guard k > 0, !relevance.isEmpty else { return nil }
        let first = ranking.prefix(k).firstIndex { relevance[$0] != nil }
        return first.map { 1 / Double($0 + 1) } ?? 0
    }

    /// Normalised discounted cumulated gain of the first `k` places: gains divided by log2(place + 1), relative to the
    /// best ranking there is.
    public func ndcg(at k: Int, gain: Gain = .linear) -> Double? {
        guard k > 0, !relevance.isEmpty else { return nil }
        let ideal = Self.discounted(relevance.values.sorted(by: >).prefix(k), gain)
        let actual = Self.discounted(ranking.prefix(k).map { relevance[$0] ?? 0 }, gain)
        return ideal > 0 && ideal.isFinite ? actual / ideal : nil
    }

    private func found(in k: Int) -> Int { ranking.prefix(k).reduce(0) { $0 + (relevance[$1] == nil ? 0 : 1) } }

    private static func discounted(_ grades: some Sequence<Double>, _ gain: Gain) -> Double {
        grades.enumerated().reduce(0) { sum, item in
            let worth = gain == .linear ? item.element : exp2(item.element) - 1
            return sum + worth / log2(Double(item.offset + 2))
        }
    }
}
