import Chat
import Testing

@testable import Scoring

@Suite struct LevenshteinSimilarityTests {
    @Test func `likeness falls by edits per unit of the longer text`() throws {
        #expect(try Scores.one("levenshtein", "kitten", ["sitting"]) == 1 - 3.0 / 7)
        #expect(try Scores.one("levenshtein", "a b", ["a c", "a b c d"], ["unit": "words"]) == 0.5)
        #expect(try Scores.one("levenshtein", "", [""]) == 1)
        #expect(try Scores.one("levenshtein", "", ["x"]) == 0)
        #expect(try Scores.one("levenshtein", "\u{E9}", ["e\u{301}"]) == 0)
    }
}
