import Chat
import Scoring
import Statistics

/// The figures of one variant with their intervals.
struct VariantAnalysis {
    let results: RunResults
    let compare: CompareSpec
    let seed: UInt64

    private var level: Double { 1 - compare.alpha }

    func summary(of variant: Variant, at index: Int) -> VariantSummary {
        let resources = results.resources[index]
        var summary = VariantSummary(
            label: variant.label, model: variant.model.model, prompt: variant.prompt.id, pipeline: variant.pipeline.id)
        summary.trials = resources.trials
        summary.failed = resources.failed
        summary.failures = resources.failures.map { (kind: $0.key, count: $0.value.count, example: $0.value.example) }
            .sorted { ($1.count, $0.kind.rawValue) < ($0.count, $1.kind.rawValue) }
        summary.sources = resources.sources.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { (source: $0.key.rawValue, count: $0.value) }
        summary.figures = results.measures.indices.map { figure(index, $0) }
        summary.resources = resourceFigures(resources) + rates(resources, hasCache: variant.pipeline.hasCache)
        summary.stages = resources.selfTimes.summary
        summary.calibrations = calibrations(index)
        summary.resources += trust(summary.calibrations, resources.confidences)
        summary.latencies = resources.latencies
        for (place, measure) in results.measures.enumerated() {
            let column = results.columns[index][place]
            summary.sampleScores[measure.id] = results.samples.indices.map(column.score)
        }
        return summary
    }

    /// One measure: the corpus score or the mean over samples, with the interval of the decision table.
    private func figure(_ variant: Int, _ place: Int) -> Figure {
        let measure = results.measures[place]
        let column = results.columns[variant][place]
        let scored = results.samples.indices.filter(column.isScored)
        var figure = Figure(
            metric: measure.id, n: scored.count, missing: column.missing, value: nil, unit: measure.unit,
            method: scored.isEmpty ? "nothing was scored" : "no interval: fewer than two samples, or no spread")
        guard !scored.isEmpty else { return figure }
        let interval: Interval?
        switch measure.kind {
        case .corpus:
            guard let segments = results.segments([variant], place, scored) else { return figure }
            figure.value = segments.score
            interval = Interval.percentileBootstrap(segments, resamples: compare.resamples, seed: seed, level: level)
        case .mean, .binary:
            let scores = scored.compactMap(column.score)
            figure.value = scores.reduce(0, +) / Double(scores.count)
            interval = Interval.ofScores(scores, clusters: results.clusters(of: scored), level: level)
        }
        if let interval { figure.take(interval) }
        return figure
    }

    private func resourceFigures(_ resources: RunResults.Resources) -> [Figure] {
        var figures = VariantAnalysis.times("latency_ms", resources.latencies, level)
        figures += VariantAnalysis.times("ttft_ms", resources.firstTokens, level)
        figures += costs(resources)
        for (name, tokens) in [("input_tokens", resources.inputTokens), ("output_tokens", resources.outputTokens)] {
            guard !tokens.isEmpty else { continue }
            figures.append(
                Figure(
                    metric: "\(name).mean", n: tokens.count, value: tokens.reduce(0, +) / Double(tokens.count),
                    unit: "tokens", method: "mean of the provider's own counts"))
        }
        return figures
    }

    /// How many answers came from the cache, and from the fallback.
    private func rates(_ resources: RunResults.Resources, hasCache: Bool) -> [Figure] {
        let answered = resources.sources.values.reduce(0, +)
        let counted: [(name: String, source: ChatReply.Source, isAsked: Bool)] = [
            ("cache_hit_rate", .cache, hasCache), ("api_b_rate", .fallback, false),
        ]
        return counted.compactMap { name, source, isAsked in
            let count = resources.sources[source] ?? 0
            guard isAsked || count > 0, let interval = Interval.wilson(successes: count, of: answered, level: level)
            else { return nil }
            var figure = Figure(
                metric: name, n: answered, missing: resources.failed, value: Double(count) / Double(answered),
                unit: "share", method: "")
            figure.take(interval)
            return figure
        }
    }

    /// Mean and total cost of the answers; the total holds what filling the cache cost, which also stands by itself.
    private func costs(_ resources: RunResults.Resources) -> [Figure] {
        let warmUp = resources.warmUp
        guard resources.costsKnown > 0 || warmUp.answers > 0 else { return [] }
        let unknown = "unknown for some answers"
        var mean = Figure(
            metric: "cost_usd.mean", n: resources.costsKnown, missing: resources.costsUnknown, value: nil,
            unit: "USD", method: resources.costsUnknown == 0 ? "no interval: no spread" : unknown)
        var total = mean
        total.metric = "cost_usd.total"
        total.method = unknown
        if resources.costsUnknown == 0, resources.costsKnown > 0 {
            mean.value = resources.costTotal.dollars / Double(resources.costsKnown)
            let costs = results.samples.indices.compactMap(resources.cost)
            if resources.failed == 0, resources.trials == costs.count {
                if let interval = Interval.mean(costs, level: level) {
                    mean.take(interval)
                } else if costs.count > 1, Set(costs).count == 1 {
                    // a price list and the same tokens leave nothing to chance
                    (mean.low, mean.high) = (mean.value, mean.value)
                    mean.method = "every answer cost the same"
                }
            }
        }
        if resources.costsUnknown == 0, warmUp.unknownCosts == 0 {
            total.value = (resources.costTotal + warmUp.cost).dollars
            total.method = "sum over all answers" + (warmUp.answers > 0 ? ", those that filled the cache included" : "")
        }
        guard warmUp.answers > 0 else { return [mean, total] }
        let isKnown = warmUp.unknownCosts == 0
        let filling = Figure(
            metric: "cost_usd.warm_up", n: warmUp.answers, missing: warmUp.unknownCosts,
            value: isKnown ? warmUp.cost.dollars : nil, unit: "USD",
            method: isKnown ? "sum over the answers that filled the cache" : unknown)
        return [mean, total, filling]
    }

    /// Mean and percentiles of times in milliseconds; a percentile is left out where n·(1−q) < 10.
    private static func times(_ name: String, _ values: [Double], _ level: Double) -> [Figure] {
        guard !values.isEmpty else { return [] }
        var mean = Figure(
            metric: "\(name).mean", n: values.count, value: values.reduce(0, +) / Double(values.count), unit: "ms",
            method: "no interval: fewer than two trials, or no spread")
        if let interval = Interval.mean(values, level: level) { mean.take(interval) }
        return [mean]
            + [50, 90, 95, 99].compactMap { percent -> Figure? in
                guard let interval = Interval.quantile(Double(percent) / 100, of: values, level: level) else {
                    return nil
                }
                var figure = Figure(
                    metric: "\(name).p\(percent)", n: values.count, value: interval.estimate, unit: "ms", method: "")
                figure.take(interval)
                return figure
            }
    }
}

extension Figure {
    /// Takes bounds and method of an interval.
    mutating func take(_ interval: Interval) {
        low = interval.low
        high = interval.high
        let percent = JSONValue.number((interval.level * 1000).rounded() / 10).text
        method = "\(percent) % \(interval.method)" + (interval.approximate ? ", approximate" : "")
        isApproximate = interval.approximate
    }
}

extension RunResults {
    /// The cluster of each of some samples.
    func clusters(of samples: [Int]) -> [Int]? {
        clusters.map { clusters in samples.map { clusters[$0] } }
    }

    /// One measure's sufficient statistics over some samples, of several variants side by side: their score is the mean
    /// of the variants' scores, times `scale`. Nil where they do not fit together.
    func segments(
        _ variants: [Int], _ place: Int, _ samples: [Int], times scale: Double = 1
    ) -> Statistics.SegmentStatistics? {
        let measure = measures[place]
        let width = measure.statisticsCount
        var values: [Double] = []
        values.reserveCapacity(samples.count * width * variants.count)
        for sample in samples {
            for variant in variants {
                values += columns[variant][place].statistics[sample * width..<(sample + 1) * width]
            }
        }
        return try? Statistics.SegmentStatistics(
            values: values, width: width * variants.count, clusters: clusters(of: samples),
            score: variants.count == 1 && scale == 1 ? measure.score : measure.meanScore(of: variants.count, scale))
    }
}

extension Measure {
    /// The mean score of several corpora whose sums stand side by side, times `scale`.
    fileprivate func meanScore(of count: Int, _ scale: Double) -> Statistics.SegmentStatistics.Score {
        let (width, score) = (statisticsCount, score)
        return { sums in
            var total = 0.0
            for part in 0..<count {
                let own = UnsafeBufferPointer(rebasing: sums[part * width..<(part + 1) * width])
                guard let value = score(own) else { return nil }
                total += value
            }
            return scale * total / Double(count)
        }
    }

    /// The word of the unit column.
    var unit: String {
        switch kind {
        case .binary: "share"
        case .corpus, .mean:
            range.map { "\(JSONValue.number($0.lowerBound).text)–\(JSONValue.number($0.upperBound).text)" } ?? "score"
        }
    }

    /// - Parameter reducer: how repeats become one score; nil for the mean.
    func facts(_ reducer: Reducer?) -> MeasureFacts {
        if let reducer { return reduced(by: reducer) }
        let method =
            switch kind {
            case .corpus:
                "computed from the statistics of all samples together; interval by percentile bootstrap of samples"
            case .mean: "mean over samples; interval by Student's t"
            case .binary: "share of samples; interval by Wilson"
            }
        return MeasureFacts(
            id: id, unit: unit, higherIsBetter: higherIsBetter, range: range, signature: signature, method: method)
    }

    private func reduced(by reducer: Reducer) -> MeasureFacts {
        MeasureFacts(
            id: id, unit: unit, higherIsBetter: higherIsBetter, range: range,
            signature: [signature, "reduce:\(reducer.name)"].filter { !$0.isEmpty }.joined(separator: "|"),
            method: "\(reducer.name) of each sample's repeats, mean over samples; interval by Student's t, by Wilson "
                + "where all are 0 or 1")
    }
}
