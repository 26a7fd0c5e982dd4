import Chat
import Testing

@testable import Scoring

@Suite struct ContainsTests {
    @Test func `contains looks for the value, else for the references`() throws {
        #expect(try Scores.one("contains", "ababac", [], ["value": "abac"]) == 1)
        #expect(try Scores.one("contains", "Paris, of course", ["London", "Paris"]) == 1)
        #expect(try Scores.one("contains", "paris", ["Paris"]) == 0)
        #expect(try Scores.one("contains", "PARIS", ["Paris"], ["ignore_case": true]) == 1)
        #expect(try Scores.one("contains", "x", [], ["value": ["y", "x"]]) == 1)
        #expect(try Scores.one("contains", "e\u{301}", [], ["value": "\u{E9}"]) == 0)
        let error = #expect(throws: MetricError.self) { try Scores.one("contains", "x", [""]) }
        #expect(error?.message == "a reference of the sample is empty, which every output contains")
    }
}
