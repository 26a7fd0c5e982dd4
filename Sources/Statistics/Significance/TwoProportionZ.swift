/// The z test of two proportions from different samples.
public enum TwoProportionZ {
    static let test = SignificanceTest.table(
        "two-proportion-z", "two-proportion z test",
        "two rows of successes and failures of two different sets of samples"
    ) { table, settings in
        guard table.count == 2, table.allSatisfy({ $0.count == 2 }) else {
            return .notTestable(
                "two-proportion-z", n: 0, "two rows of two counts are needed", alternative: settings.alternative)
        }
        let trials = table.map { $0[0].addingReportingOverflow($0[1]) }
        return run(
            successes: (table[0][0], table[1][0]),
            of: (trials[0].overflow ? -1 : trials[0].partialValue, trials[1].overflow ? -1 : trials[1].partialValue),
            alternative: settings.alternative)
    }

    /// Tests whether the proportions are equal, with the pooled proportion in the standard error.
    ///
    /// - Parameters:
    ///   - successes: of the first and the second sample.
    ///   - trials: of the first and the second sample.
    ///   - alternative: `greater` for the first above the second.
    /// - Returns: z; not testable for counts out of range or where all or none succeed.
    public static func run(
        successes: (Int, Int), of trials: (Int, Int), alternative: Alternative = .twoSided
    ) -> TestResult {
        guard successes.0 >= 0, successes.1 >= 0, trials.0 > 0, trials.1 > 0, successes.0 <= trials.0,
            successes.1 <= trials.1
        else {
            return .notTestable(
                test.name, n: 0,
                "\(successes.0) of \(trials.0) and \(successes.1) of \(trials.1) are not counts of trials",
                alternative: alternative)
        }
        let (n1, n2) = (Double(trials.0), Double(trials.1))
        let (all, overflow) = trials.0.addingReportingOverflow(trials.1)
        let n = overflow ? Int.max : all
        let pooled = (Double(successes.0) + Double(successes.1)) / (n1 + n2)
        let error = (pooled * (1 - pooled) * (1 / n1 + 1 / n2)).squareRoot()
        guard error > 0 else {
            return .notTestable(
                test.name, n: n, pooled == 0 ? "no trial succeeded" : "every trial succeeded",
                alternative: alternative)
        }
        let z = (Double(successes.0) / n1 - Double(successes.1) / n2) / error
        return TestResult(
            name: test.name, statisticName: "z", statistic: z, pValue: alternative.pValue(z: z), n: n,
            alternative: alternative, detail: "\(trials.0) against \(trials.1)")
    }
}
