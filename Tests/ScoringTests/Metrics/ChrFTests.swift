import Chat
import Testing

@testable import Scoring

@Suite struct ChrFTests {
    @Test func `an output equal to a reference scores 100, in any script`() throws {
        for text in ["the cat", "中文。", "Привет", "a"] {
            #expect(try Scores.one("chrf", text, ["x", text]) == 100)
            #expect(try Scores.one("chrf++", text, [text]) == 100)
        }
    }

    @Test func `nothing shared, and nothing written, score 0`() throws {
        #expect(try Scores.one("chrf", "abc", ["xyz"]) == 0)
        #expect(try Scores.one("chrf", "", ["xyz"]) == 0)
        #expect(try Scores.one("chrf", "", [""]) == 0)
    }

    @Test func `white space is left out unless asked for`() throws {
        #expect(try Scores.one("chrf", "ab cd", ["abcd"]) == 100)
        let score = try #require(try Scores.one("chrf", "ab cd", ["abcd"], ["whitespace": true]))
        #expect(score < 100)
    }

    @Test func `scalars are counted, not characters as seen`() throws {
        let score = try #require(try Scores.one("chrf", "e\u{301}", ["e"], ["char_order": 1]))
        // Precision 1/2, recall 1, beta 2.
        #expect(abs(score - 100 * 5 * 0.5 / (4 * 0.5 + 1)) < 1e-9)
    }

    @Test func `words lose one sign of punctuation, from the end first`() throws {
        #expect(try Tokens.of("(hi) \"a' b, ! c—", by: "chrf-words") == ["(hi", ")", "\"a", "'", "b", ",", "!", "c—"])
        #expect(try Tokens.of("(hi $5", by: "chrf-words") == ["(", "hi", "$", "5"])
    }

    @Test func `its title and signature tell its orders`() throws {
        let measure = try Metrics.make("chrf", ["word_order": 1, "beta": 3]).measures[0]
        #expect(measure.title == "chrF3+")
        #expect(measure.signature(references: [2]) == "nrefs:2|case:mixed|eff:yes|nc:6|nw:1|space:no")
        #expect(try Metrics.make("chrf++").measures.map(\.id) == ["chrf++"])
    }
}
