import Chat
import Foundation

@testable import Experiments
@testable import Reports

/// A run made up for tests: every field filled, the scores drawn from a seeded generator.
struct MadeUpRun: RunContents {
    var summary: RunSummary
    var samples: [(sample: SampleRow, trials: [TrialRow])] = []

    func forEachSample(_ body: (SampleRow, [TrialRow]) throws -> Void) throws {
        for entry in samples { try body(entry.sample, entry.trials) }
    }

    /// Numbers of Steele, Lea and Flood's SplitMix64 (2014), enough for test data.
    struct Draws {
        var state: UInt64

        mutating func next() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((mixed ^ (mixed >> 31)) >> 11) / 9_007_199_254_740_992
        }
    }

    static let measures: [MeasureFacts] = [
        MeasureFacts(
            id: "rougeL", unit: "0–1", higherIsBetter: true, range: 0...1,
            signature: "rouge|type:rougeL|stemmer:no|version:1", method: "mean of per-sample F; t interval, df 119"),
        MeasureFacts(
            id: "bleu", unit: "0–100", higherIsBetter: true, range: 0...100,
            signature: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:1",
            method: "corpus BLEU; paired bootstrap, 10,000 resamples"),
        MeasureFacts(
            id: "exact_match", unit: "share", higherIsBetter: true, range: 0...1, signature: "em|norm:squad|version:1",
            method: "share of samples; Wilson interval"),
        MeasureFacts(
            id: "wer", unit: "0–1", higherIsBetter: false, range: nil, signature: "wer|version:1",
            method: "mean of per-sample word error rate; t interval"),
    ]

    /// Three variants, four measures; `count` samples.
    static func news(samples count: Int = 120) -> MadeUpRun {
        let labels = ["lead-3", "lead-1", "gpt-4o-mini"]
        var run = MadeUpRun(summary: emptySummary(labels, samples: count))
        var draws = Draws(state: 7)
        for number in 0..<count {
            let sample = sampleRow(number)
            let trials = labels.enumerated().map { place, label in
                trial(sample.id, label, place, number, draws: &draws)
            }
            run.samples.append((sample, trials))
        }
        run.fillFigures()
        run.fillFindings()
        run.fillStages()
        run.fillConfidence()
        return run
    }

    static func emptySummary(_ labels: [String], samples: Int) -> RunSummary {
        RunSummary(
            runID: "20261121T140000Z-quickstart-1a2b", name: "quickstart",
            description: "Lead-1 and a small model against lead-3 on short English and Portuguese news.",
            startedAt: 1_795_269_600_000, finishedAt: 1_795_269_683_250, seed: 7, version: "1.0.0",
            spec: [
                "name": "quickstart", "models": ["lead-3", "lead-1", ["id": "mini", "model": "openai/gpt-4o-mini"]],
                "seed": 7,
            ], specHash: String(repeating: "ab12", count: 16), datasetHash: String(repeating: "cd34", count: 16),
            sampleCount: samples, repeats: 1, alpha: 0.05, correction: "holm", resamples: 10_000,
            plannedTrials: samples * labels.count, storedTrials: samples * labels.count, failedTrials: 0,
            variants: labels.map {
                VariantSummary(label: $0, model: "baseline/\($0)", prompt: "plain", pipeline: "bare")
            },
            baseline: labels[0], measures: measures, comparisons: [], resourceComparisons: [], gates: [], faults: [],
            warnings: [
                "ROUGE keeps a–z and 0–9 only; 60 samples hold other letters: their scores are too low."
            ],
            verdict: [
                "gpt-4o-mini is better than lead-3 in rougeL by 0.0612 (95 % interval 0.041 to 0.082, p < 0.001 "
                    + "after Holm over 8 tests).",
                "It costs $0.0214 for 120 samples, $0.00018 each, and takes 612 ms at the median, lead-3 0.02 ms.",
                "lead-1 and lead-3 cannot be told apart in rougeL with 120 samples.",
            ])
    }

    private static func sampleRow(_ number: Int) -> SampleRow {
        SampleRow(
            id: "news-\(number % 2 == 0 ? "en" : "pt")-\(1_000 + number)",
            fields: [
                (
                    "document",
                    "The city council of Marrowick voted nine to four on Tuesday to close Tanner Street to cars at "
                        + "weekends from May. Shop owners had asked for a longer trial. "
                        + "Councillor Ines Dahlgren argued that the pilot doubled the number of "
                        + "people on foot. Case \(number)."
                )
            ],
            references: ["Marrowick will ban weekend car traffic on Tanner Street from May (case \(number))."])
    }

    private static func trial(
        _ id: String, _ label: String, _ place: Int, _ number: Int, draws: inout Draws
    ) -> TrialRow {
        let isFailed = place == 2 && number % 41 == 7
        let quality = min(1, max(0, 0.28 + 0.06 * Double(place) + 0.3 * (draws.next() + draws.next() - 1)))
        let latency = place == 2 ? 380 + 900 * draws.next() * draws.next() : 0.01 + 0.03 * draws.next()
        let match: Double = draws.next() < 0.2 + 0.15 * Double(place) ? 1 : 0
        return TrialRow(
            sampleID: id, variant: label, repeatIndex: 0,
            output: isFailed
                ? nil
                : "The council of Marrowick voted on Tuesday to close Tanner Street to cars from May. Case \(number).",
            error: isFailed ? "rate_limited: the upstream answered 429 three times" : nil,
            source: isFailed ? nil : place == 2 ? "llm" : "baseline", latencyMilliseconds: isFailed ? nil : latency,
            firstTokenMilliseconds: place == 2 && !isFailed ? latency / 3 : nil, inputTokens: place == 2 ? 118 : nil,
            outputTokens: place == 2 ? 27 : nil, cost: place == 2 ? (isFailed ? nil : 0.000178) : 0,
            scores: isFailed ? [nil, nil, nil, nil] : [quality, 100 * quality * quality, match, 1.2 - quality])
    }

    private mutating func fillFigures() {
        for (place, variant) in summary.variants.enumerated() {
            let trials = samples.flatMap { $0.trials }.filter { $0.variant == variant.label }
            var filled = variant
            filled.trials = trials.count
            filled.failed = trials.count { $0.error != nil }
            filled.failures = filled.failed > 0 ? [(.rateLimited, filled.failed, "sim: the upstream answered 429")] : []
            filled.sources = [(place == 2 ? "llm" : "baseline", trials.count - filled.failed)]
            filled.latencies = trials.compactMap(\.latencyMilliseconds)
            for (index, measure) in summary.measures.enumerated() {
                let scores = trials.map { $0.scores[index] }
                filled.sampleScores[measure.id] = scores
                filled.figures.append(MadeUpRun.figure(measure, scores))
            }
            filled.resources = MadeUpRun.resources(filled, costs: trials.compactMap(\.cost))
            summary.variants[place] = filled
            summary.failedTrials += filled.failed
        }
    }

    private static func figure(_ measure: MeasureFacts, _ scores: [Double?]) -> Figure {
        let known = scores.compactMap { $0 }
        let mean = known.reduce(0, +) / Double(max(known.count, 1))
        let spread = known.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(known.count - 1, 1))
        let half = 1.98 * (spread / Double(max(known.count, 1))).squareRoot()
        return Figure(
            metric: measure.id, n: known.count, missing: scores.count - known.count, value: known.isEmpty ? nil : mean,
            low: known.isEmpty ? nil : mean - half, high: known.isEmpty ? nil : mean + half, unit: measure.unit,
            method: "t interval")
    }

    private static func resources(_ variant: VariantSummary, costs: [Double]) -> [Figure] {
        let sorted = variant.latencies.sorted()
        func quantile(_ share: Double) -> Double? {
            sorted.isEmpty ? nil : sorted[Int(share * Double(sorted.count - 1))]
        }
        let total = costs.reduce(0, +)
        let mean = sorted.isEmpty ? nil : sorted.reduce(0, +) / Double(sorted.count)
        let average = Figure(metric: "latency_ms.mean", n: sorted.count, value: mean, unit: "ms", method: "mean")
        return [average]
            + [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)].map { name, share in
                Figure(
                    metric: "latency_ms.\(name)", n: sorted.count, value: quantile(share), unit: "ms",
                    method: "order statistic")
            } + [
                Figure(
                    metric: "cost_usd.mean", n: costs.count, value: total / Double(max(costs.count, 1)), unit: "USD",
                    method: "mean"),
                Figure(metric: "cost_usd.total", n: costs.count, value: total, unit: "USD", method: "sum"),
            ]
    }

    private mutating func fillStages() {
        func effect(_ stage: String, _ metric: String, _ difference: Double, _ half: Double) -> StageEffect {
            let isFound = abs(difference) > half
            return StageEffect(
                stages: [stage],
                row: ComparisonRow(
                    metric: metric, baseline: "full-no-\(stage)", variant: "full", n: 118, difference: difference,
                    low: difference - half, high: difference + half, pValue: isFound ? 0.0002 : 0.4,
                    pAdjusted: isFound ? 0.0018 : 1, correction: "holm", familySize: 9, test: "paired t",
                    effectSize: 0.4, effectName: "Cohen's dz", significant: isFound,
                    higherIsBetter: metric == "rougeL"))
        }
        let worth: [(String, Double, Double, Double)] = [
            ("cache", 0.001, -210, -0.000_08), ("retrieval", 0.142, 31, 0.000_02), ("guardrails", -0.018, 4, 0),
        ]
        let effects = worth.flatMap { stage, quality, time, cost in
            [
                effect(stage, "rougeL", quality, 0.012), effect(stage, "latency_ms", time, 9),
                effect(stage, "cost_usd", cost, 0.000_01),
            ]
        }
        summary.ablations = [
            AblationSummary(
                design: .ablate, model: "mini", prompt: "plain", pipeline: "full", variant: "gpt-4o-mini",
                stratum: "warm", effects: effects)
        ]
        summary.variants[2].stages = [
            StageTime(stage: "meter", trials: 120, mean: 0.01, median: 0.01, p95: nil, share: 0.000_02),
            StageTime(stage: "provider", trials: 60, mean: 512, median: 488, p95: 903, share: 0.999),
        ]
    }

    private mutating func fillConfidence() {
        for (place, metric) in [(0, "rougeL"), (2, "exact_match"), (2, "rougeL")] {
            let bins = [(0.15, 0.1, 20), (0.55, 0.35, 40), (0.94, 0.8, 57)].map { confidence, score, count in
                let lower = (confidence * 10).rounded(.down) / 10
                return Calibration.Bin(
                    lower: lower, upper: lower + 0.1, count: count, confidence: confidence, score: score,
                    low: score - 0.08, high: score + 0.08)
            }
            summary.variants[place].calibrations.append(
                Calibration(
                    metric: metric, count: 117, bins: bins, expectedError: 0.1452, maximumError: 0.2,
                    brierScore: 0.18))
        }
    }

    private mutating func fillFindings() {
        for variant in summary.variants.dropFirst() {
            for measure in summary.measures {
                let own = variant.figures.first { $0.metric == measure.id }
                let other = summary.variants[0].figures.first { $0.metric == measure.id }
                guard let value = own?.value, let against = other?.value, let low = own?.low else { continue }
                let (difference, half) = (value - against, value - low)
                let isFound = abs(difference) > half
                summary.comparisons.append(
                    ComparisonRow(
                        metric: measure.id, baseline: summary.baseline, variant: variant.label, n: own?.n ?? 0,
                        difference: difference, low: difference - half, high: difference + half,
                        pValue: isFound ? 0.0004 : 0.31, pAdjusted: isFound ? 0.0032 : 0.62, correction: "holm",
                        familySize: 8, test: measure.id == "bleu" ? "approximate randomization" : "paired t",
                        effectSize: difference / max(half, 1e-9) / 5, effectName: "Cohen's dz", significant: isFound,
                        higherIsBetter: measure.higherIsBetter,
                        alsoTested: [.init(test: "sign-flip randomization", pValue: 0.0006)],
                        minimumDetectable: half * 1.4,
                        note: measure.id == "bleu" ? "interval approximate under 200 samples" : nil))
            }
        }
        summary.gates = [
            GateResult(
                rule: "rougeL ≥ 0.20", metric: "rougeL", variant: "gpt-4o-mini", verdict: .pass,
                reason: "0.3971, interval 0.3702 to 0.4240, lies above 0.20"),
            GateResult(
                rule: "bleu: at most 1.0 below lead-3", metric: "bleu", variant: "lead-1", verdict: .inconclusive,
                reason: "the difference −0.40, interval −2.10 to +1.30, reaches beyond −1.0", neededSamples: 540),
            GateResult(
                rule: "cost_usd of total ≤ 0.01", metric: "cost_usd", variant: "gpt-4o-mini", verdict: .fail,
                reason: "$0.0209 is above 0.01"),
        ]
    }
}

/// A folder of its own for a test, removed with it.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func text(_ name: String) throws -> String { try String(contentsOf: url.appending(path: name), encoding: .utf8) }

    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? url.path : path(folder)).sorted()
    }
}

extension ReportOptions {
    /// No gnuplot anywhere: quick, and the same on every machine.
    static let withoutGnuplot = ReportOptions(programPath: "")
}

extension Report {
    /// The file's text for this run.
    func text(_ contents: any RunContents, options: ReportOptions = .withoutGnuplot) throws -> String {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(path: scratch.url.path)
        try folder.write(fileName) { try write(ReportMaterial(contents: contents, options: options), to: $0) }
        return try scratch.text(fileName)
    }
}
