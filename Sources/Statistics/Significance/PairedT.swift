/// Student's t test on the differences of paired scores.
public enum PairedT {
    static let test = SignificanceTest.paired(
        "paired-t", "paired t test",
        "mean difference of two systems on the same samples, continuous or ordinal scores"
    ) { scores, settings in
        run(differences: scores.differences, alternative: settings.alternative)
    }

    /// Tests whether the mean of the differences is 0.
    ///
    /// - Parameters:
    ///   - differences: candidate − baseline for each sample, finite.
    ///   - alternative: `greater` for a positive mean.
    /// - Returns: t with n − 1 degrees of freedom; not testable for n < 2 or differences that are all equal.
    ///
    /// Source: Student (William Gosset), *The probable error of a mean*, 1908.
    public static func run(differences: [Double], alternative: Alternative = .twoSided) -> TestResult {
        let n = differences.count
        guard n > 1 else {
            return .notTestable(test.name, n: n, "at least two samples are needed", alternative: alternative)
        }
        let moments = Moments(differences)
        guard let mean = moments.mean, let error = moments.standardError, !moments.hasNoSpread else {
            return .notTestable(
                test.name, n: n, "all \(n) differences are equal, so there is no variance", alternative: alternative)
        }
        let t = mean / error
        let tails = Distributions.StudentT(degreesOfFreedom: Double(n - 1)).tails(t)
        return TestResult(
            name: test.name, statisticName: "t", statistic: t,
            pValue: alternative.pValue(lower: tails.lower, upper: tails.upper), n: n,
            degreesOfFreedom: Double(n - 1), alternative: alternative)
    }
}
