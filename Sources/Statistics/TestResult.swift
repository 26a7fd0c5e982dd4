/// Which departure from "no difference" a test looks for.
public enum Alternative: String, Sendable, CaseIterable, Codable {
    /// A difference in either direction: the default.
    case twoSided = "two-sided"
    /// The candidate is below the baseline (x below y).
    case less
    /// The candidate is above the baseline (x above y).
    case greater

    /// The p-value of a continuous statistic from its two tails under the null hypothesis.
    func pValue(lower: Double, upper: Double) -> Double {
        switch self {
        case .twoSided: min(1, 2 * min(lower, upper))
        case .less: min(1, lower)
        case .greater: min(1, upper)
        }
    }

    /// The p-value of a standard normal statistic.
    func pValue(z: Double) -> Double {
        pValue(lower: Distributions.Normal.cdf(z), upper: Distributions.Normal.sf(z))
    }
}

/// What a significance test found: a p-value with all that it needs to be read, or the reason why there is none.
///
/// ```swift
/// let result = PairedT.run(differences: [0.1, 0.3, -0.1, 0.2])
/// print(result)   // paired-t: t = 1.46, p = 0.2394, n = 4, df 3
/// ```
public struct TestResult: Sendable, Equatable, CustomStringConvertible {
    /// The test's name in ``SignificanceTests/all``, such as "paired-t".
    public var name: String
    /// What the statistic is called: "t", "z", "W", "χ²", "Δ".
    public var statisticName: String
    /// The test statistic; nil where the test has none or could not be done.
    public var statistic: Double?
    /// The p-value, 0...1; nil where the test could not be done. Never NaN.
    public var pValue: Double?
    /// How many independent units went in: samples, or clusters where samples belong together.
    public var n: Int
    /// Degrees of freedom, where the null distribution has them.
    public var degreesOfFreedom: Double?
    /// The alternative tested.
    public var alternative: Alternative
    /// How the p-value was got: "exact, 1024 sign patterns", "10000 resamples, seed 7".
    public var detail: String
    /// Why there is no p-value; nil where there is one.
    public var notTestable: String?

    /// A finished test. A p-value or statistic that is not a number makes it not testable.
    public init(
        name: String, statisticName: String, statistic: Double?, pValue: Double, n: Int,
        degreesOfFreedom: Double? = nil, alternative: Alternative = .twoSided, detail: String = ""
    ) {
        self.name = name
        self.statisticName = statisticName
        self.n = n
        self.degreesOfFreedom = degreesOfFreedom
        self.alternative = alternative
        self.detail = detail
        if pValue.isNaN || statistic?.isNaN == true {
            notTestable = "the statistic is not a number"
        } else {
            self.statistic = statistic
            self.pValue = min(1, max(0, pValue))
        }
    }

    /// A test that could not be done, with the reason in words a user understands.
    public static func notTestable(
        _ name: String, n: Int, _ reason: String, alternative: Alternative = .twoSided
    ) -> TestResult {
        var result = TestResult(
            name: name, statisticName: "", statistic: nil, pValue: 1, n: n, alternative: alternative)
        result.pValue = nil
        result.notTestable = reason
        return result
    }

    /// One line: name, statistic, p, n, and how; or the reason why not.
    public var description: String {
        if let notTestable { return "\(name): not testable, \(notTestable) (n = \(n))" }
        var parts: [String] = []
        if let statistic { parts.append("\(statisticName) = \(Self.brief(statistic))") }
        if let pValue { parts.append(pValue < 1e-4 ? "p < 0.0001" : "p = \(Self.brief(pValue))") }
        parts.append("n = \(n)")
        if let degreesOfFreedom { parts.append("df \(Interval.brief(degreesOfFreedom))") }
        if alternative != .twoSided { parts.append(alternative.rawValue) }
        if !detail.isEmpty { parts.append(detail) }
        return "\(name): " + parts.joined(separator: ", ")
    }

    /// Four significant digits.
    private static func brief(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 1000, scale < 1e300 { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
