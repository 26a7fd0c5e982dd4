import Chat
import Testing

@testable import Scoring

@Suite struct BleuTests {
    private func score(_ output: String, _ references: [String], _ parameters: [String: JSONValue] = [:]) throws
        -> Double?
    {
        let metric = try Metrics.make("bleu", parameters)
        let statistics = try metric.statistics(of: Segment(output: output, references: references))
        return metric.measures[0].score(of: [statistics[0]])
    }

    @Test func `an output equal to a reference scores 100`() throws {
        let text = "the quick brown fox jumps over the lazy dog"
        let score = try #require(try score(text, ["another text", text]))
        #expect(abs(score - 100) < 1e-9)
    }

    @Test func `nothing shared, and nothing written, score 0`() throws {
        #expect(try score("a b c", ["d e f"]) == 0)
        #expect(try score("", ["d e f"]) == 0)
        #expect(try score("", [""]) == 0)
    }

    @Test func `of two references as near in length the shorter counts`() throws {
        let metric = try Metrics.make("bleu")
        let statistics = try metric.statistics(of: Segment(output: "a b c", references: ["a b c d", "a b"]))
        #expect(statistics[0].values == [3, 2, 3, 2, 1, 0, 3, 2, 1, 0])
    }

    @Test func `a sample is scored with effective order, a corpus as asked`() throws {
        let metric = try Metrics.make("bleu")
        let values = try metric.statistics(of: Segment(output: "a b", references: ["a b"]))[0].values
        let sample = try #require(metric.measures[0].segmentScore(values))
        #expect(abs(sample - 100) < 1e-9)
        #expect(metric.measures[0].score(ofSum: values) == 0)
    }

    @Test func `a corpus is the sum of its counts, not the mean of its samples`() throws {
        let metric = try Metrics.make("bleu")
        let segments = [
            Segment(output: "the cat sat on the mat today", references: ["the cat sat on the mat"]),
            Segment(output: "yes", references: ["no"]),
        ]
        let all = try segments.map { try metric.statistics(of: $0)[0] }
        let measure = metric.measures[0]
        let corpus = try #require(measure.score(of: all))
        let mean = all.compactMap { measure.segmentScore($0.values) }.reduce(0, +) / 2
        #expect(abs(corpus - mean) > 1)
        #expect(measure.kind == .corpus)
    }

    @Test func `canonically equivalent spellings differ, as in the reference`() throws {
        #expect(try score("caf\u{E9}", ["cafe\u{301}"], ["max_ngram_order": 1]) == 0)
    }

    @Test func `lower case counts alike where asked`() throws {
        #expect(try score("ΟΔΟΣ A", ["οδος a"], ["max_ngram_order": 2]) == 0)
        let score = try #require(try score("ΟΔΟΣ A", ["οδος a"], ["max_ngram_order": 2, "lowercase": true]))
        #expect(abs(score - 100) < 1e-9)
    }

    @Test func `a vector of another length has no score`() throws {
        #expect(try Metrics.make("bleu").measures[0].score(ofSum: [1, 2]) == nil)
    }
}
