import Chat
import Testing

@testable import Scoring

@Suite struct ChoiceMatchTests {
    @Test func `choice compares letters`() throws {
        #expect(try Scores.one("choice", "The answer is (B).", ["B"]) == 1)
        #expect(try Scores.one("choice", "I do not know.", ["B"]) == 0)
        #expect(try Scores.one("choice", "E", ["e"], ["letters": "abcde"]) == 1)
        let error = #expect(throws: MetricError.self) { try Scores.one("choice", "B", ["Paris"]) }
        #expect(error?.message == "the reference 'Paris' names none of the options ABCD")
    }
}
