import Chat
import Testing

@testable import Scoring

@Suite struct TokenF1Tests {
    @Test func `token F1 of empty answers is all or nothing`() throws {
        #expect(try Scores.one("token_f1", "the", ["a"]) == 1)
        #expect(try Scores.one("token_f1", "the", ["x"]) == 0)
        #expect(try Scores.one("token_f1", "x y", ["", "y z"]) == 0.5)
    }
}
