import Chat
import Experiments
import Foundation
import Gateway
import Providers
import Store
import Testing

/// What filling the cache of a warm run costs, in the run's figures.
struct WarmUpTests {
    /// Answers from the cache in the second pass, as a pipeline with a cache does.
    private static func cached(cost: Double?) -> any ChatModel {
        Pipeline([CacheStage(fingerprint: "p")], around: ScriptedRun.right(cost: cost))
    }

    private static func figure(_ summary: RunSummary, _ metric: String) -> Figure? {
        summary.variants[0].resources.first { $0.metric == metric }
    }

    @Test func `the first pass counts in the total, stands by itself, and decides gates on the total`() async throws {
        try await ScriptedRun.withFolder { folder in
            let also = """
                cache: warm
                gates: [{metric: cost_usd, max: 3, of: total}, {metric: cost_usd, max: 5, of: total}]
                """
            let run = try await ScriptedRun(samples: 4, also, in: folder)
            #expect(try await run.run(Self.cached(cost: 1), hasCache: true) == .finished)
            let summary = try run.summary()
            #expect(Self.figure(summary, "cost_usd.total")?.value == 4)
            #expect(Self.figure(summary, "cost_usd.warm_up")?.value == 4)
            #expect(Self.figure(summary, "cost_usd.warm_up")?.n == 4)
            #expect(Self.figure(summary, "cost_usd.mean")?.value == 0, "a trial of a warm cache costs nothing")
            #expect(summary.gates.map(\.verdict) == [.fail, .pass])
            #expect(
                summary.verdict.suffix(2)
                    == ["It cost $4 in all.", "Of that, $4 filled the cache beforehand (4 answers)."])
        }
    }

    @Test func `a cold run has no such line`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 2, "", in: folder)
            #expect(try await run.run(Self.cached(cost: 1), hasCache: true) == .finished)
            #expect(Self.figure(try run.summary(), "cost_usd.warm_up") == nil)
            #expect(try run.summary().verdict.last == "It cost $2 in all.")
        }
    }

    @Test func `a first pass of unknown cost leaves the total unknown`() async throws {
        try await ScriptedRun.withFolder { folder in
            let also = "cache: warm\ngates: [{metric: cost_usd, max: 3, of: total}]"
            let run = try await ScriptedRun(samples: 2, also, in: folder)
            #expect(try await run.run(Self.cached(cost: nil), hasCache: true) == .finished)
            let summary = try run.summary()
            let total = Self.figure(summary, "cost_usd.total")
            #expect(total != nil && total?.value == nil)
            #expect(summary.gates.map(\.verdict) == [.inconclusive])
            #expect(summary.verdict.last == "Filling the cache beforehand took 2 answers, whose cost is unknown.")
        }
    }

    @Test func `a budget that the first pass spends ends the run, and resuming counts on from there`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(samples: 5, "cache: warm\nconcurrency: 1", in: folder)
            let model = Self.cached(cost: 1)
            #expect(try await run.run(model, costLimit: 3, hasCache: true) == .budgetReached(left: 5))
            #expect(Self.figure(try run.summary(), "cost_usd.warm_up")?.value == 3)
            #expect(try await run.run(model, costLimit: 3, hasCache: true) == .budgetReached(left: 5))
            #expect(try await run.run(model, costLimit: 10, hasCache: true) == .finished)
            #expect(Self.figure(try run.summary(), "cost_usd.total")?.value == 5)
        }
    }
}
