/// Student's t test of two independent samples of equal variance.
public enum StudentT {
    static let test = SignificanceTest.independent(
        "student-t", "Student's t test",
        "means of two different sets of samples of equal variance; Welch's needs no such belief"
    ) { x, y, settings in
        run(x, y, alternative: settings.alternative)
    }

    /// Tests whether the means are equal, with a pooled variance.
    ///
    /// - Parameters:
    ///   - x: at least two finite values.
    ///   - y: at least two finite values.
    ///   - alternative: `greater` for x above y.
    /// - Returns: t with n + m − 2 degrees of freedom; not testable for samples of one value or without any spread.
    public static func run(_ x: [Double], _ y: [Double], alternative: Alternative = .twoSided) -> TestResult {
        result(test.name, x, y, alternative, pooled: true)
    }

    /// The interval of mean(x) − mean(y); nil for samples of one value or without any spread.
    public static func interval(_ x: [Double], _ y: [Double], level: Double = 0.95) -> Interval? {
        MeanDifference(x, y, pooled: true).flatMap {
            Interval.t(
                estimate: $0.difference, standardError: $0.error, degreesOfFreedom: $0.freedom, level: level,
                method: "pooled t (df \(Interval.brief($0.freedom)))")
        }
    }

    static func result(
        _ name: String, _ x: [Double], _ y: [Double], _ alternative: Alternative, pooled: Bool
    ) -> TestResult {
        let n = x.count + y.count
        guard x.count > 1, y.count > 1 else {
            return .notTestable(name, n: n, "each sample needs at least two values", alternative: alternative)
        }
        guard let means = MeanDifference(x, y, pooled: pooled) else {
            return .notTestable(name, n: n, "neither sample has any spread", alternative: alternative)
        }
        let t = means.difference / means.error
        let tails = Distributions.StudentT(degreesOfFreedom: means.freedom).tails(t)
        return TestResult(
            name: name, statisticName: "t", statistic: t,
            pValue: alternative.pValue(lower: tails.lower, upper: tails.upper), n: n,
            degreesOfFreedom: means.freedom, alternative: alternative, detail: "\(x.count) against \(y.count)")
    }
}

/// The difference of two means with its standard error and degrees of freedom.
struct MeanDifference {
    let difference: Double
    let error: Double
    let freedom: Double

    /// nil for samples of one value or without any spread.
    init?(_ x: [Double], _ y: [Double], pooled: Bool) {
        let (first, second) = (Moments(x), Moments(y))
        guard let m1 = first.mean, let m2 = second.mean, let v1 = first.variance, let v2 = second.variance,
            !(first.hasNoSpread && second.hasNoSpread)
        else { return nil }
        let (n1, n2) = (Double(x.count), Double(y.count))
        difference = m1 - m2
        if pooled {
            freedom = n1 + n2 - 2
            error = (((n1 - 1) * v1 + (n2 - 1) * v2) / freedom * (1 / n1 + 1 / n2)).squareRoot()
        } else {
            let (s1, s2) = (v1 / n1, v2 / n2)
            error = (s1 + s2).squareRoot()
            freedom = (s1 + s2) * (s1 + s2) / (s1 * s1 / (n1 - 1) + s2 * s2 / (n2 - 1))
        }
    }
}
