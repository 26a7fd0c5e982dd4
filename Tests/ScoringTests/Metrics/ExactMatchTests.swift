import Chat
import Testing

@testable import Scoring

@Suite struct ExactMatchTests {
    @Test func `exact match sets case, punctuation and articles aside, unless strict`() throws {
        #expect(try Scores.one("exact_match", "The Eiffel-Tower!", ["eiffeltower"]) == 1)
        #expect(try Scores.one("exact_match", "The Eiffel Tower", ["x", "Eiffel  tower"]) == 1)
        #expect(try Scores.one("exact_match", "Eiffel", ["Tower"]) == 0)
        #expect(try Scores.one("exact_match", "Paris.", ["Paris"], ["strict": true]) == 0)
        #expect(try Scores.one("exact_match", "caf\u{E9}", ["cafe\u{301}"], ["strict": true]) == 0)
    }
}
