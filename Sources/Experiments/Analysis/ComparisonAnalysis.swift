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

    /// Two groups of variants that are held against each other, sample by sample: the mean over the second less that
    /// over the first.
    struct Contrast {
        var minus: [Int]
        var plus: [Int]
        /// What both means are multiplied by.
        var scale = 1.0
        /// What the groups are called.
        var baseline: String
        var variant: String

        init(minus: [Int], plus: [Int], scale: Double = 1, baseline: String, variant: String) {
            self.minus = minus
            self.plus = plus
            self.scale = scale
            self.baseline = baseline
            self.variant = variant
        }

        init(pair first: Int, _ second: Int, _ results: RunResults) {
            self.init(
                minus: [first], plus: [second], baseline: results.variants[first], variant: results.variants[second])
        }

        var variants: [Int] { minus + plus }

        /// The scaled mean of a group's values; nil where one of them has none.
        func mean(of group: [Int], _ value: (Int) -> Double?) -> Double? {
            var sum = 0.0
            for variant in group {
                guard let value = value(variant) else { return nil }
                sum += value
            }
            return scale * sum / Double(group.count)
        }
    }

    /// Each of the spec's measures for each pair, with corrected p-values.
    func rows() -> [ComparisonRow] {
        var rows: [ComparisonRow] = []
        for place in results.measures.indices {
            for (first, second) in pairs { rows.append(row(place, first, second)) }
        }
        correctFamilies(&rows)
        return rows
    }

    /// Corrects p-values over the family that the spec declares: all rows together, or each metric's.
    func correctFamilies(_ rows: inout [ComparisonRow]) {
        switch compare.family {
        case .all: correct(&rows, rows.indices.map { $0 })
        case .metric:
            for metric in Set(rows.map(\.metric)) {
                correct(&rows, rows.indices.filter { rows[$0].metric == metric })
            }
        }
    }

    /// Corrects the rows at some places as one family.
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
        row(place, Contrast(pair: first, second, results))
    }

    /// One measure of two groups of variants, uncorrected.
    func row(_ place: Int, _ contrast: Contrast) -> ComparisonRow {
        let measure = results.measures[place]
        let shared = results.samples.indices.filter { sample in
            contrast.variants.allSatisfy { results.columns[$0][place].isScored(sample) }
        }
        var row = ComparisonRow(
            metric: measure.id, baseline: contrast.baseline, variant: contrast.variant, n: shared.count,
            higherIsBetter: measure.higherIsBetter)
        switch measure.kind {
        case .corpus:
            guard let left = results.segments(contrast.minus, place, shared, times: contrast.scale),
                let right = results.segments(contrast.plus, place, shared, times: contrast.scale),
                let segments = try? PairedSegments(baseline: left, candidate: right)
            else {
                row.note = "the two variants' statistics do not fit together"
                return row
            }
            row.take(PairedComparison(segments, settings))
        case .mean, .binary:
            guard let scores = paired(shared, contrast, { results.columns[$0][place].score($1) }) else {
                row.note = "no sample was scored for both"
                return row
            }
            row.take(PairedComparison(scores, settings))
            row.minimumDetectable = detectable(scores)
        }
        return row
    }

    /// The two groups' values of each sample; nil without samples.
    private func paired(
        _ samples: [Int], _ contrast: Contrast, _ value: (_ variant: Int, _ sample: Int) -> Double?
    ) -> PairedScores? {
        guard !samples.isEmpty else { return nil }
        func means(_ group: [Int]) -> [Double] {
            samples.compactMap { sample in contrast.mean(of: group) { value($0, sample) } }
        }
        return try? PairedScores(
            baseline: means(contrast.minus), candidate: means(contrast.plus), clusters: results.clusters(of: samples))
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
        resourceRow(metric, Contrast(pair: first, second, results))
    }

    /// Latency or cost of two groups of variants, uncorrected; nil where there is nothing to compare.
    func resourceRow(_ metric: String, _ contrast: Contrast) -> ComparisonRow? {
        let value: (Int, Int) -> Double? = { variant, sample in
            let resources = results.resources[variant]
            switch metric {
            case "latency_ms": return resources.latency(sample)
            case "cost_usd": return resources.cost(sample)
            default: return nil
            }
        }
        let shared = results.samples.indices.filter { sample in
            contrast.variants.allSatisfy { value($0, sample) != nil }
        }
        // Nothing to compare where both are free.
        guard let scores = paired(shared, contrast, value),
            scores.baseline.contains(where: { $0 != 0 }) || scores.candidate.contains(where: { $0 != 0 })
        else { return nil }
        var row = ComparisonRow(
            metric: metric, baseline: contrast.baseline, variant: contrast.variant, n: shared.count,
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
