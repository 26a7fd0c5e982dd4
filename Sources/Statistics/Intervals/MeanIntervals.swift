extension Interval {
    /// The t interval of a mean, n − 1 degrees of freedom: the default for a continuous score.
    ///
    /// - Parameters:
    ///   - values: finite.
    ///   - level: such as 0.95.
    /// - Returns: nil for fewer than two values or values without spread, from which no uncertainty can be learned.
    public static func mean(_ values: [Double], level: Double = 0.95) -> Interval? {
        let moments = Moments(values)
        guard let mean = moments.mean, let error = moments.standardError, !moments.hasNoSpread, isLevel(level) else {
            return nil
        }
        return t(estimate: mean, standardError: error, degreesOfFreedom: Double(values.count - 1), level: level)
    }

    /// The t interval of a mean over clusters: cluster-robust standard error (CR1), clusters − 1 degrees of freedom.
    ///
    /// - Parameters:
    ///   - values: finite.
    ///   - clusters: the cluster of each value, any labels; as many as values.
    /// - Returns: nil for fewer than two clusters, no spread, or a count that does not match.
    public static func clusteredMean(_ values: [Double], clusters: [Int], level: Double = 0.95) -> Interval? {
        guard let error = ClusteredError(values, clusters: clusters), error.clusters > 1, error.cr1 > 0, isLevel(level)
        else { return nil }
        return t(
            estimate: error.mean, standardError: error.cr1, degreesOfFreedom: Double(error.clusters - 1), level: level,
            method: "cluster-robust t (\(error.clusters) clusters)")
    }

    /// estimate ± t·se.
    ///
    /// - Parameters:
    ///   - standardError: more than 0.
    ///   - degreesOfFreedom: more than 0; ∞ gives the normal interval.
    ///   - method: defaults to "t (df …)".
    /// - Returns: nil where an argument is out of range.
    public static func t(
        estimate: Double, standardError: Double, degreesOfFreedom: Double, level: Double = 0.95, method: String? = nil
    ) -> Interval? {
        guard isLevel(level), standardError > 0, standardError.isFinite, degreesOfFreedom > 0, estimate.isFinite
        else { return nil }
        let multiplier = Distributions.StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2)
        return Interval(
            estimate: estimate, low: estimate - multiplier * standardError, high: estimate + multiplier * standardError,
            level: level, method: method ?? "t (df \(Interval.brief(degreesOfFreedom)))")
    }

    /// A number for a method's name: whole where it is whole, else one decimal.
    static func brief(_ value: Double) -> String {
        if value == .infinity { return "∞" }
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 1e15 else { return "\(value)" }
        let whole = Int(tenths) / 10
        let rest = abs(Int(tenths) % 10)
        return rest == 0 ? "\(whole)" : "\(whole).\(rest)"
    }
}

/// Standard errors of a mean whose values come in dependent groups.
///
/// Source: Kung-Yee Liang and Scott Zeger, *Longitudinal data analysis using generalized linear models*, 1986; for
/// evaluations of language models Evan Miller, *Adding error bars to evals*, 2024.
public struct ClusteredError: Sendable, Equatable {
    /// The plain mean over values.
    public let mean: Double
    /// How many values.
    public let count: Int
    /// How many clusters.
    public let clusters: Int
    /// sd / √n, as if all values were independent; nil for one value.
    public let naive: Double?
    /// √Σ(cluster sum of residuals)² / n, without a small-sample factor; 0 where no cluster differs from another.
    public let cr0: Double
    /// cr0 · √(G / (G − 1)) for G clusters: the default; 0 for one cluster.
    public let cr1: Double
    /// The naive variance plus the cross products within clusters (Miller's form); nil where that is negative.
    public let naivePlusCross: Double?
    /// cr1² / naive²: how many times larger the variance is than independence would give; nil without spread.
    public var designEffect: Double? {
        guard let naive, naive > 0 else { return nil }
        return (cr1 / naive) * (cr1 / naive)
    }

    /// Measures `values`; nil without values or where the counts differ.
    public init?(_ values: [Double], clusters labels: [Int]) {
        guard values.count == labels.count, let centre = Moments.mean(values) else { return nil }
        var sums: [Int: Double] = [:]
        var squares = 0.0
        var size = 0.0
        for (value, label) in zip(values, labels) {
            sums[label, default: 0] += value - centre
            size += abs(value) + abs(centre)
            squares += (value - centre) * (value - centre)
        }
        let n = Double(values.count)
        // summed in the order of labels, so that the last digit does not depend on hashing
        let summed = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        // sums that differ from 0 by no more than the rounding of what they add are 0
        let between = summed.squareRoot() > 1e-14 * size ? summed : 0
        let groups = Double(sums.count)
        mean = centre
        count = values.count
        clusters = sums.count
        cr0 = between.squareRoot() / n
        cr1 = sums.count > 1 ? cr0 * (groups / (groups - 1)).squareRoot() : 0
        naive = Moments(values).standardError
        let cross = naive.map { $0 * $0 + (between - squares) / (n * n) }
        naivePlusCross = cross.flatMap { $0 >= 0 ? $0.squareRoot() : nil }
    }
}
