import Glibc

/// How two measures of the same items go together, such as a metric with human scores.
public struct Correlation: Sendable, Equatable {
    /// The coefficient's name: "Pearson's r", "Spearman's rho", "Kendall's tau-b".
    public let name: String
    /// −1...1.
    public let coefficient: Double
    /// The test of no correlation.
    public let test: TestResult
    /// The interval; nil where the coefficient has none or there are too few items.
    public let interval: Interval?
}

extension Correlation {
    /// Linear correlation, with Fisher's interval.
    ///
    /// - Parameters:
    ///   - x: finite values.
    ///   - y: as many finite values.
    /// - Returns: nil for fewer than two items, lists of different length or a list without spread.
    ///
    /// Source: Ronald Fisher, *Frequency distribution of the values of the correlation coefficient …*, 1915.
    public static func pearson(_ x: [Double], _ y: [Double], level: Double = 0.95) -> Correlation? {
        guard let r = product(x, y) else { return nil }
        var interval: Interval?
        if x.count > 3, Interval.isLevel(level), abs(r) < 1 {
            let half = Interval.normalMultiplier(level) / Double(x.count - 3).squareRoot()
            interval = Interval(
                estimate: r, low: tanh(atanh(r) - half), high: tanh(atanh(r) + half), level: level, method: "Fisher z")
        }
        return Correlation(
            name: "Pearson's r", coefficient: r, test: freeOfLine("pearson", r, x.count), interval: interval)
    }

    /// Pearson's correlation of the ranks, ties sharing the mean rank.
    ///
    /// - Returns: nil for fewer than two items, lists of different length or a list of equal values.
    ///
    /// Source: Charles Spearman, *The proof and measurement of association between two things*, 1904.
    public static func spearman(_ x: [Double], _ y: [Double]) -> Correlation? {
        guard x.count == y.count, let r = product(Ranks(x).values, Ranks(y).values) else { return nil }
        return Correlation(
            name: "Spearman's rho", coefficient: r, test: freeOfLine("spearman", r, x.count), interval: nil)
    }

    /// The coefficient itself; nil where it is not defined.
    private static func product(_ x: [Double], _ y: [Double]) -> Double? {
        guard x.count == y.count, x.count > 1, let mx = Moments.mean(x), let my = Moments.mean(y) else { return nil }
        guard !Moments(x).hasNoSpread, !Moments(y).hasNoSpread else { return nil }
        let lengthX = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }.squareRoot()
        let lengthY = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }.squareRoot()
        let r = zip(x, y).reduce(0) { $0 + ($1.0 - mx) / lengthX * (($1.1 - my) / lengthY) }
        guard r.isFinite else { return nil }
        // within rounding of a straight line the correlation is that of one
        return abs(r) > 1 - 1e-15 ? (r < 0 ? -1 : 1) : r
    }

    /// The t test of r = 0 with n − 2 degrees of freedom.
    private static func freeOfLine(_ name: String, _ r: Double, _ n: Int) -> TestResult {
        guard n > 2 else { return .notTestable(name, n: n, "at least three items are needed") }
        let freedom = Double(n - 2)
        let rest = (1 - r) * (1 + r)
        let tails = SpecialFunctions.incompleteBeta(x: rest, y: r * r, a: freedom / 2, b: 0.5)
        return TestResult(
            name: name, statisticName: "r", statistic: r, pValue: tails.lower, n: n, degreesOfFreedom: freedom)
    }
}
