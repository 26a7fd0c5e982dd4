/// Cochran's Q: several systems right or wrong on the same samples.
public enum CochranQ {
    static let test = SignificanceTest.blocks(
        "cochran-q", "Cochran's Q",
        "three or more systems on the same samples, right or wrong: is any of them different?"
    ) { rows, settings in
        settings.alternative == .twoSided
            ? run(rows)
            : .notTestable("cochran-q", n: rows.count, "this test has no side", alternative: settings.alternative)
    }

    /// Tests whether all systems are right equally often.
    ///
    /// - Parameter rows: a row for each sample, 0 or 1 for each of k ≥ 2 systems.
    /// - Returns: Q with k − 1 degrees of freedom; not testable for other scores or where the systems never disagree.
    ///
    /// Source: William Cochran, *The comparison of percentages in matched samples*, 1950.
    public static func run(_ rows: [[Double]]) -> TestResult {
        guard let k = rows.first?.count, k > 1,
            rows.allSatisfy({ $0.count == k && $0.allSatisfy { $0 == 0 || $0 == 1 } })
        else {
            return .notTestable(test.name, n: rows.count, "rows of 0 or 1 for at least two systems are needed")
        }
        let columns = (0..<k).map { column in rows.reduce(0) { $0 + $1[column] } }
        let total = columns.reduce(0, +)
        let width = Double(k)
        // Σ row (k − row): 0 where every row is all right or all wrong
        let disputed = rows.reduce(0.0) { sum, row in
            let right = row.reduce(0, +)
            return sum + right * (width - right)
        }
        guard disputed > 0 else {
            return .notTestable(test.name, n: rows.count, "the systems never disagree")
        }
        let centre = total / width
        let squares = columns.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        let statistic = width * (width - 1) * squares / disputed
        return TestResult(
            name: test.name, statisticName: "Q", statistic: statistic,
            pValue: Distributions.ChiSquare(degreesOfFreedom: width - 1).sf(statistic), n: rows.count,
            degreesOfFreedom: width - 1, detail: "\(k) systems")
    }
}
