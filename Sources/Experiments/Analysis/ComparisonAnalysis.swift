import Chat
import Scoring
import Statistics

/// Compares variants pair by pair on the samples that both have, and corrects over the family that the spec declares.
struct ComparisonAnalysis {
    let results: RunResults
    let compare: CompareSpec
    let seed: UInt64
    /// The place of the baseline among the variants.
    let baseline: Int

    private var settings: TestSettings {
        TestSettings(resamples: compare.resamples, seed: seed, level: 1 - compare.alpha)
    }

    /// Baseline and variant of each pair that the spec asks for.
    private var pairs: [(Int, Int)] {
        let others = results.variants.indices.filter { $0 != baseline }
        switch compare.pairs {
        case .baseline: return others.map { (baseline, $0) }
        case .all:
            let ordered = [baseline] + others
            return ordered.indices.flatMap { first in ordered[(first + 1)...].map { (ordered[first], $0) } }
        }
    }

    /// Each of the spec's measures for each pair, with corrected p-values.
    func rows() -> [ComparisonRow] {
        var rows: [ComparisonRow] = []
        for place in results.measures.indices {
            for (first, second) in pairs { rows.append(row(place, first, second)) }
        }
        switch compare.family {
        case .all: correct(&rows, rows.indices.map { $0 })
        case .metric:
            for measure in results.measures {
                correct(&rows, rows.indices.filter { rows[$0].metric == measure.id })
            }
        }
        return rows
    }

    private func correct(_ rows: inout [ComparisonRow], _ family: [Int]) {
        let correction = Correction(rawValue: compare.correction.rawValue) ?? .holm
        let adjusted = AdjustedPValues(family.map { rows[$0].pValue }, correction: correction)
        for (value, index) in zip(adjusted.values, family) {
            rows[index].pAdjusted = value
            rows[index].correction = compare.correction.rawValue
            rows[index].familySize = adjusted.familySize
            rows[index].significant = value.map { $0 <= compare.alpha }
        }
    }

    /// One measure of one pair, uncorrected.
    func row(_ place: Int, _ first: Int, _ second: Int) -> ComparisonRow {
        let measure = results.measures[place]
        let (before, after) = (results.columns[first][place], results.columns[second][place])
        let shared = results.samples.indices.filter { before.isScored($0) && after.isScored($0) }
        var row = ComparisonRow(
            metric: measure.id, baseline: results.variants[first], variant: results.variants[second], n: shared.count,
            higherIsBetter: measure.higherIsBetter)
        switch measure.kind {
        case .corpus:
            guard let left = results.segments(first, place, shared),
                let right = results.segments(second, place, shared),
                let segments = try? PairedSegments(baseline: left, candidate: right)
            else {
                row.note = "the two variants' statistics do not fit together"
                return row
            }
            row.take(PairedComparison(segments, settings))
        case .mean, .binary:
            guard let scores = paired(shared, before, after) else {
                row.note = "no sample was scored for both"
                return row
            }
            row.take(PairedComparison(scores, settings))
            row.minimumDetectable = detectable(scores)
        }
        return row
    }

    private func paired(
        _ samples: [Int], _ before: RunResults.Column, _ after: RunResults.Column
    ) -> PairedScores? {
        guard !samples.isEmpty else { return nil }
        return try? PairedScores(
            baseline: samples.compactMap(before.score), candidate: samples.compactMap(after.score),
            clusters: results.clusters(of: samples))
    }

    /// The smallest difference that these samples find with 80 % power at the spec's alpha.
    private func detectable(_ scores: PairedScores) -> Double? {
        let n = Double(scores.count)
        if scores.clusters == nil, let pairs = DiscordantPairs(scores), pairs.count > 0 {
            let discordance = Double(pairs.discordant) / n
            return Power.McNemar(alpha: compare.alpha).detectableDifference(discordance: discordance, n: n)
        }
        guard let spread = Moments(scores.differences).standardDeviation,
            let effect = Power.PairedT(alpha: compare.alpha).detectableEffect(n: n)
        else { return nil }
        return effect * spread
    }

    /// Latency and cost of each pair, sample by sample, uncorrected and outside the family.
    func resourceRows() -> [ComparisonRow] {
        pairs.flatMap { first, second in
            ["latency_ms", "cost_usd"].compactMap { resourceRow($0, first, second) }
        }
    }

    /// Latency or cost of a variant against the baseline.
    func resourceRow(_ metric: String, of variant: Int) -> ComparisonRow? { resourceRow(metric, baseline, variant) }

    private func resourceRow(_ metric: String, _ first: Int, _ second: Int) -> ComparisonRow? {
        let value: (Int, Int) -> Double? = { variant, sample in
            let resources = results.resources[variant]
            switch metric {
            case "latency_ms": return resources.latency(sample)
            case "cost_usd": return resources.costs[sample]
            default: return nil
            }
        }
        let shared = results.samples.indices.filter { value(first, $0) != nil && value(second, $0) != nil }
        let left = shared.compactMap { value(first, $0) }
        let right = shared.compactMap { value(second, $0) }
        // Nothing to compare where both are free.
        guard !shared.isEmpty, left.contains(where: { $0 != 0 }) || right.contains(where: { $0 != 0 }),
            let scores = try? PairedScores(baseline: left, candidate: right, clusters: results.clusters(of: shared))
        else { return nil }
        var row = ComparisonRow(
            metric: metric, baseline: results.variants[first], variant: results.variants[second], n: shared.count,
            higherIsBetter: false)
        row.take(PairedComparison(scores, settings))
        row.significant = row.pValue.map { $0 <= compare.alpha }
        return row
    }
}

extension ComparisonRow {
    /// Takes what a comparison found.
    mutating func take(_ comparison: PairedComparison) {
        difference = comparison.difference
        low = comparison.interval?.low
        high = comparison.interval?.high
        isApproximate = comparison.approximate
        pValue = comparison.primary.pValue
        test = comparison.primary.name
        effectSize = comparison.effect?.value
        effectName = comparison.effect?.name ?? ""
        alsoTested = comparison.secondary.map { AlsoTested(test: $0.name, pValue: $0.pValue) }
        intervalMethod = comparison.interval?.method ?? ""
        let approximate = isApproximate ? "interval approximate: fewer than 100 independent samples" : nil
        note = comparison.primary.notTestable ?? approximate
    }
}
