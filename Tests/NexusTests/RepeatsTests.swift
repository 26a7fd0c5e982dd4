import Chat
import Foundation
import Store
import Testing

/// Reducers over repeats, as the program's users meet them.
struct RepeatsTests {
    /// A finished run of two variants, four repeats a sample: `a` is right once in each sample, `b` three times.
    private static func store(_ metrics: JSONValue, in store: RunStore) async throws {
        let run = RunRecord(
            id: CompareRunsTests.first, specName: "demo", status: .finished, startedAtMilliseconds: 1_767_322_000_000,
            spec: .object(["name": "demo", "metrics": metrics, "repeats": 4]), specHash: "h", datasetHash: "d", seed: 1,
            version: "0", variants: ["a", "b"])
        let samples = (0..<10).map { SampleRecord(position: $0, id: "s\($0)", variables: [:], references: ["x"]) }
        try await store.insert(run, samples: samples)
        for (variant, right) in [("a", 1), ("b", 3)] {
            for sample in samples {
                for index in 0..<4 {
                    let value: Double = index < right ? 1 : 0
                    let trial = TrialRecord(
                        key: TrialKey(variant: variant, sampleID: sample.id, repeatIndex: index), requestHash: "h",
                        startedAtMilliseconds: 1,
                        outcome: .answered(StoredReply(output: "x", source: .model, finishReason: .stop, model: "m")),
                        scores: [ScoreRecord(measure: "exact_match", value: value, statistics: [value, 1])])
                    try await store.append(trial, to: run.id)
                }
            }
        }
    }

    @Test(arguments: [("mean", 0.25, 0.75), ("majority", 0, 1), ("at_least_2", 0, 1), ("pass@2", 0.5, 1)])
    func `compare reduces the repeats of stored runs as the run did`(
        reducer: String, first: Double, second: Double
    ) async throws {
        try await withBinary { binary in
            let store = try RunStore(writing: binary.folder.appending(path: ".nexus/nexus.db").path)
            try await Self.store([["exact_match": ["reduce": .string(reducer)]]], in: store)
            store.close()
            let id = CompareRunsTests.first
            let outcome = try binary.run("compare", "\(id):a", "\(id):b", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let row = outcome.json?["comparisons"]?.arrayValue?.first
            #expect(row?["metric"]?.stringValue == "exact_match" && row?["n"]?.intValue == 10)
            #expect(row?["baseline_score"]?.doubleValue == first && row?["variant_score"]?.doubleValue == second)
        }
    }

    @Test func `a run says how its repeats were reduced, and its report is verified`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(
                SmallSpec.text(
                    metrics: "metrics: [exact_match, {exact_match: {id: most, reduce: majority}}]",
                    also: "repeats: {count: 3, reduce: pass@2}"), to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--json", "--quiet", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")
            let summary = try #require(try? JSONValue.parse(try binary.read("out/summary.json")))
            #expect(summary["repeats"]?.intValue == 3)
            #expect(summary.text.contains("pass@2 of each sample's repeats") && summary.text.contains("reduce:majority"))
            let rows = Table(try binary.read("out/summary.csv")).rows.filter { $0["variant"] == "echo" }
            for metric in ["exact_match", "most"] {
                let row = rows.first { $0["metric"] == metric }
                #expect(row?["value"] == "0.75" && row?["n"] == "8", "\(rows)")
            }
            #expect(Table(try binary.read("out/samples.csv")).rows.count == 8 * 2 * 3)
            #expect(try binary.run("report", "latest", "--out", "out", "--verify").status == 0)
            let short = try binary.run("eval", "spec.yaml", "--repeats", "1", "--quiet", "--out", "short")
            #expect(short.status == 2)
            #expect(short.lastErrorLine == "--repeats: pass@2 of 'exact_match' needs at least 2 repeats; found 1")
        }
    }
}
