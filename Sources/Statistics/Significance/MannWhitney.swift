/// The Mann–Whitney U test (Wilcoxon's rank-sum test) of two independent samples.
public enum MannWhitney {
    /// How the p-value is got.
    public enum Method: String, Sendable, CaseIterable {
        /// Exact where one sample has at most 8 values and there are no ties, asymptotic otherwise (as in scipy).
        case automatic
        /// The exact distribution without ties; ties are not corrected for.
        case exact
        /// The normal approximation with the correction for ties.
        case asymptotic
    }

    static let test = SignificanceTest.independent(
        "mann-whitney", "Mann-Whitney U test", "two different sets of samples by ranks: robust against outliers"
    ) { x, y, settings in
        run(x, y, alternative: settings.alternative)
    }

    /// Tests whether a value of x is as likely above as below a value of y.
    ///
    /// - Parameters:
    ///   - x: finite values.
    ///   - y: finite values.
    ///   - alternative: `greater` for x above y.
    ///   - continuity: takes half off |U − mean| in the normal approximation.
    /// - Returns: U of x as the statistic; p = 1 where all values are equal; not testable where a sample is empty.
    ///
    /// Source: Henry Mann and Donald Whitney, *On a test of whether one of two random variables is stochastically
    /// larger than the other*, 1947.
    public static func run(
        _ x: [Double], _ y: [Double], alternative: Alternative = .twoSided, method: Method = .automatic,
        continuity: Bool = true
    ) -> TestResult {
        let (n1, n2) = (x.count, y.count)
        guard n1 > 0, n2 > 0 else {
            return .notTestable(test.name, n: n1 + n2, "each sample needs a value", alternative: alternative)
        }
        let ranks = Ranks(x + y)
        let u = ranks.values[..<n1].reduce(0, +) - Double(n1) * Double(n1 + 1) / 2
        let exact: Bool
        switch method {
        case .automatic: exact = !ranks.hasTies && min(n1, n2) <= 8
        case .exact: exact = true
        case .asymptotic: exact = false
        }
        let pValue =
            exact
            ? exactPValue(u, n1, n2, alternative) : normalPValue(u, n1, n2, ranks.tieTerm, alternative, continuity)
        return TestResult(
            name: test.name, statisticName: "U", statistic: u, pValue: pValue, n: n1 + n2, alternative: alternative,
            detail: (exact ? "exact" : "normal approximation") + ", \(n1) against \(n2)")
    }

    private static func normalPValue(
        _ u: Double, _ n1: Int, _ n2: Int, _ ties: Double, _ alternative: Alternative, _ continuity: Bool
    ) -> Double {
        let (a, b, n) = (Double(n1), Double(n2), Double(n1 + n2))
        let mean = a * b / 2
        let spread = max(0, a * b / 12 * (n + 1 - ties / (n * (n - 1)))).squareRoot()
        guard spread > 0 else { return 1 }
        let half = continuity ? 0.5 : 0
        let upper = Distributions.Normal.sf((u - mean - half) / spread)
        let lower = Distributions.Normal.cdf((u - mean + half) / spread)
        return alternative.pValue(lower: lower, upper: upper)
    }

    /// Tails of U from the number of arrangements with each value, by the recursion over the larger sample.
    private static func exactPValue(_ u: Double, _ n1: Int, _ n2: Int, _ alternative: Alternative) -> Double {
        let shares = distribution(min(n1, n2), max(n1, n2))
        let total = shares.count - 1
        let below = shares[...max(0, min(total, Int(u.rounded(.down))))].reduce(0, +)
        let above = shares[max(0, min(total, Int(u.rounded(.up))))...].reduce(0, +)
        return alternative.pValue(lower: below, upper: above)
    }

    /// P(U = k) for k in 0...n·m: the Gaussian binomial coefficient, built factor by factor and scaled to 1 as it
    /// grows.
    ///
    /// O(n²·m) additions for the smaller n.
    private static func distribution(_ n: Int, _ m: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: n * m + 1)
        counts[0] = 1
        for factor in 1...n {
            // times (1 − q^(m + factor)), then over (1 − q^factor)
            let step = m + factor
            if step < counts.count {
                for k in stride(from: counts.count - 1, through: step, by: -1) { counts[k] -= counts[k - step] }
            }
            for k in factor..<max(factor, counts.count) { counts[k] += counts[k - factor] }
            let total = counts[...(factor * m)].reduce(0, +)
            for k in counts.indices { counts[k] = k <= factor * m ? counts[k] / total : 0 }
        }
        return counts
    }
}
