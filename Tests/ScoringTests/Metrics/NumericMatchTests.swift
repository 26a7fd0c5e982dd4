import Chat
import Testing

@testable import Scoring

@Suite struct NumericMatchTests {
    @Test func `numeric match reads numbers as people write them`() throws {
        #expect(try Scores.one("numeric", "It costs $1,234.50.", ["1234.5"]) == 1)
        #expect(try Scores.one("numeric", "no number", ["5"]) == 0)
        #expect(try Scores.one("numeric", "3 or 4", ["3"], ["take": "first"]) == 1)
        #expect(try Scores.one("numeric", "9.98", ["10"], ["tolerance": 0.05]) == 1)
        #expect(try Scores.one("numeric", "A: 1,000\nB: 2", ["1000"], ["extract": "A: ([0-9,]+)"]) == 1)
        #expect(try Scores.one("numeric", "the answer is 5", ["5"], ["extract": "A: (.*)"]) == 0)
        #expect(try Scores.one("numeric", "−5", ["so -5.00 #### -5"]) == 1)
    }

    @Test func `a reference without a number cannot be scored`() throws {
        let error = #expect(throws: MetricError.self) { try Scores.one("numeric", "5", ["five"]) }
        #expect(error?.message == "there is no number in the reference 'five'")
    }

    @Test func `a bad extract pattern is named by its key`() {
        let error = #expect(throws: MetricError.self) { try Metrics.make("numeric", ["extract": "A: ("]) }
        #expect(error?.parameter == "extract")
        #expect(error?.message.contains("position 4") == true)
    }
}
