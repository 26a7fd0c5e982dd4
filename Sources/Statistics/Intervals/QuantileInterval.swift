import Glibc

extension Interval {
    /// The interval of a quantile between two order statistics, for percentiles of latency: it assumes no distribution.
    ///
    /// - Parameters:
    ///   - probability: the quantile, such as 0.99; strictly between 0 and 1.
    ///   - values: in any order, finite.
    ///   - level: covered at least.
    ///   - suppressing: whether to give nothing where fewer than 10 values lie beyond the quantile (n·(1−q) < 10, or
    ///     n·q < 10 for a low one), as reports of latency do.
    /// - Returns: the nearest-rank estimate with its bounds; nil where suppressed or the sample has no value far enough
    ///   out.
    ///
    /// Source: Gerald Hahn and William Meeker, *Statistical intervals*, 1991, §5.2.
    public static func quantile(
        _ probability: Double, of values: [Double], level: Double = 0.95, suppressing: Bool = true
    ) -> Interval? {
        let n = values.count
        guard probability > 0, probability < 1, n > 0, isLevel(level) else { return nil }
        let beyond = Double(n) * min(probability, 1 - probability)
        if suppressing, beyond < 10 - 1e-9 { return nil }
        let count = Distributions.Binomial(trials: n, probability: probability)
        let tail = (1 - level) / 2
        // P(x_(l) > quantile) = P(X ≤ l − 1) and P(x_(u) < quantile) = P(X ≥ u), each at most half of 1 − level
        var lower = count.quantile(tail)
        while lower > 0, count.cdf(lower - 1) > tail { lower -= 1 }
        var upper = count.quantile(1 - tail) + 1
        while upper <= n, count.sf(upper - 1) > tail { upper += 1 }
        guard lower >= 1, upper <= n else { return nil }
        let sorted = values.sorted()
        return Interval(
            estimate: sorted[Quantiles.nearestRank(probability, count: n) - 1], low: sorted[lower - 1],
            high: sorted[upper - 1], level: level, method: "order statistics \(lower) and \(upper) of \(n)")
    }
}
