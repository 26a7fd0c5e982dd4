import Testing

@testable import Scoring

@Suite struct RetrievalMetricsTests {
    /// The example of Järvelin and Kekäläinen's measure as it is told in textbooks: grades 3 2 3 0 1 2.
    private let graded = RetrievalMetrics(
        ranking: ["a", "b", "c", "d", "e", "f"], relevance: ["a": 3, "b": 2, "c": 3, "d": 0, "e": 1, "f": 2])

    @Test func `nDCG is the gain relative to the best ranking`() throws {
        let linear = try #require(graded.ndcg(at: 6))
        #expect(abs(linear - 0.9608081943360616) < 1e-12)
        let exponential = try #require(graded.ndcg(at: 6, gain: .exponential))
        #expect(abs(exponential - 0.9488107485678984) < 1e-12)
        #expect(graded.ndcg(at: 1) == 1)
    }

    @Test func `precision, recall and reciprocal rank count relevant documents`() {
        let one = RetrievalMetrics(ranking: [7, 3, 9, 1], relevance: [3: 1, 1: 2, 5: 1])
        #expect(one.precision(at: 2) == 0.5)
        #expect(one.precision(at: 10) == 0.2)
        #expect(one.recall(at: 4) == 2.0 / 3)
        #expect(one.reciprocalRank() == 0.5)
        #expect(one.reciprocalRank(at: 1) == 0)
        #expect(RetrievalMetrics(ranking: [], relevance: [1: 1]).ndcg(at: 5) == 0)
    }

    @Test func `a query without a relevant document has no score`() {
        let none = RetrievalMetrics(ranking: [1, 2], relevance: [1: 0])
        #expect(none.ndcg(at: 5) == nil)
        #expect(none.precision(at: 5) == nil)
        #expect(none.recall(at: 5) == nil)
        #expect(none.reciprocalRank() == nil)
        #expect(graded.recall(at: 0) == nil)
        #expect(graded.ndcg(at: -1) == nil)
    }

    @Test func `a document that stands twice counts once, where it stands first`() {
        let twice = RetrievalMetrics(ranking: [1, 1, 2], relevance: [1: 1, 2: 1])
        #expect(twice.recall(at: 2) == 1)
        #expect(twice.ndcg(at: 2) == 1)
    }

    @Test func `grades too high for a double give no score, not a broken one`() {
        #expect(RetrievalMetrics(ranking: [1], relevance: [1: 5000]).ndcg(at: 1, gain: .exponential) == nil)
    }
}
