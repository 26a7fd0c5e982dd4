import Chat
import Testing

@testable import Scoring

@Suite struct WordErrorRateTests {
    @Test func `errors are counted per word and per character of the reference`() throws {
        #expect(try Scores.one("wer", "the cat", ["the bat sat"]) == 2.0 / 3)
        #expect(try Scores.one("cer", "cat", ["bat!"]) == 0.5)
        #expect(try Scores.one("wer", "a b c d", ["a"]) == 3)
    }

    @Test func `a corpus pools edits and lengths`() throws {
        let metric = try Metrics.make("wer")
        let segments = [Segment(output: "a", references: ["b"]), Segment(output: "a b c", references: ["a b c"])]
        let all = try segments.map { try metric.statistics(of: $0)[0] }
        #expect(metric.measures[0].score(of: all) == 0.25)
    }

    @Test func `one tab does not cut words, two do`() throws {
        #expect(try Scores.one("wer", "a\tb", ["a b"]) == 1)
        #expect(try Scores.one("wer", "a\t\tb", ["a b"]) == 0)
    }

    @Test func `the reference with the lowest rate counts`() throws {
        #expect(try Scores.one("wer", "a b c", ["x y z", "a b"]) == 0.5)
        #expect(try Scores.one("wer", "a", [""]) == 1)
    }
}
