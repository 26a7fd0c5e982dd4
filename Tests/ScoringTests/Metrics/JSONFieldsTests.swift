import Chat
import Testing

@testable import Scoring

@Suite struct JSONFieldsTests {
    private let reference = #"{"name": "Ada", "born": 1815, "tags": ["a", "b"], "note": null}"#

    @Test func `the share of equal fields is the score, whatever their order`() throws {
        #expect(try Scores.one("json_fields", reference, [reference]) == 1)
        let output = #"{"note": null, "tags": ["a", "x"], "born": 1815.0, "name": "Ada"}"#
        #expect(try Scores.one("json_fields", output, [reference]) == 0.8)
        #expect(try Scores.one("json_fields", "{}", [reference]) == 0)
        #expect(try Scores.one("json_fields", "not json", [reference]) == 0)
    }

    @Test func `extra fields count against the output unless ignored`() throws {
        let output = #"{"name": "Ada", "born": 1815, "tags": ["a", "b"], "note": null, "more": {"x": 1}}"#
        #expect(try Scores.one("json_fields", output, [reference]) == 5.0 / 6)
        #expect(try Scores.one("json_fields", output, [reference], ["extra": "ignore"]) == 1)
    }

    @Test func `only the fields named are compared, with what is below them`() throws {
        let output = #"{"name": "Eve", "tags": ["a", "b"]}"#
        #expect(try Scores.one("json_fields", output, [reference], ["fields": ["tags"]]) == 1)
        #expect(try Scores.one("json_fields", output, [reference], ["fields": ["name", "tags.0"]]) == 0.5)
    }

    @Test func `numbers may differ by the tolerance`() throws {
        #expect(try Scores.one("json_fields", "[1.05]", ["[1]"], ["tolerance": 0.1]) == 1)
        #expect(try Scores.one("json_fields", "[1.05]", ["[1]"]) == 0)
        #expect(try Scores.one("json_fields", "1e2", ["100"]) == 1)
        #expect(try Scores.one("json_fields", "\"1\"", ["1"]) == 0)
        #expect(try Scores.one("json_fields", "true", ["true"]) == 1)
    }

    @Test func `keys with points are not paths`() throws {
        #expect(try Scores.one("json_fields", #"{"a": {"b": 1}}"#, [#"{"a.b": 1}"#]) == 0)
    }

    @Test func `a reference that cannot be compared with is an error`() throws {
        let broken = #expect(throws: MetricError.self) { try Scores.one("json_fields", "{}", ["{"]) }
        #expect(broken?.message.hasPrefix("the reference is not valid JSON: ") == true)
        let absent = #expect(throws: MetricError.self) {
            try Scores.one("json_fields", "{}", [reference], ["fields": "age"])
        }
        #expect(absent?.message == "the reference has none of the fields age")
        let empty = #expect(throws: MetricError.self) { try Metrics.make("json_fields", ["fields": []]) }
        #expect(empty?.message == "json_fields: 'fields' takes paths such as person.name, found none")
    }

    @Test func `a repeated key counts once, and a key "0" is not the position 0`() throws {
        let metric = try Metrics.make("json_fields", [:])
        func score(_ output: String, _ reference: String) throws -> Double? {
            let statistics = try metric.statistics(of: Segment(output: output, references: [reference]))
            return metric.measures[0].segmentScore(statistics[0].values)
        }
        #expect(try score(#"{"a":1}"#, #"{"a":1,"a":1,"a":1}"#) == 1)
        #expect(try score(#"{"a":{"0":1}}"#, #"{"a":[1]}"#) == 0)
    }
}
