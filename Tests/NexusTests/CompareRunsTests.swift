import Chat
import Foundation
import Store
import Testing

/// `nexus compare` on runs of the store.
struct CompareRunsTests {
    static let first = "20260102T030405Z-demo-00aa"
    static let second = "20260103T030405Z-demo-00bb"

    /// A run whose variants were right on the samples that `right` says, of `count`.
    static func store(
        _ id: String, _ right: KeyValuePairs<String, (Int) -> Bool>, count: Int = 12,
        metrics: JSONValue = ["exact_match"], in store: RunStore, parts: [JSONValue.Member] = []
    ) async throws {
        let samples = (0..<count).map { place in
            SampleRecord(
                position: place, id: "s\(place)", variables: ["document": .string("d\(place / 3)")], references: ["x"])
        }
        let run = RunRecord(
            id: id, specName: "demo", status: .finished, startedAtMilliseconds: 1_767_322_000_000,
            spec: .object([.init(key: "name", value: "demo"), .init(key: "metrics", value: metrics)] + parts), specHash: "h", datasetHash: "d", seed: 1, version: "0",
            variants: right.map(\.key))
        try await store.insert(run, samples: samples)
        for (variant, isRight) in right {
            for place in 0..<count {
                let value: Double = isRight(place) ? 1 : 0
                let reply = StoredReply(output: "x", source: .model, finishReason: .stop, model: "m")
                // The third sample of every variant failed: it has no score.
                let trial = TrialRecord(
                    key: TrialKey(variant: variant, sampleID: "s\(place)"), requestHash: "h", startedAtMilliseconds: 1,
                    outcome: place == 2
                        ? .failed(StoredFailure(kind: .timeout, message: "no answer")) : .answered(reply),
                    scores: place == 2
                        ? []
                        : [
                            ScoreRecord(measure: "exact_match", value: value, statistics: [value, 1]),
                            ScoreRecord(measure: "judge.tone", value: value / 2),
                        ])
                try await store.append(trial, to: id)
            }
        }
    }

    private func withRuns(_ body: (Binary) throws -> Void) async throws {
        try await withBinary { binary in
            let store = try RunStore(writing: binary.folder.appending(path: ".nexus/nexus.db").path)
            try await Self.store(Self.first, ["lead": { $0 < 3 }, "mini": { $0 < 9 }, "old": { _ in true }], in: store)
            try await Self.store(
                Self.second, ["lead": { _ in true }, "mini": { $0 < 8 }, "new": { _ in true }], count: 11, in: store)
            store.close()
            try body(binary)
        }
    }

    @Test func `two variants of a run are compared on every measure they share`() async throws {
        try await withRuns { binary in
            let outcome = try binary.run("compare", "\(Self.first):lead", "\(Self.first):mini", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let rows = outcome.json?["comparisons"]?.arrayValue ?? []
            #expect(rows.map { $0["metric"]?.stringValue } == ["exact_match", "judge.tone"])
            #expect(rows.map { $0["test"]?.stringValue } == ["mcnemar-mid-p", "paired-t"])
            #expect(rows.allSatisfy { $0["baseline"]?.stringValue == "\(Self.first):lead" })
            #expect(rows.allSatisfy { $0["variant"]?.stringValue == "\(Self.first):mini" })
            #expect(rows.allSatisfy { $0["n"]?.intValue == 11 && $0["unscored"]?.intValue == 1 })
            #expect(abs((rows[0]["difference"]?.doubleValue ?? 0) - 6.0 / 11) < 1e-12)
        }
    }

    @Test func `a variant may be named by all its parts, those left out of its label too`() async throws {
        try await withBinary { binary in
            let store = try RunStore(writing: binary.folder.appending(path: ".nexus/nexus.db").path)
            try await Self.store(
                Self.first, ["e": { $0 < 3 }, "f": { $0 < 9 }], in: store,
                parts: [
                    .init(key: "models", value: [["id": "e"], ["id": "f"]]),
                    .init(key: "prompts", value: [["id": "p"]]), .init(key: "pipelines", value: [["id": "bare"]]),
                ])
            store.close()
            let outcome = try binary.run("compare", "latest:e:p:bare", "latest:f:p:bare", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.json?["a"]?.stringValue == "\(Self.first):e")
            #expect(outcome.json?["b"]?.stringValue == "\(Self.first):f")
            let wrong = try binary.run("compare", "latest:e:p:full", "latest:f")
            #expect(wrong.status == 2)
            #expect(wrong.lastErrorLine.contains("has no variant 'e:p:full'; it has e, f"), "\(wrong.error)")
        }
    }

    @Test func `variants of two runs meet their namesakes, matched by sample id`() async throws {
        try await withRuns { binary in
            let outcome = try binary.run("compare", "20260102", "latest", "--metric", "exact_match", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let rows = outcome.json?["comparisons"]?.arrayValue ?? []
            #expect(rows.map { $0["variant"]?.stringValue } == ["\(Self.second):lead", "\(Self.second):mini"])
            #expect(rows.map { $0["n"]?.intValue } == [10, 10])
            #expect(abs((rows[0]["difference"]?.doubleValue ?? 0) - 0.8) < 1e-12)
            #expect(outcome.json?["only_in_a"]?.intValue == 1)
            #expect(outcome.json?["only_in_b"]?.intValue == 0)
            #expect(outcome.json?["family_size"]?.intValue == 2)
            #expect(
                outcome.error == "warning: without a namesake in the other run, left out: old, new\n"
                    + "warning: 1 id of 20260102 not in latest, left out\n")
        }
    }

    @Test func `a field of the dataset groups samples`() async throws {
        try await withRuns { binary in
            let outcome = try binary.run(
                "compare", "\(Self.first):lead", "\(Self.first):mini", "--cluster", "document", "--metric",
                "exact_match", "--json")
            let row = outcome.json?["comparisons"]?.arrayValue?.first
            #expect(row?["test"]?.stringValue == "cluster-t", "\(outcome.error)")
            #expect(row?["clusters"]?.intValue == 4)
        }
    }

    /// Both sides, further flags, and the last line on standard error.
    static let refused: [(String, String, [String], String)] = [
        (
            "latest:led", "latest:mini", [],
            "run \(second) has no variant 'led'; it has lead, mini, new; did you mean 'lead'?"
        ),
        (
            "latest", "\(second)", [],
            "both sides are run \(second); compare two of its variants as RUN:VARIANT, of lead, mini, new"
        ),
        (
            "20260102:old", "latest", [],
            "no variant stands in both runs: \(first) has old; \(second) has lead, mini, new; name two as RUN:VARIANT"
        ),
        (
            "latest:lead", "latest:mini", ["--metric", "exact_macth"],
            "they have exact_match, judge.tone; did you mean 'exact_match'?"
        ),
        (
            "latest:lead", "latest:mini", ["--cluster", "documnt"],
            "has no text in the field 'documnt'; it has document; did you mean 'document'?"
        ),
        ("20270101", "latest", [], "no run \"20270101\" in the store"),
    ]

    @Test(arguments: refused)
    func `what cannot be compared is refused with what there is`(
        first: String, second: String, flags: [String], message: String
    ) async throws {
        try await withRuns { binary in
            let outcome = try binary.run(["compare", first, second] + flags)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains(message), "\(outcome.error)")
        }
    }

    @Test func `a measure computed in two ways is left out`() async throws {
        try await withBinary { binary in
            let store = try RunStore(writing: binary.folder.appending(path: ".nexus/nexus.db").path)
            try await Self.store(Self.first, ["a": { $0 < 3 }], in: store)
            try await Self.store(
                Self.second, ["b": { $0 < 9 }], metrics: [["exact_match": ["strict": true]]], in: store)
            store.close()
            let outcome = try binary.run("compare", Self.first, Self.second, "--json")
            #expect(outcome.json?["comparisons"]?.arrayValue?.map { $0["metric"]?.stringValue } == ["judge.tone"])
            #expect(
                outcome.error.hasPrefix("warning: exact_match is computed differently on the two sides, left out: "))
        }
    }
}
