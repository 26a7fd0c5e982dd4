import Chat
import Scoring
import Statistics

/// Holds the run's figures against the spec's gates: PASS and FAIL only where the whole interval says so.
struct GateAnalysis {
    let spec: EvalSpec
    let results: RunResults
    let variants: [VariantSummary]
    let comparisons: ComparisonAnalysis

    private var level: Double { 1 - spec.compare.alpha }

    func verdicts() -> [GateResult] {
        spec.gates.flatMap { gate in
            held(gate).map { variant in
                var verdicts: [GateResult] = []
                if let minimum = gate.min { verdicts.append(threshold(gate, variant, minimum, isFloor: true)) }
                if let maximum = gate.max { verdicts.append(threshold(gate, variant, maximum, isFloor: false)) }
                if let margin = gate.maxRegression { verdicts.append(regression(gate, variant, margin)) }
                return verdicts
            }.flatMap { $0 }
        }
    }

    /// The variants that a gate holds for: the named one, else all but the baseline, else the only one.
    private func held(_ gate: GateSpec) -> [Int] {
        if let name = gate.variant {
            return spec.variants.enumerated().filter { $1.isNamed(name) }.map(\.offset)
        }
        let others = variants.indices.filter { $0 != comparisons.baseline }
        return others.isEmpty ? Array(variants.indices) : others
    }

    /// A bound on a figure's interval.
    private func threshold(_ gate: GateSpec, _ variant: Int, _ bound: Double, isFloor: Bool) -> GateResult {
        let metric = gate.of == .mean ? gate.metric : "\(gate.metric) (\(gate.of.name))"
        let rule = "\(metric) \(isFloor ? "≥" : "≤") \(Text.number(bound))"
        var result = GateResult(
            rule: rule, metric: gate.metric, variant: variants[variant].label, verdict: .inconclusive, reason: "")
        guard let figure = figure(gate, variant), let value = figure.value else {
            result.reason = "the value is unknown"
            return result
        }
        guard let low = figure.low, let high = figure.high else {
            if gate.of == .total {
                result.verdict = (isFloor ? value >= bound : value <= bound) ? .pass : .fail
                result.reason = Text.number(value)
            } else {
                result.reason = "\(Text.number(value)), \(figure.method)"
            }
            return result
        }
        result.reason = "\(Text.number(value)) [\(Text.number(low)), \(Text.number(high))], n = \(figure.n)"
        if figure.isApproximate {
            result.reason += ": the interval is only approximate under 100 samples"
            result.neededSamples = 100
        } else if isFloor ? low >= bound : high <= bound {
            result.verdict = .pass
        } else if isFloor ? high < bound : low > bound {
            result.verdict = .fail
        } else {
            let half = max(value - low, high - value)
            result.neededSamples = GateAnalysis.needed(figure.n, half: half, distance: abs(value - bound), level)
            result.reason += GateAnalysis.need(result.neededSamples)
        }
        return result
    }

    /// Half-widths shrink with √n; deciding with 80 % power asks for z(0.80) more than the interval itself.
    private static func needed(_ n: Int, half: Double, distance: Double, _ level: Double) -> Int? {
        guard distance > 0, half > 0 else { return nil }
        let z = Distributions.Normal.quantile((1 + level) / 2)
        let ratio = half / distance * (z + Distributions.Normal.quantile(0.8)) / z
        let needed = (Double(n) * ratio * ratio).rounded(.up)
        return needed < 1e12 ? max(n + 1, Int(needed)) : nil
    }

    private static func need(_ samples: Int?) -> String {
        samples.map { ": needs about \($0) samples" } ?? ": no number of samples decides so close to the bound"
    }

    /// "No worse than the baseline by more than the margin."
    private func regression(_ gate: GateSpec, _ variant: Int, _ margin: Double) -> GateResult {
        let base = variants[comparisons.baseline].label
        var result = GateResult(
            rule: "\(gate.metric): at most \(Text.number(margin)) worse than \(base)", metric: gate.metric,
            variant: variants[variant].label, verdict: .inconclusive, reason: "")
        guard let row = comparison(gate.metric, variant), let difference = row.difference else {
            result.reason = "there is no difference to judge"
            return result
        }
        guard let low = row.low, let high = row.high else {
            result.reason = "difference \(Text.signed(difference)), without an interval"
            return result
        }
        let interval = Interval(
            estimate: difference, low: low, high: high, level: level, method: row.intervalMethod,
            approximate: row.isApproximate)
        let decision = NonInferiority(interval: interval, margin: margin, n: row.n, higherIsBetter: row.higherIsBetter)
        result.verdict = GateResult.Verdict(rawValue: decision.verdict.rawValue) ?? .inconclusive
        result.neededSamples = decision.neededN
        result.reason =
            "difference \(Text.signed(difference)) [\(Text.signed(low)), \(Text.signed(high))], n = \(row.n)"
        if result.verdict == .inconclusive { result.reason += GateAnalysis.need(decision.neededN) }
        return result
    }

    private func comparison(_ metric: String, _ variant: Int) -> ComparisonRow? {
        if let place = results.measures.firstIndex(where: { $0.id == metric }) {
            return comparisons.row(place, comparisons.baseline, variant)
        }
        return comparisons.resourceRow(metric, of: variant)
    }

    /// The figure that a gate looks at.
    private func figure(_ gate: GateSpec, _ variant: Int) -> Figure? {
        if gate.metric == "failure_rate" { return failureRate(variant) }
        let summary = variants[variant]
        switch gate.of {
        case .mean:
            return summary.figures.first { $0.metric == gate.metric }
                ?? summary.resources.first { $0.metric == "\(gate.metric).mean" }
        case .total:
            return summary.resources.first { $0.metric == "\(gate.metric).total" }
        case .percentile(let percent):
            return percentile(gate.metric, percent, variant)
        }
    }

    private func percentile(_ metric: String, _ percent: Int, _ variant: Int) -> Figure? {
        let resources = results.resources[variant]
        let values: [Double]
        switch metric {
        case "latency_ms": values = resources.latencies
        case "ttft_ms": values = resources.firstTokens
        case "cost_usd": values = resources.costsUnknown == 0 ? results.samples.indices.compactMap(resources.cost) : []
        default:
            guard let place = results.measures.firstIndex(where: { $0.id == metric }) else { return nil }
            values = results.samples.indices.compactMap(results.columns[variant][place].score)
        }
        guard !values.isEmpty else { return nil }
        var figure = Figure(
            metric: metric, n: values.count, value: Quantiles.linear(Double(percent) / 100, of: values), unit: "",
            method: "too few values for an interval of p\(percent)")
        if let interval = Interval.quantile(Double(percent) / 100, of: values, level: level) {
            figure.value = interval.estimate
            figure.take(interval)
        }
        return figure
    }

    private func failureRate(_ variant: Int) -> Figure {
        let resources = results.resources[variant]
        var figure = Figure(
            metric: "failure_rate", n: resources.trials, value: nil, unit: "share", method: "no trials")
        if let interval = Interval.wilson(successes: resources.failed, of: resources.trials, level: level) {
            figure.value = Double(resources.failed) / Double(resources.trials)
            figure.take(interval)
        }
        return figure
    }
}
