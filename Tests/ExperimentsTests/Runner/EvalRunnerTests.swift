import Chat
import Experiments
import Foundation
import Providers
import Scoring
import Store
import Testing

/// A run in a store of its own, asked of scripted models.
struct ScriptedRun {
    let spec: EvalSpec
    let dataset: Dataset
    let store: RunStore
    static let id = "20260101T000000Z-t-0001"

    private let vocabulary: Vocabulary

    /// - Parameters:
    ///   - samples: how many; each is asked `qN`.
    ///   - reference: what sample N should be answered with.
    init(
        samples: Int, _ also: String, models: String = "models: [openai/m]",
        metrics: String = "metrics: [exact_match]", vocabulary: Vocabulary = SpecFixtures.vocabulary,
        reference: (Int) -> String = { "a\($0)" }, in folder: URL
    ) async throws {
        self.vocabulary = vocabulary
        let rows = (0..<samples).map { "{id: s\($0), q: q\($0), answer: \(reference($0))}" }.joined(separator: ", ")
        let text = SpecFixtures.spec(dataset: "samples: [\(rows)]", models: models, metrics: metrics, also: also)
        spec = try SpecReader(vocabulary: vocabulary).parse(text, file: "spec.yaml")
        dataset = try DatasetReader(spec: spec, vocabulary: vocabulary).read()
        store = try RunStore(writing: folder.appending(path: "runs.db").path)
        let record = RunRecord(
            id: Self.id, specName: spec.name, startedAtMilliseconds: 1, spec: spec.json, specHash: spec.hash,
            datasetHash: dataset.hash, seed: spec.seed, version: "0", variants: spec.variants.map(\.label))
        try await store.insert(
            record,
            samples: dataset.enumerated().map { place, sample in
                SampleRecord(
                    position: place, id: sample.id, variables: .object(sample.fields), references: sample.references,
                    cluster: sample.cluster)
            })
    }

    /// Asks `model` what is left over.
    /// - Parameter plain: asked for variants whose pipeline has no cache, where `model` has one.
    func run(
        _ model: any ChatModel, retryFailed: Bool = false, costLimit: Double? = nil, hasCache: Bool = false,
        plain: (any ChatModel)? = nil
    ) async throws -> EvalRunner.Ending {
        let contestants = spec.variants.map { variant in
            let isPlain = plain != nil && !variant.pipeline.hasCache
            return Contestant(
                variant: variant, model: isPlain ? plain ?? model : model, modelName: "openai/m", lane: "openai",
                hasCache: plain == nil ? hasCache : !isPlain)
        }
        let runner = EvalRunner(
            runID: Self.id, spec: spec, dataset: dataset, contestants: contestants,
            grader: try Grader(spec: spec, vocabulary: vocabulary), store: store,
            options: .init(
                retryFailed: retryFailed, costLimit: costLimit.flatMap(NanoUSD.init(dollars:)), now: { 1 }))
        return try await runner.run { _ in }
    }

    /// What the stored trials say.
    func summary() throws -> RunSummary {
        let metrics = try Grader(spec: spec, vocabulary: vocabulary).metrics
        return try RunAnalysis(runID: Self.id, store: store, spec: spec, metrics: metrics).summary
    }

    static func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// Answers `qN` with `aN`.
    static func right(cost: Double? = nil) -> Scripted {
        Scripted { call, _ throws(ChatError) in
            let question = call.request.messages.last?.text ?? ""
            return .text("a" + question.dropFirst(), cost: cost.flatMap(NanoUSD.init(dollars:)))
        }
    }
}

struct EvalRunnerTests {
    @Test func `every trial is asked once, scored and stored; a second go asks nothing`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 7, "repeats: 2", in: folder)
            let model = ScriptedRun.right()
            #expect(try await run.run(model) == .finished)
            #expect(model.calls.count == 14)
            let trials = try run.store.trials(of: ScriptedRun.id)
            #expect(trials.count == 14)
            #expect(trials.allSatisfy { $0.scores.map(\.value) == [1] })
            #expect(Set(model.calls.map(\.context.repeatIndex)) == [0, 1])
            #expect(model.calls.allSatisfy { $0.context.cachePartition == ScriptedRun.id })
            #expect(try await run.run(model) == .finished)
            #expect(model.calls.count == 14)
        }
    }

    @Test func `a failed trial has no score, and is asked again only when that is wanted`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 4, "concurrency: 1", in: folder)
            let broken = Scripted { call, index throws(ChatError) in
                guard index > 1 else { throw ChatError(.timeout, "too late") }
                return .text("a" + (call.request.messages.last?.text.dropFirst() ?? ""))
            }
            #expect(try await run.run(broken) == .finished)
            let failed = try run.store.trials(of: ScriptedRun.id).filter { $0.status == .failed }
            #expect(failed.count == 2)
            #expect(failed.allSatisfy { $0.scores.isEmpty && $0.failure?.message == "too late" })
            let model = ScriptedRun.right()
            #expect(try await run.run(model) == .finished)
            #expect(model.calls.isEmpty)
            #expect(try await run.run(model, retryFailed: true) == .finished)
            #expect(model.calls.count == 2)
            #expect(try run.store.trials(of: ScriptedRun.id).allSatisfy { $0.status == .ok })
        }
    }

    @Test func `the budget covers the whole run, resumed parts included`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 10, "concurrency: 1", in: folder)
            let model = ScriptedRun.right(cost: 1)
            let first = try await run.run(model, costLimit: 3)
            #expect(first == .budgetReached(left: 7))
            #expect(model.calls.count == 3)
            #expect(try await run.run(model, costLimit: 3) == .budgetReached(left: 7))
            #expect(model.calls.count == 3, "what earlier processes spent counts")
            #expect(try await run.run(model, costLimit: 100) == .finished)
            #expect(model.calls.count == 10)
        }
    }

    @Test func `costs that nobody knows never reach a budget`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 5, "", in: folder)
            #expect(try await run.run(ScriptedRun.right(), costLimit: 0.01) == .finished)
        }
    }

    @Test(arguments: [("cold", 4), ("warm", 8)])
    func `a warm run asks once more beforehand, for pipelines with a cache`(start: String, calls: Int) async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 4, "cache: \(start)", in: folder)
            let model = ScriptedRun.right()
            #expect(try await run.run(model, hasCache: true) == .finished)
            #expect(model.calls.count == calls)
            #expect(try run.store.trials(of: ScriptedRun.id).count == 4)
        }
    }

    @Test func `a cancelled run keeps what is stored and is finished later`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 30, "concurrency: 2", in: folder)
            let slow = Scripted { call, _ throws(ChatError) in
                .text("a" + (call.request.messages.last?.text.dropFirst() ?? ""), latency: .milliseconds(20))
            }
            let task = Task { try await run.run(slow) }
            while slow.calls.count < 6 { try await Task.sleep(for: .milliseconds(2)) }
            task.cancel()
            #expect(try await task.value == .interrupted)
            let stored = try run.store.trials(of: ScriptedRun.id)
            #expect(stored.count < 30 && stored.allSatisfy { $0.status == .ok })
            let model = ScriptedRun.right()
            #expect(try await run.run(model) == .finished)
            #expect(model.calls.count == 30 - stored.count)
        }
    }
}
