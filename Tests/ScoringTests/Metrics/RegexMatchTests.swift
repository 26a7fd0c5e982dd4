import Chat
import Testing

@testable import Scoring

@Suite struct RegexMatchTests {
    @Test func `regex needs no reference`() throws {
        #expect(try Scores.one("regex", "Yes, Please", [], ["pattern": "(?i)please"]) == 1)
        #expect(try Scores.one("regex", "", [], ["pattern": "please"]) == 0)
        #expect(try Scores.one("regex", "1.10", [], ["pattern": 1.10]) == 1)
    }
}
