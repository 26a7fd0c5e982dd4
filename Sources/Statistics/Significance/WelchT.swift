/// Welch's t test of two independent samples, whose variances may differ.
public enum WelchT {
    static let test = SignificanceTest.independent(
        "welch-t", "Welch's t test",
        "means of two different sets of samples; not for the same samples, where pairing is better"
    ) { x, y, settings in
        run(x, y, alternative: settings.alternative)
    }

    /// Tests whether the means are equal.
    ///
    /// - Parameters:
    ///   - x: at least two finite values.
    ///   - y: at least two finite values.
    ///   - alternative: `greater` for x above y.
    /// - Returns: t with the degrees of freedom of Welch and Satterthwaite, n counting both samples; not testable for
    ///   samples of one value or without any spread.
    ///
    /// Source: Bernard Welch, *The generalization of "Student's" problem when several different population variances
    /// are involved*, 1947.
    public static func run(_ x: [Double], _ y: [Double], alternative: Alternative = .twoSided) -> TestResult {
        StudentT.result(test.name, x, y, alternative, pooled: false)
    }

    /// The interval of mean(x) − mean(y); nil for samples of one value or without any spread.
    public static func interval(_ x: [Double], _ y: [Double], level: Double = 0.95) -> Interval? {
        MeanDifference(x, y, pooled: false).flatMap {
            Interval.t(
                estimate: $0.difference, standardError: $0.error, degreesOfFreedom: $0.freedom, level: level,
                method: "Welch t (df \(Interval.brief($0.freedom)))")
        }
    }
}
