/// Friedman's test of several systems on the same samples.
public enum Friedman {
    static let test = SignificanceTest.blocks(
        "friedman", "Friedman's test", "three or more systems on the same samples by ranks: is any of them different?"
    ) { rows, settings in
        settings.alternative == .twoSided
            ? run(rows)
            : .notTestable("friedman", n: rows.count, "this test has no side", alternative: settings.alternative)
    }

    /// Tests whether all systems rank alike.
    ///
    /// - Parameter rows: a row for each sample, a finite score for each of k ≥ 3 systems.
    /// - Returns: χ² with k − 1 degrees of freedom, corrected for ties; not testable for fewer than three systems, rows
    ///   of different length or where every row is tied throughout.
    ///
    /// Source: Milton Friedman, *The use of ranks to avoid the assumption of normality implicit in the analysis of
    /// variance*, 1937.
    public static func run(_ rows: [[Double]]) -> TestResult {
        guard let k = rows.first?.count, k > 2, rows.allSatisfy({ $0.count == k && $0.allSatisfy(\.isFinite) }) else {
            return .notTestable(
                test.name, n: rows.count, "rows of finite scores of at least three systems are needed")
        }
        var sums = [Double](repeating: 0, count: k)
        var ties = 0.0
        for row in rows {
            let ranks = Ranks(row)
            for (column, rank) in ranks.values.enumerated() { sums[column] += rank }
            ties += ranks.tieTerm
        }
        let (n, width) = (Double(rows.count), Double(k))
        let correction = 1 - ties / (width * (width * width - 1) * n)
        guard correction > 1e-15 else {
            return .notTestable(test.name, n: rows.count, "all systems score the same on every sample")
        }
        let centre = n * (width + 1) / 2
        let squares = sums.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        let statistic = 12 * squares / (n * width * (width + 1)) / correction
        return TestResult(
            name: test.name, statisticName: "χ²", statistic: statistic,
            pValue: Distributions.ChiSquare(degreesOfFreedom: width - 1).sf(statistic), n: rows.count,
            degreesOfFreedom: width - 1, detail: "\(k) systems")
    }
}
