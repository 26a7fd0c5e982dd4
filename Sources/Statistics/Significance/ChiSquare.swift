/// The chi-square test of independence.
public enum ChiSquare {
    static let test = SignificanceTest.table(
        "chi-square", "chi-square test of independence",
        "a table of counts of any size, expected counts of about 5 or more"
    ) { table, settings in
        var result = run(table)
        result.alternative = settings.alternative
        return settings.alternative == .twoSided
            ? result
            : .notTestable("chi-square", n: result.n, "this test has no side", alternative: settings.alternative)
    }

    /// Tests whether rows and columns are independent.
    ///
    /// - Parameters:
    ///   - table: rows of equal length, counts of at least 0.
    ///   - correction: Yates' correction where there is one degree of freedom, as in scipy.
    /// - Returns: χ² with (rows − 1)(columns − 1) degrees of freedom; not testable for another shape or an empty
    ///   margin.
    ///
    /// Source: Karl Pearson, *On the criterion that a given system of deviations …*, 1900; Frank Yates, *Contingency
    /// tables involving small numbers and the χ² test*, 1934.
    public static func run(_ table: [[Int]], correction: Bool = true) -> TestResult {
        guard let expected = expected(table) else {
            return .notTestable(
                test.name, n: 0, "at least two rows and columns of counts are needed, none of them all 0")
        }
        let freedom = (table.count - 1) * (table[0].count - 1)
        var statistic = 0.0
        for (row, expectedRow) in zip(table, expected) {
            for (count, mean) in zip(row, expectedRow) {
                var gap = abs(Double(count) - mean)
                if correction, freedom == 1 { gap -= min(0.5, gap) }
                statistic += gap * gap / mean
            }
        }
        let smallest = expected.joined().min() ?? 0
        return TestResult(
            name: test.name, statisticName: "χ²", statistic: statistic,
            pValue: Distributions.ChiSquare(degreesOfFreedom: Double(freedom)).sf(statistic),
            n: Int(table.joined().reduce(0) { $0 + Double($1) }), degreesOfFreedom: Double(freedom),
            detail: (correction && freedom == 1 ? "Yates' correction" : "")
                + (smallest < 5 ? (correction && freedom == 1 ? ", " : "") + "an expected count under 5" : ""))
    }

    /// The counts that independence would give, row by row; nil where the table has no two rows and columns of equal
    /// length, a negative count or an empty margin.
    public static func expected(_ table: [[Int]]) -> [[Double]]? {
        guard table.count > 1, let columns = table.first?.count, columns > 1,
            table.allSatisfy({ $0.count == columns && $0.allSatisfy { (0...(1 << 52)).contains($0) } })
        else { return nil }
        let rows = table.map { $0.reduce(0) { $0 + Double($1) } }
        let sums = (0..<columns).map { column in table.reduce(0) { $0 + Double($1[column]) } }
        let total = rows.reduce(0, +)
        guard rows.allSatisfy({ $0 > 0 }), sums.allSatisfy({ $0 > 0 }), total < 0x1p53 else { return nil }
        return rows.map { row in sums.map { row * $0 / total } }
    }
}
