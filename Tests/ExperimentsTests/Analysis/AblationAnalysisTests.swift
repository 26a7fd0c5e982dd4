import Chat
import Experiments
import Foundation
import Gateway
import Providers
import Scoring
import Testing

struct AblationAnalysisTests {
    private static let one = "models: [baseline/echo]"

    private static func spec(_ item: String, _ also: String = "") -> String {
        "pipelines: [{id: full, cache: exact, sanitize: on, retry: {max_attempts: 2}}, \(item)]\n\(also)"
    }

    /// Noise without a mean over samples.
    private static func noise(_ sample: Int) -> Double { Double(sample % 5 - 2) / 10 }

    @Test func `a stage is worth the whole pipeline less the one without it`() async throws {
        // Variants: full, without the cache, without retries.
        let item = "{ablate: [cache, retry], from: full}"
        let summary = try await MadeUpRun.summary(
            samples: 50, Self.spec(item), models: Self.one, metrics: "metrics: [token_f1]", measures: ["token_f1"]
        ) { variant, sample in
            [3, 3, 1][variant] + Self.noise(sample) * [1, 2, 4][variant]
        }
        let ablation = try #require(summary.ablations.first)
        #expect(summary.ablations.count == 1)
        #expect(ablation.variant == "full" && ablation.stratum == "cold" && ablation.design == .ablate)
        let scores = ablation.effects.filter { $0.row.metric == "token_f1" }
        #expect(scores.map(\.stages) == [["cache"], ["retry"]])
        #expect(scores.map(\.row.baseline) == ["full-no-cache", "full-no-retry"])
        #expect(abs((scores[0].row.difference ?? 9) - 0) < 1e-12 && scores[0].row.significant == false)
        #expect(abs((scores[1].row.difference ?? 9) - 2) < 1e-12 && scores[1].row.significant == true)
        #expect(ablation.effects.map(\.row.metric).filter { $0 == "latency_ms" }.count == 2)
        // The latencies are alike, so that there is no test of them; nothing was paid.
        let tests = ablation.effects.count { $0.row.pValue != nil }
        #expect(tests >= 2 && ablation.effects.allSatisfy { $0.row.familySize == tests && $0.row.correction == "holm" })
        let words = "Of the stages of full these change token_f1: retry +2."
        #expect(summary.verdict.contains(words), "\(summary.verdict)")
    }

    @Test func `a factorial gives main effects and how they depend on each other`() async throws {
        // The sets that are off: none, cache, retry, both. The score is 1·cache + 2·retry + 3·cache·retry.
        let summary = try await MadeUpRun.summary(
            samples: 40, Self.spec("{factorial: [cache, retry], from: full}"), models: Self.one,
            metrics: "metrics: [token_f1]", measures: ["token_f1"]
        ) { variant, sample in
            [6, 2, 1, 0][variant] + Self.noise(sample) * [1, 2, 4, 7][variant]
        }
        let effects = try #require(summary.ablations.first).effects.filter { $0.row.metric == "token_f1" }
        #expect(effects.map(\.name) == ["cache", "retry", "cache × retry"])
        let expected = [2.5, 3.5, 3.0]
        for (effect, value) in zip(effects, expected) {
            #expect(abs((effect.row.difference ?? 9) - value) < 1e-12, "\(effect)")
            #expect(effect.row.significant == true && effect.row.n == 40)
        }
        #expect(effects.map(\.row.baseline) == ["without cache", "without retry", "cache without retry"])
    }

    @Test func `corpus scores of groups are the mean of the variants' own`() async throws {
        let metric = try #require(try Metrics.all.first { $0.name == "bleu" }?.make([:]))
        @Sendable func statistics(_ variant: Int, _ sample: Int) -> [Double] {
            let words = (0..<12).map { "w\((sample * 7 + $0 * 3) % 23)" }
            let output = words.enumerated().map { $0 % (variant + 2) == sample % 2 ? "x" : $1 }
            let segment = Segment(
                output: output.joined(separator: " "), references: [words.joined(separator: " ")])
            return (try? metric.statistics(of: segment)[0].values) ?? []
        }
        let summary = try await MadeUpRun.summary(
            samples: 120, Self.spec("{factorial: [cache, retry], from: full}"), models: Self.one,
            metrics: "metrics: [bleu]", measures: ["bleu"], statistics: statistics
        ) { _, _ in 1 }
        let own = summary.variants.compactMap { $0.figures.first?.value }
        try #require(own.count == 4)
        let effects = try #require(summary.ablations.first).effects.filter { $0.row.metric == "bleu" }
        let expected = [
            (own[0] + own[2] - own[1] - own[3]) / 2, (own[0] + own[1] - own[2] - own[3]) / 2,
            own[0] - own[1] - own[2] + own[3],
        ]
        for (effect, value) in zip(effects, expected) {
            #expect(abs((effect.row.difference ?? .nan) - value) < 1e-9, "\(effect.name)")
            let (low, high) = (effect.row.low ?? .nan, effect.row.high ?? .nan)
            #expect(low < value && value < high)
        }
        #expect(effects[2].row.test != effects[0].row.test, "no exchange of pipelines tests an interaction")
    }

    @Test func `cold and warm caches are strata of their own`() async throws {
        try await ScriptedRun.withFolder { folder in
            let also = Self.spec("{ablate: [cache], from: full}", "cache: both")
            let run = try await ScriptedRun(samples: 12, also, in: folder)
            let asked = ScriptedRun.right(cost: 1)
            let model = Pipeline([CacheStage(fingerprint: "p")], around: asked)
            #expect(try await run.run(model, plain: asked) == .finished)
            // Cold and without a cache each sample is asked once, for the warm one beforehand.
            #expect(asked.calls.count == 36)
            let summary = try run.summary()
            #expect(summary.variants.map(\.label) == ["full", "full-warm", "full-no-cache"])
            let rates = summary.variants.map { variant in
                variant.resources.first { $0.metric == "cache_hit_rate" }?.value
            }
            #expect(rates == [0, 1, nil])
            #expect(summary.ablations.map(\.stratum) == ["cold", "warm"])
            #expect(summary.ablations.map(\.variant) == ["full", "full-warm"])
            let costs = summary.ablations.map { ablation in
                ablation.effects.first { $0.row.metric == "cost_usd" }?.row.difference
            }
            #expect(costs == [0, -1])
        }
    }

    @Test func `the time of a stage is its span less those inside it`() async throws {
        func span(_ stage: String, _ start: Int, _ duration: Int) -> Span {
            Span(stage: stage, start: .milliseconds(start), duration: .milliseconds(duration))
        }
        // As they are recorded: what ends first comes first.
        let spans = [
            span("provider", 12, 20), span("provider", 40, 50), span("retry", 10, 85), span("cache", 4, 95),
            span("meter", 0, 100),
        ]
        let summary = try await MadeUpRun.summary(samples: 3, models: Self.one, spans: spans) { _, _ in 1 }
        let stages = summary.variants[0].stages
        #expect(stages.map(\.stage) == ["meter", "cache", "retry", "provider"])
        #expect(stages.map(\.mean) == [5, 10, 15, 70])
        #expect(stages.map(\.trials) == [3, 3, 3, 3] && stages[3].share == 0.7 && stages[3].p95 == nil)
    }

    @Test func `calls under way at once take their time off the stage around them once`() async throws {
        func span(_ stage: String, _ start: Int, _ duration: Int) -> Span {
            Span(stage: stage, start: .milliseconds(start), duration: .milliseconds(duration))
        }
        let spans = [span("provider", 0, 60), span("provider", 50, 50), span("hedge", 0, 110), span("meter", 0, 110)]
        let summary = try await MadeUpRun.summary(samples: 1, models: Self.one, spans: spans) { _, _ in 1 }
        let stages = summary.variants[0].stages
        #expect(stages.map(\.stage) == ["meter", "hedge", "provider"])
        #expect(stages.map(\.mean) == [0, 10, 110])
    }
}
