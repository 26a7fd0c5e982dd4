import Chat

@testable import Scoring

/// Scores of single samples, by the metric's name.
enum Scores {
    static func one(
        _ metric: String, _ output: String, _ references: [String], _ parameters: [String: JSONValue] = [:]
    ) throws -> Double? {
        try Metrics.make(metric, parameters).scores(of: Segment(output: output, references: references))[0]
    }
}
