import Chat
import Foundation
import Store
import Testing

/// A folder that goes with the value.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "nexus-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

func makeRun(
    _ id: String = "20261121T100000Z-news-0a1b", at time: Int64 = 1_000, variants: [String] = ["lead", "mini"]
)
    -> RunRecord
{
    RunRecord(
        id: id, specName: "news", startedAtMilliseconds: time, spec: ["name": "news", "seed": 7], specHash: "5pec",
        datasetHash: "da7a", seed: .max - 3, version: "0.1.0", plan: ["repeats": 2], variants: variants)
}

func makeSamples(_ count: Int) -> [SampleRecord] {
    (0..<count).map {
        SampleRecord(
            position: $0, id: "s\($0)", variables: ["document": .string("Text \($0)")],
            references: ["One \($0)", "Two \"\($0)\""], cluster: $0.isMultiple(of: 2) ? "even" : nil)
    }
}

func makeTrial(_ sample: String, _ variant: String = "lead", repeat index: Int = 0, output: String = "An answer.")
    -> TrialRecord
{
    let usage = TokenUsage(inputFresh: 12, cacheRead: 3, outputText: 40, raw: ["prompt_tokens": 15])
    let reply = StoredReply(
        output: output, source: .model, finishReason: .stop, model: "m-1", usage: usage, cost: NanoUSD(1_234),
        latency: .microseconds(51_873), timeToFirstToken: .microseconds(9_001), warnings: ["temperature dropped"])
    return TrialRecord(
        key: TrialKey(variant: variant, sampleID: sample, repeatIndex: index), requestHash: "c0ffee",
        startedAtMilliseconds: 1_700_000_000_123, outcome: .answered(reply), attempts: 2,
        spans: [
            Span(stage: "cache", start: .zero, duration: .microseconds(51_000), outcome: "miss"),
            Span(stage: "provider", start: .microseconds(12), duration: .microseconds(50_000)),
        ],
        scores: [
            ScoreRecord(measure: "bleu", value: 31.25, statistics: [1, 0.5, -0.0, 1e300]),
            ScoreRecord(measure: "judge.faithfulness", value: nil, note: "unparsable: \"maybe\""),
            ScoreRecord(measure: "rougeL", value: 0.1 + 0.2),
        ])
}

func makeFailure(_ sample: String, _ variant: String = "lead", repeat index: Int = 0) -> TrialRecord {
    let failure = StoredFailure(
        kind: .rateLimited, message: "slow down", status: 429, latency: .microseconds(2_000))
    return TrialRecord(
        key: TrialKey(variant: variant, sampleID: sample, repeatIndex: index), requestHash: "c0ffee",
        startedAtMilliseconds: 1_700_000_000_123, outcome: .failed(failure), attempts: 3)
}

/// What a call throws as a store error, or nil.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        if !(error is StoreError) { Issue.record(error) }
        return error as? StoreError
    }
}
