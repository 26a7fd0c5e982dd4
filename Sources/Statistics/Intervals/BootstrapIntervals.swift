extension Interval {
    /// Units (samples or clusters) below which there is no BCa interval: under it the bootstrap covers too little.
    public static let bcaMinimum = 50

    /// The percentile bootstrap interval of a score computed from sufficient statistics.
    ///
    /// For scores of a whole corpus. Not for the mean of few values, where it covers too little (0.80 instead of 0.95
    /// at n = 20): use ``mean(_:level:)``.
    /// - Parameters:
    ///   - segments: at least two units.
    ///   - resamples: at least 1.
    ///   - seed: of the draws.
    /// - Returns: marked approximate under 100 units; nil for fewer than two, or without a score.
    public static func percentileBootstrap(
        _ segments: SegmentStatistics, resamples: Int = 10_000, seed: UInt64 = 12_345, level: Double = 0.95
    ) -> Interval? {
        guard segments.units > 1, let estimate = segments.score, isLevel(level) else { return nil }
        let scores = segments.bootstrapScores(resamples: max(1, resamples), seed: seed).compactMap { $0 }.sorted()
        guard !scores.isEmpty else { return nil }
        return Interval(
            estimate: estimate, low: Quantiles.linear((1 - level) / 2, sorted: scores),
            high: Quantiles.linear((1 + level) / 2, sorted: scores), level: level, method: "bootstrap, percentile",
            approximate: segments.units < PairedBootstrapResult.enoughUnits)
    }

    /// The bias-corrected and accelerated bootstrap interval.
    ///
    /// - Parameters:
    ///   - segments: at least 50 units.
    ///   - resamples: at least 1.
    ///   - seed: of the draws.
    /// - Returns: nil for fewer than ``bcaMinimum`` units, without a score or where resampling changes nothing.
    ///
    /// Source: Bradley Efron, *Better bootstrap confidence intervals*, 1987.
    public static func bca(
        _ segments: SegmentStatistics, resamples: Int = 10_000, seed: UInt64 = 12_345, level: Double = 0.95
    ) -> Interval? {
        guard segments.units >= bcaMinimum, let estimate = segments.score, isLevel(level) else { return nil }
        let scores = segments.bootstrapScores(resamples: max(1, resamples), seed: seed).compactMap { $0 }.sorted()
        guard let first = scores.first, let last = scores.last, last > first else { return nil }
        let below = Double(scores.count { $0 < estimate }) + Double(scores.count { $0 == estimate }) / 2
        guard below > 0, below < Double(scores.count) else { return nil }
        let bias = Distributions.Normal.quantile(below / Double(scores.count))
        let left = segments.jackknifeScores().compactMap { $0 }
        let acceleration = skew(left)
        func bound(_ tail: Double) -> Double {
            let shifted = bias + Distributions.Normal.quantile(tail)
            let share = Distributions.Normal.cdf(bias + shifted / (1 - acceleration * shifted))
            return Quantiles.linear(share, sorted: scores)
        }
        return Interval(
            estimate: estimate, low: bound((1 - level) / 2), high: bound((1 + level) / 2), level: level,
            method: "bootstrap, BCa")
    }

    /// The acceleration: a sixth of the skewness of the jackknife's deviations.
    private static func skew(_ left: [Double]) -> Double {
        guard let centre = Moments.mean(left) else { return 0 }
        let cubes = left.reduce(0) { $0 + (centre - $1) * (centre - $1) * (centre - $1) }
        let squares = left.reduce(0) { $0 + (centre - $1) * (centre - $1) }
        return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    }
}
