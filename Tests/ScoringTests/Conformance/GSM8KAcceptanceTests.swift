import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.data != nil, "needs the real data (NEXUS_DATA_DIR)"))
struct GSM8KAcceptanceTests {
    @Test(arguments: [("6b_finetuning", 0.21683), ("175b_verification", 0.56255)])
    func `numeric match grades every answer as the authors of GSM8K did`(model: String, rate: Double) throws {
        let problems = try Fixtures.rows("gsm8k/problems.jsonl")
        let outputs = try Fixtures.rows("gsm8k/outputs/\(model).jsonl")
        let labels = try Fixtures.rows("gsm8k/labels/\(model).jsonl")
        let answers = byID(problems, "answer")
        let texts = byID(outputs, "output")
        let metric = try Metrics.make("numeric", ["extract": #"A:\s*(-?[\d.,]+)"#])
        var all: [SegmentStatistics] = []
        for label in labels {
            let id = try #require(label["id"]?.stringValue)
            let answer = try #require(answers[id]?.stringValue)
            let output = try #require(texts[id]?.stringValue)
            let statistics = try metric.statistics(of: Segment(output: output, references: [answer]))[0]
            let isCorrect = metric.measures[0].segmentScore(statistics.values) == 1
            #expect(isCorrect == label["is_correct"]?.boolValue, "\(model) \(id)")
            all.append(statistics)
        }
        #expect(all.count == 1319)
        let score = try #require(metric.measures[0].score(of: all))
        #expect(abs(score - rate) < 0.000005)
    }

    private func byID(_ rows: [JSONValue], _ field: String) -> [String: JSONValue] {
        Dictionary(rows.compactMap { row in row["id"]?.stringValue.map { ($0, row[field] ?? .null) } }) { one, _ in one
        }
    }
}
