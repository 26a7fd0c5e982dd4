public import Chat

/// Everything a report says of one run, computed from the store alone. Reports print it; they compute nothing.
public struct RunSummary: Sendable {
    public var runID: String
    /// The spec's name.
    public var name: String
    public var description: String?
    /// Milliseconds since 1970.
    public var startedAt: Int64
    /// Milliseconds since 1970; nil while the run is not finished.
    public var finishedAt: Int64?
    public var seed: UInt64
    /// The version of nexus that ran it.
    public var version: String
    public var spec: JSONValue
    /// SHA-256 of the canonical spec and of the samples used, as hexadecimal text.
    public var specHash: String
    public var datasetHash: String
    public var sampleCount: Int
    public var repeats: Int
    public var alpha: Double
    public var correction: String
    public var resamples: Int
    /// Trials that the plan holds, that are stored, and of those the failed ones.
    public var plannedTrials: Int
    public var storedTrials: Int
    public var failedTrials: Int
    public var variants: [VariantSummary]
    /// The label of the variant that others are compared with.
    public var baseline: String
    public var measures: [MeasureFacts]
    /// The comparisons that the spec asks for: one a metric and pair.
    public var comparisons: [ComparisonRow]
    /// The same pairs on latency and cost, outside the family of the spec's metrics.
    public var resourceComparisons: [ComparisonRow]
    public var gates: [GateResult]
    /// What stages are worth, where the spec takes a pipeline apart.
    public var ablations: [AblationSummary] = []
    /// Why the run is not valid or not complete; empty where it is both.
    public var faults: [String]
    /// What a reader must know beside the numbers: scripts that ROUGE cannot see, intervals that are approximate …
    public var warnings: [String]
    /// The verdict in one to four plain sentences, the answer first.
    public var verdict: [String]
}

/// A column of results: what it measures and how to read it.
public struct MeasureFacts: Sendable, Hashable {
    public var id: String
    /// "0–100", "share", "ms", "USD": what stands in the unit column.
    public var unit: String
    public var higherIsBetter: Bool
    /// Lowest and highest value it can have, where it has such.
    public var range: ClosedRange<Double>?
    /// Everything needed to compute it again: tokenizer, smoothing, version.
    public var signature: String
    /// How the figure of a variant and its interval were computed, in a sentence.
    public var method: String
}

/// One variant's results.
public struct VariantSummary: Sendable {
    public var label: String
    public var model: String
    public var prompt: String
    public var pipeline: String
    public var trials: Int
    public var failed: Int
    /// Failures by kind, most frequent first, with the message of the first.
    public var failures: [(kind: ChatError.Kind, count: Int, example: String)]
    /// A figure for each of the spec's measures, in their order.
    public var figures: [Figure]
    /// Latency, time to first token and cost: `latency_ms` (mean, p50, p90, p95, p99), `ttft_ms`, `cost_usd` (mean,
    /// total, and warm_up where a first pass filled the cache), `input_tokens`, `output_tokens`, and the shares
    /// `cache_hit_rate` (of a pipeline with a cache) and `api_b_rate`; of answers with a confidence `confidence` (mean)
    /// and `ece.METRIC`, the expected calibration error.
    public var resources: [Figure]
    /// Where the answers came from: "llm", "cache", "recorded" …, with counts.
    public var sources: [(source: String, count: Int)]
    /// Per-sample scores by measure id, mean over repeats, in the order of the samples; nil where not scored.
    public var sampleScores: [String: [Double?]]
    /// Latency of each successful trial in milliseconds, in the order of the samples.
    public var latencies: [Double]
    /// What each stage took by itself, outermost first.
    public var stages: [StageTime] = []
    /// How well the confidence of its answers agrees with their scores, a metric of 0 to 1 each; empty where no answer
    /// has a confidence.
    public var calibrations: [Calibration] = []

    public init(label: String, model: String, prompt: String, pipeline: String) {
        self.label = label
        self.model = model
        self.prompt = prompt
        self.pipeline = pipeline
        trials = 0
        failed = 0
        failures = []
        figures = []
        resources = []
        sources = []
        sampleScores = [:]
        latencies = []
    }

    /// Why trials failed: "a: 12 × rate_limited, the first: 429 …"; nil where none did.
    public var failureLine: String? {
        guard !failures.isEmpty else { return nil }
        return "\(label): "
            + failures.map { "\($0.count) × \($0.kind.rawValue), the first: \($0.example)" }.joined(separator: "; ")
    }
}

/// One number of one variant with its interval.
public struct Figure: Sendable, Hashable {
    /// The measure's id, or a resource with its statistic: `latency_ms.p95`, `cost_usd.total`.
    public var metric: String
    /// Samples (or trials) that the value rests on.
    public var n: Int
    /// Trials without a score: failed or unscored.
    public var missing: Int
    /// Nil where nothing was scored or the amount is unknown.
    public var value: Double?
    public var low: Double?
    public var high: Double?
    public var unit: String
    /// The interval's method, or why there is none.
    public var method: String
    /// Whether the interval covers less surely than it says, as under 100 samples of a corpus score.
    public var isApproximate = false

    public init(
        metric: String, n: Int, missing: Int = 0, value: Double?, low: Double? = nil, high: Double? = nil,
        unit: String, method: String
    ) {
        self.metric = metric
        self.n = n
        self.missing = missing
        self.value = value
        self.low = low
        self.high = high
        self.unit = unit
        self.method = method
    }
}

/// One metric of two variants on the same samples: variant minus baseline.
public struct ComparisonRow: Sendable, Hashable {
    public var metric: String
    public var baseline: String
    public var variant: String
    /// Samples that both have a score for.
    public var n: Int
    public var difference: Double?
    public var low: Double?
    public var high: Double?
    public var intervalMethod = ""
    /// Whether the interval covers less surely than it says, as under 100 samples of a corpus score.
    public var isApproximate = false
    /// Nil where the test could not be made; `note` says why.
    public var pValue: Double?
    public var pAdjusted: Double?
    public var correction: String
    /// How many p-values the correction covered.
    public var familySize: Int
    public var test: String
    public var effectSize: Double?
    public var effectName: String
    /// Nil where there was no test.
    public var significant: Bool?
    public var higherIsBetter: Bool
    /// Further tests of the same pair: name and p-value.
    public var alsoTested: [AlsoTested]
    /// Smallest difference that this n would find with 80 % power, where it is known.
    public var minimumDetectable: Double?
    /// Why there is no test, or what to know of it ("interval approximate: fewer …").
    public var note: String?

    public struct AlsoTested: Sendable, Hashable {
        public var test: String
        public var pValue: Double?

        public init(test: String, pValue: Double?) {
            self.test = test
            self.pValue = pValue
        }
    }

    public init(
        metric: String, baseline: String, variant: String, n: Int, difference: Double? = nil, low: Double? = nil,
        high: Double? = nil, pValue: Double? = nil, pAdjusted: Double? = nil, correction: String = "none",
        familySize: Int = 0, test: String = "", effectSize: Double? = nil, effectName: String = "",
        significant: Bool? = nil, higherIsBetter: Bool = true, alsoTested: [AlsoTested] = [],
        minimumDetectable: Double? = nil, note: String? = nil
    ) {
        self.metric = metric
        self.baseline = baseline
        self.variant = variant
        self.n = n
        self.difference = difference
        self.low = low
        self.high = high
        self.pValue = pValue
        self.pAdjusted = pAdjusted
        self.correction = correction
        self.familySize = familySize
        self.test = test
        self.effectSize = effectSize
        self.effectName = effectName
        self.significant = significant
        self.higherIsBetter = higherIsBetter
        self.alsoTested = alsoTested
        self.minimumDetectable = minimumDetectable
        self.note = note
    }
}

/// What a gate says of one variant.
public struct GateResult: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
        case inconclusive = "INCONCLUSIVE"
    }

    /// The gate as the spec has it: "rougeL ≥ 0.3", "bleu: at most 1.0 below lead-1".
    public var rule: String
    public var metric: String
    public var variant: String
    public var verdict: Verdict
    /// The figures that decided, in a sentence; where inconclusive, also the n it needs.
    public var reason: String
    /// Samples needed for a verdict, where that can be estimated.
    public var neededSamples: Int?

    public init(
        rule: String, metric: String, variant: String, verdict: Verdict, reason: String, neededSamples: Int? = nil
    ) {
        self.rule = rule
        self.metric = metric
        self.variant = variant
        self.verdict = verdict
        self.reason = reason
        self.neededSamples = neededSamples
    }
}
