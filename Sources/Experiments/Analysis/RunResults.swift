import Chat
import Scoring
import Store

/// A run's trials as columns: what figures and comparisons are computed from. Read once from the store.
struct RunResults {
    /// One measure of one variant, sample by sample, the repeats of a sample together.
    struct Column {
        /// Sum of the scores of a sample's repeats, and how many there are.
        var sums: [Double]
        var counts: [Int]
        /// Row-major sums of the sufficient statistics, a row a sample; empty where the measure has none.
        var statistics: [Double]
        /// Trials without a score.
        var missing = 0
        /// The answers whose confidence is known, with their scores.
        var trusted: [(sample: Int, confidence: Double, score: Double)] = []
        /// The samples' scores by the measure's reducer; nil for the mean over repeats.
        var reduced: [Double?]?

        /// The sample's score over its repeats; nil where none was scored, or too few to tell.
        func score(_ sample: Int) -> Double? {
            if let reduced { return reduced[sample] }
            return counts[sample] > 0 ? sums[sample] / Double(counts[sample]) : nil
        }

        func isScored(_ sample: Int) -> Bool { score(sample) != nil }
    }

    /// What one variant's trials cost and took.
    struct Resources {
        /// Milliseconds, by sample: sum over repeats and how many.
        var latencySums: [Double]
        var latencyCounts: [Int]
        var latencies: [Double] = []
        var firstTokens: [Double] = []
        /// Dollars by sample, sum over its trials; nil where any trial's is unknown.
        var costs: [Double?]
        /// Trials that were made, by sample, and how many a sample has in the plan.
        var made: [Int]
        let repeats: Int
        var costTotal = NanoUSD.zero
        var costsKnown = 0
        var costsUnknown = 0
        /// What filling its cache cost beforehand, which is in none of the trials' costs.
        var warmUp = WarmUp()
        var inputTokens: [Double] = []
        var outputTokens: [Double] = []
        /// Of the answers that have one.
        var confidences: [(sample: Int, confidence: Double)] = []
        var failures: [ChatError.Kind: (count: Int, example: String)] = [:]
        /// Answers that ended at a limit of tokens, or were refused or stopped by the provider's filter.
        var unfinished: [ChatReply.FinishReason: Int] = [:]
        var sources: [ChatReply.Source: Int] = [:]
        var trials = 0
        var selfTimes = SelfTimes()

        var failed: Int { failures.values.reduce(0) { $0 + $1.count } }

        /// The sample's cost in dollars; nil where it is unknown, or a repeat was never made.
        func cost(_ sample: Int) -> Double? { made[sample] == repeats ? costs[sample] : nil }

        /// The sample's latency in milliseconds, mean over its repeats; nil where nobody measured.
        func latency(_ sample: Int) -> Double? {
            latencyCounts[sample] > 0 ? latencySums[sample] / Double(latencyCounts[sample]) : nil
        }
    }

    /// Answers that one measure has no score for.
    struct Unscored {
        private(set) var count = 0
        /// The first sample and its reason; nil where there is none.
        private(set) var first: String?
        /// Those among them whose pattern was stopped, and the first.
        private(set) var stopped = 0
        private(set) var firstStopped: String?

        mutating func add(_ reason: String, _ sample: String) {
            let text = "sample '\(sample)': \(reason)"
            count += 1
            first = first ?? text
            guard MetricError.isStoppedPattern(reason) else { return }
            stopped += 1
            firstStopped = firstStopped ?? text
        }
    }

    let samples: [SampleRecord]
    let variants: [String]
    let measures: [Measure]
    /// How repeats become one score, by measure; without an entry for the mean.
    let reducers: [String: Reducer]
    /// By variant, then measure.
    private(set) var columns: [[Column]]
    private(set) var resources: [Resources]
    /// The cluster of each sample, numbered; nil where samples are independent.
    let clusters: [Int]?
    private(set) var trials = 0
    /// Answers without a score, by measure.
    let unscored: [String: Unscored]

    /// - Parameters:
    ///   - spec: of the run, for its repeats and how they are reduced.
    ///   - measures: the spec's; those of samples' own assertions are added as they turn up.
    init(run: RunRecord, store: RunStore, spec: EvalSpec, measures: [Measure]) throws(StoreError) {
        reducers = spec.reducers
        samples = try store.samples(of: run.id)
        variants = run.variants
        clusters = RunResults.numbered(samples.map(\.cluster))
        let places = Dictionary(
            samples.enumerated().map { (ScalarText($1.id), $0) }, uniquingKeysWith: { first, _ in first })
        let variantPlaces = Dictionary(
            variants.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var builder = Builder(
            samples: samples.count, variants: variants.count, repeats: spec.repeats, measures: measures)
        var repeats = RepeatedScores(reducers, samples: samples.count, repeats: spec.repeats, variants: variants.count)
        try store.forEachTrial(of: run.id) { trial in
            guard let sample = places[ScalarText(trial.key.sampleID)],
                let variant = variantPlaces[trial.key.variant]
            else { return }
            builder.add(trial, sample: sample, variant: variant)
            repeats.add(trial, sample: sample, variant: variant)
        }
        for (place, measure) in builder.measures.enumerated() {
            for variant in variants.indices {
                builder.columns[variant][place].reduced = repeats.reduced(measure.id, variant: variant)
            }
        }
        self.measures = builder.measures
        columns = builder.columns
        let warmUps = WarmUps(plan: run.plan).byVariant
        resources = zip(run.variants, builder.resources).map { label, resources in
            var resources = resources
            resources.warmUp = warmUps[label] ?? WarmUp()
            return resources
        }
        unscored = builder.unscored
        trials = resources.reduce(0) { $0 + $1.trials }
    }

    /// Numbers for clusters' names; a sample without one is a cluster of its own. Nil where no sample has one.
    private static func numbered(_ names: [String?]) -> [Int]? {
        guard names.contains(where: { $0 != nil }) else { return nil }
        var numbers: [ScalarText: Int] = [:]
        var next = 0
        return names.map { $0.map(ScalarText.init) }.map { name in
            if let name, let number = numbers[name] { return number }
            next += 1
            if let name { numbers[name] = next }
            return next
        }
    }

    private struct Builder {
        var measures: [Measure]
        var columns: [[Column]]
        var resources: [Resources]
        var unscored: [String: Unscored] = [:]
        private let samples: Int
        private var places: [String: Int] = [:]

        init(samples: Int, variants: Int, repeats: Int, measures: [Measure]) {
            self.samples = samples
            self.measures = []
            columns = Array(repeating: [], count: variants)
            resources = Array(
                repeating: Resources(
                    latencySums: Array(repeating: 0, count: samples),
                    latencyCounts: Array(repeating: 0, count: samples),
                    costs: Array(repeating: 0, count: samples), made: Array(repeating: 0, count: samples),
                    repeats: repeats),
                count: variants)
            for measure in measures { add(measure) }
        }

        private mutating func add(_ measure: Measure) {
            places[measure.id] = measures.count
            measures.append(measure)
            let column = Column(
                sums: Array(repeating: 0, count: samples), counts: Array(repeating: 0, count: samples),
                statistics: Array(repeating: 0, count: samples * measure.statisticsCount))
            for variant in columns.indices { columns[variant].append(column) }
        }

        mutating func add(_ trial: TrialRecord, sample: Int, variant: Int) {
            resources[variant].add(trial, sample: sample)
            var scored = Set<Int>()
            for score in trial.scores {
                if places[score.measure] == nil {
                    add(Measure.mean(id: score.measure, title: score.measure, range: nil))
                }
                guard let place = places[score.measure] else { continue }
                guard let value = score.value, value.isFinite else {
                    unscored[score.measure, default: Unscored()].add(score.note ?? "no value", trial.key.sampleID)
                    continue
                }
                scored.insert(place)
                columns[variant][place].add(value, score.statistics, width: measures[place].statisticsCount, at: sample)
                if let confidence = trial.reply?.confidence {
                    columns[variant][place].trusted.append((sample, confidence, value))
                }
            }
            for place in measures.indices where !scored.contains(place) { columns[variant][place].missing += 1 }
        }
    }
}

extension RunResults.Column {
    fileprivate mutating func add(_ value: Double, _ values: [Double]?, width: Int, at sample: Int) {
        sums[sample] += value
        counts[sample] += 1
        guard let values, values.count == width else { return }
        for (offset, value) in values.enumerated() { statistics[sample * width + offset] += value }
    }
}

extension RunResults.Resources {
    fileprivate mutating func add(_ trial: TrialRecord, sample: Int) {
        trials += 1
        made[sample] += 1
        selfTimes.add(trial.spans)
        switch trial.outcome {
        case .failed(let failure):
            failures[failure.kind, default: (0, String(failure.message.prefix(200)))].count += 1
            costs[sample] = nil
        case .answered(let reply):
            sources[reply.source, default: 0] += 1
            if [.length, .refused].contains(reply.finishReason) {
                unfinished[reply.finishReason, default: 0] += 1
            }
            add(reply, sample: sample)
        }
    }

    private mutating func add(_ reply: StoredReply, sample: Int) {
        if let latency = reply.latency?.milliseconds {
            latencies.append(latency)
            latencySums[sample] += latency
            latencyCounts[sample] += 1
        }
        if let confidence = reply.confidence { confidences.append((sample, confidence)) }
        if let first = reply.timeToFirstToken { firstTokens.append(first.milliseconds) }
        if let usage = reply.usage {
            inputTokens.append(Double(usage.input))
            outputTokens.append(Double(usage.output))
        }
        if let cost = reply.cost {
            costsKnown += 1
            costTotal = costTotal + cost
            costs[sample] = costs[sample].map { $0 + cost.dollars }
        } else {
            costsUnknown += 1
            costs[sample] = nil
        }
    }
}
