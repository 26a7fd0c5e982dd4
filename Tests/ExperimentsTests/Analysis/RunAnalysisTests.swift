import Chat
import Experiments
import Foundation
import Scoring
import Store
import Testing

/// A run with made-up scores, analysed from a store of its own.
enum MadeUpRun {
    static let models = "models: [{id: a, model: baseline/echo}, {id: b, model: baseline/lead-1}]"

    /// - Parameters:
    ///   - statistics: by variant and sample; nil for those of a mean.
    ///   - score: by variant and sample; nil is a failed trial.
    static func summary(
        samples: Int, _ also: String = "", models: String = MadeUpRun.models,
        metrics: String = "metrics: [exact_match]", measures: [String] = ["exact_match"], cost: Double? = 0,
        statistics: (@Sendable (_ variant: Int, _ sample: Int) -> [Double])? = nil, spans: [Span] = [],
        repeats: Int = 1, made: @Sendable (_ variant: Int, _ sample: Int) -> Bool = { _, _ in true },
        confidence: @Sendable (_ variant: Int, _ sample: Int) -> Double? = { _, _ in nil },
        score: @Sendable (_ variant: Int, _ sample: Int) -> Double?
    ) async throws -> RunSummary {
        try await ScriptedRun.withFolder { folder in
            let text = "dataset: {path: none.jsonl}"
            let spec = try SpecFixtures.read(
                SpecFixtures.spec(dataset: text, models: models, metrics: metrics, also: also))
            let store = try RunStore(writing: folder.appending(path: "runs.db").path)
            let labels = spec.variants.map(\.label)
            let run = RunRecord(
                id: ScriptedRun.id, specName: "t", startedAtMilliseconds: 1, spec: spec.json, specHash: spec.hash,
                datasetHash: "d", seed: spec.seed, version: "0", variants: labels)
            let rows = (0..<samples).map {
                SampleRecord(position: $0, id: "s\($0)", variables: ["q": "x"], references: ["x"])
            }
            try await store.insert(run, samples: rows)
            for (variant, label) in labels.enumerated() {
                for sample in (0..<samples) where made(variant, sample) {
                    for repeatIndex in 0..<repeats {
                        let value = score(variant, sample)
                        let reply = StoredReply(
                            output: "x", source: .model, finishReason: .stop, model: "m",
                            cost: cost.flatMap(NanoUSD.init(dollars:)), latency: .milliseconds(10 + sample),
                            confidence: confidence(variant, sample))
                        let trial = TrialRecord(
                            key: TrialKey(variant: label, sampleID: "s\(sample)", repeatIndex: repeatIndex),
                            requestHash: "h",
                            startedAtMilliseconds: 1,
                            outcome: value == nil
                                ? .failed(StoredFailure(kind: .timeout, message: "too late")) : .answered(reply),
                            spans: spans,
                            scores: value.map { value in
                                let values = statistics?(variant, sample) ?? [value, 1]
                                return measures.map { ScoreRecord(measure: $0, value: value, statistics: values) }
                            } ?? [])
                        try await store.append(trial, to: run.id)
                    }
                }
            }
            let metrics = try Grader(spec: spec, vocabulary: SpecFixtures.vocabulary).metrics
            return try RunAnalysis(runID: run.id, store: store, spec: spec, metrics: metrics).summary
        }
    }
}

struct RunAnalysisTests {
    @Test func `a failed trial is missing, never 0, and too many make the run invalid`() async throws {
        let summary = try await MadeUpRun.summary(samples: 20) { variant, sample in
            variant == 1 && sample < 5 ? nil : 1
        }
        let figure = summary.variants[1].figures[0]
        #expect(figure.value == 1 && figure.n == 15 && figure.missing == 5)
        #expect(summary.failedTrials == 5 && summary.storedTrials == 40)
        #expect(summary.faults == ["5 of 40 trials failed (12.5 %; max_failures allows 1 %)"])
        #expect(summary.comparisons[0].n == 15, "samples that both have a score for")
        #expect(summary.variants[1].failures.map(\.count) == [5])
    }

    @Test func `confidences are held against scores, bin by bin`() async throws {
        // Half are sure (0.95) and right but for one in ten, half are not (0.35) and right one time in five.
        let summary = try await MadeUpRun.summary(
            samples: 40, confidence: { variant, sample in variant == 0 ? nil : sample < 20 ? 0.95 : 0.35 }
        ) { _, sample in sample < 20 ? (sample % 10 == 0 ? 0 : 1) : (sample % 5 == 0 ? 1 : 0) }
        #expect(summary.variants[0].calibrations.isEmpty)
        let found = try #require(summary.variants[1].calibrations.first)
        #expect(summary.variants[1].calibrations.count == 1 && found.metric == "exact_match" && found.count == 40)
        #expect(found.bins.map(\.count) == [20, 20] && found.bins.map(\.upper) == [0.4, 1])
        #expect(found.bins.map(\.score) == [0.2, 0.9])
        // Wilson's 95 % interval of 4 and 18 of 20.
        #expect(abs((found.bins[0].low ?? 0) - 0.0807) < 1e-4 && abs((found.bins[1].high ?? 0) - 0.9721) < 1e-4)
        // (|0.2 - 0.35| + |0.9 - 0.95|) / 2
        #expect(abs(found.expectedError - 0.1) < 1e-12 && abs(found.maximumError - 0.15) < 1e-12)
        let figures = Dictionary(
            summary.variants[1].resources.map { ($0.metric, $0.value ?? -1) }, uniquingKeysWith: { first, _ in first })
        #expect(abs((figures["confidence.mean"] ?? 0) - 0.65) < 1e-12)
        #expect(abs((figures["ece.exact_match"] ?? 0) - 0.1) < 1e-12)
    }

    @Test func `repeats of a sample are one observation of its confidence, too`() async throws {
        let summary = try await MadeUpRun.summary(
            samples: 6, "repeats: 20", repeats: 20, confidence: { _, _ in 0.95 }
        ) { _, sample in sample < 3 ? 1 : 0 }
        let bin = try #require(summary.variants[1].calibrations.first?.bins.first)
        #expect(bin.count == 120 && bin.score == 0.5)
        // Six clusters of the same answers: as wide as the metric's own interval, not as that of 120 answers.
        #expect((bin.low ?? 1) < 0.1 && (bin.high ?? 0) > 0.9, "\(bin)")
    }

    @Test func `samples whose trials were never made cost nothing that is known`() async throws {
        let summary = try await MadeUpRun.summary(
            samples: 20, cost: 0.25,
            made: { variant, sample in
                variant == 0 || sample < 8
            }
        ) { _, sample in Double(sample % 2) }
        let row = try #require(summary.resourceComparisons.first { $0.metric == "cost_usd" })
        #expect(row.n == 8 && row.difference == 0)
    }

    @Test func `an unknown cost is said to be unknown, and zero to be nothing`() async throws {
        let free = try await MadeUpRun.summary(samples: 4) { _, _ in 1 }
        #expect(free.verdict.last == "It cost nothing.")
        let unknown = try await MadeUpRun.summary(samples: 4, cost: nil) { _, _ in 1 }
        #expect(unknown.verdict.last == "What it cost is unknown: prices or token counts are missing.")
        let known = try await MadeUpRun.summary(samples: 4, cost: 0.25) { _, _ in 1 }
        #expect(known.verdict.last == "It cost $2 in all.")
    }

    /// Right answers of 40 by variant, and how the verdict begins.
    static let verdicts: [(Int, Int, String)] = [
        (10, 35, "b beats a on exact_match: +0.625 ["),
        (20, 21, "b is ahead of a on exact_match by +0.025 ["),
        (35, 10, "No variant beats the baseline a on exact_match; the next, b, differs by −0.625 ["),
    ]

    @Test(arguments: verdicts) func `the verdict says who is better and whether that may be chance`(
        first: Int, second: Int, beginning: String
    ) async throws {
        let summary = try await MadeUpRun.summary(samples: 40) { variant, sample in
            sample < (variant == 0 ? first : second) ? 1 : 0
        }
        #expect(summary.verdict[0].hasPrefix(beginning), "\(summary.verdict[0])")
        #expect(summary.verdict[0].contains("chance") == (abs(first - second) < 5))
        #expect(summary.comparisons[0].significant == (abs(first - second) > 5))
    }

    @Test func `one correction covers the family that the spec declares`() async throws {
        let three = "models: [baseline/echo, baseline/lead-1, baseline/lead-3]"
        let two = "metrics: [exact_match, {contains: {value: x}}]"
        let score: @Sendable (Int, Int) -> Double? = { variant, sample in sample % (variant + 2) == 0 ? 1 : 0 }
        /// Family size and correction of each row.
        func rows(_ also: String) async throws -> [ComparisonRow] {
            try await MadeUpRun.summary(
                samples: 60, also, models: three, metrics: two, measures: ["exact_match", "contains"], score: score
            ).comparisons
        }
        let all = try await rows("compare: {pairs: all}")
        #expect(all.count == 6 && all.allSatisfy { $0.familySize == 6 && $0.correction == "holm" })
        let byMetric = try await rows("compare: {pairs: baseline, family: metric, correction: bonferroni}")
        #expect(byMetric.count == 4 && byMetric.allSatisfy { $0.familySize == 2 && $0.correction == "bonferroni" })
        for row in byMetric {
            let expected = min(1, (row.pValue ?? .nan) * 2)
            #expect(abs((row.pAdjusted ?? .nan) - expected) < 1e-12)
        }
        let none = try await rows("compare: {correction: none}")
        #expect(none.allSatisfy { $0.pAdjusted == $0.pValue })
    }
}

struct GateAnalysisTests {
    /// A gate, and the verdict and reason where `a` has 150 right of 200 and `b` 100.
    static let cases: [(String, GateResult.Verdict, String)] = [
        ("{metric: exact_match, min: 0.4}", .pass, "0.5 ["),
        ("{metric: exact_match, min: 0.6}", .fail, "0.5 ["),
        ("{metric: exact_match, min: 0.5}", .inconclusive, "no number of samples decides so close to the bound"),
        ("{metric: exact_match, min: 0.45}", .inconclusive, "needs about "),
        ("{metric: exact_match, max: 0.6}", .pass, "0.5 ["),
        ("{metric: exact_match, max: 0.4}", .fail, "0.5 ["),
        ("{metric: exact_match, min: 0.6, variant: a}", .pass, "0.75 ["),
        ("{metric: exact_match, max_regression: 0.4, against: baseline}", .pass, "difference −0.25 ["),
        ("{metric: exact_match, max_regression: 0.1, against: baseline}", .fail, "difference −0.25 ["),
        ("{metric: cost_usd, max: 3, of: total}", .pass, "2"),
        ("{metric: cost_usd, max: 1, of: total}", .fail, "2"),
        ("{metric: latency_ms, max: 500, of: p90}", .pass, "["),
        ("{metric: latency_ms, max: 50}", .fail, "109.5 ["),
        ("{metric: ttft_ms, max: 50}", .inconclusive, "the value is unknown"),
    ]

    @Test(arguments: cases) func `a gate passes or fails only where the whole interval does`(
        gate: String, verdict: GateResult.Verdict, reason: String
    ) async throws {
        let summary = try await MadeUpRun.summary(samples: 200, "gates: [\(gate)]", cost: 0.01) { variant, sample in
            sample < (variant == 0 ? 150 : 100) ? 1 : 0
        }
        #expect(summary.gates.count == 1)
        #expect(summary.gates[0].verdict == verdict, "\(summary.gates[0])")
        #expect(summary.gates[0].reason.contains(reason), "\(summary.gates[0].reason)")
    }

    @Test func `an unknown cost decides no gate`() async throws {
        let gate = "gates: [{metric: cost_usd, max: 1000, of: total}]"
        let summary = try await MadeUpRun.summary(samples: 5, gate, cost: nil) { _, _ in 1 }
        #expect(summary.gates.map(\.verdict) == [.inconclusive])
    }

    @Test func `a gate of no variant holds for every variant but the baseline`() async throws {
        let models = "models: [baseline/echo, baseline/lead-1, baseline/lead-3]"
        let gate = "gates: [{metric: exact_match, min: 0.1}]"
        let summary = try await MadeUpRun.summary(samples: 30, gate, models: models) { _, _ in 1 }
        #expect(summary.gates.map(\.variant) == ["lead-1", "lead-3"])
    }
}

struct StoredSpecTests {
    /// What the command line changes, over a spec with two models and the samples given inline or in a file.
    static let overrides: [SpecOverrides] = [
        SpecOverrides(), SpecOverrides(limit: 1), SpecOverrides(sampleIDs: ["s1"]), SpecOverrides(variants: ["b"]),
        SpecOverrides(repeats: 3, concurrency: 2, seed: 5), SpecOverrides(disablesCache: true),
    ]

    @Test(arguments: overrides, ["samples: [{id: s0, q: x}, {id: s1, q: y}]", "dataset: {path: none.jsonl, limit: 5}"])
    func `a stored spec is read back as it was run`(overrides: SpecOverrides, data: String) throws {
        let text = SpecFixtures.spec(
            dataset: data, models: MadeUpRun.models, also: "pipelines: [{id: c, cache: exact}]")
        let spec = try SpecFixtures.read(text).applying(overrides)
        let again = try SpecReader(vocabulary: SpecFixtures.vocabulary).stored(spec.json, of: "run-1")
        #expect(again.hash == spec.hash)
        #expect(again.variants.map(\.label) == spec.variants.map(\.label))
    }

    @Test func `a name that this build does not know is refused with the run's id`() throws {
        let spec = try SpecFixtures.read(SpecFixtures.spec())
        let error = #expect(throws: SpecError.self) {
            let vocabulary = Vocabulary(metrics: Metrics.all, providers: ["baseline"], baselines: ["lead-1"])
            return try SpecReader(vocabulary: vocabulary).stored(spec.json, of: "run-1")
        }
        #expect(error?.faults.first?.description.hasPrefix("spec of run-1:1:") == true)
    }
}
