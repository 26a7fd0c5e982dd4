import Chat
import Experiments
import Foundation
import Scoring
import Store
import Testing

/// Repeats as one score a sample, as every figure and comparison of a run sees them.
struct RepeatedScoresTests {
    /// Scores by variant, sample and repeat; nil is a failed trial.
    static let scores: [[[Double?]]] = [
        [[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0], [1, 1, nil, 0]],
        [[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]],
    ]

    static func summary(_ reducer: String) async throws -> RunSummary {
        try await ScriptedRun.withFolder { folder in
            let spec = try SpecFixtures.read(
                SpecFixtures.spec(
                    dataset: "dataset: {path: none.jsonl}", models: MadeUpRun.models,
                    also: "max_failures: 1\nrepeats: {count: 4, reduce: \(reducer)}"))
            let store = try RunStore(writing: folder.appending(path: "runs.db").path)
            let run = RunRecord(
                id: ScriptedRun.id, specName: "t", startedAtMilliseconds: 1, spec: spec.json, specHash: spec.hash,
                datasetHash: "d", seed: spec.seed, version: "0", variants: spec.variants.map(\.label))
            let rows = (0..<4).map {
                SampleRecord(position: $0, id: "s\($0)", variables: ["q": "x"], references: ["x"])
            }
            try await store.insert(run, samples: rows)
            for (variant, samples) in scores.enumerated() {
                for (sample, repeats) in samples.enumerated() {
                    for (index, value) in repeats.enumerated() {
                        try await store.append(
                            trial(spec.variants[variant].label, "s\(sample)", index, value), to: run.id)
                    }
                }
            }
            let metrics = try Grader(spec: spec, vocabulary: SpecFixtures.vocabulary).metrics
            return try RunAnalysis(runID: run.id, store: store, spec: spec, metrics: metrics).summary
        }
    }

    private static func trial(_ variant: String, _ sample: String, _ index: Int, _ value: Double?) -> TrialRecord {
        TrialRecord(
            key: TrialKey(variant: variant, sampleID: sample, repeatIndex: index), requestHash: "h",
            startedAtMilliseconds: 1,
            outcome: value == nil
                ? .failed(StoredFailure(kind: .timeout, message: "too late"))
                : .answered(StoredReply(output: "x", source: .model, finishReason: .stop, model: "m")),
            scores: value.map { [ScoreRecord(measure: "exact_match", value: $0, statistics: [$0, 1])] } ?? [])
    }

    /// The samples' scores of both variants; where a failed repeat decides there is none.
    static let reduced: [(String, [Double?], [Double?])] = [
        ("mean", [0.25, 0.75, 0, 2.0 / 3], [1, 0.5, 0.25, 0]),
        ("majority", [0, 1, 0, nil], [1, 0, 0, 0]),
        ("at_least_2", [0, 1, 0, 1], [1, 1, 0, 0]),
        ("pass@1", [0.25, 0.75, 0, 2.0 / 3], [1, 0.5, 0.25, 0]),
        ("pass@2", [0.5, 1, 0, 1], [1, 5.0 / 6, 0.5, 0]),
        ("pass@4", [1, 1, 0, nil], [1, 1, 1, 0]),
    ]

    @Test(arguments: reduced) func `figures and comparisons rest on one score a sample`(
        reducer: String, first: [Double?], second: [Double?]
    ) async throws {
        let summary = try await Self.summary(reducer)
        for (variant, expected) in zip(summary.variants, [first, second]) {
            let found = try #require(variant.sampleScores["exact_match"])
            for (score, value) in zip(found, expected) {
                #expect((score == nil) == (value == nil))
                if let score, let value { #expect(abs(score - value) < 1e-12) }
            }
            let known = expected.compactMap { $0 }
            #expect(variant.figures[0].n == known.count)
            #expect(abs((variant.figures[0].value ?? 9) - known.reduce(0, +) / Double(known.count)) < 1e-12)
        }
        #expect(summary.variants[0].figures[0].missing == 1, "the failed trial is counted")
        let shared = zip(first, second).compactMap { one, other in one.flatMap { one in other.map { $0 - one } } }
        let row = try #require(summary.comparisons.first)
        #expect(row.n == shared.count)
        #expect(abs((row.difference ?? 9) - shared.reduce(0, +) / Double(shared.count)) < 1e-12)
        let facts = summary.measures[0]
        #expect(facts.method.hasPrefix(reducer) == (reducer != "mean"))
        #expect(facts.signature.hasSuffix("reduce:\(reducer)") == (reducer != "mean"))
    }
}
