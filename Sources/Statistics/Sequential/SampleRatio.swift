/// Whether the arms of an experiment got their planned shares: looked at before anything else, because a broken split
/// spoils every comparison.
public enum SampleRatio {
    /// A p-value under this says the split is broken.
    public static let alarm = 0.001

    /// Chi-square test of counts against shares.
    ///
    /// - Parameters:
    ///   - counts: what each arm got, at least 0.
    ///   - shares: what each should get, more than 0, in any unit.
    /// - Returns: χ² with arms − 1 degrees of freedom; not testable for lists that do not fit or without a count.
    public static func test(counts: [Int], shares: [Double]) -> TestResult {
        let name = "sample-ratio"
        let total = counts.reduce(0.0) { $0 + Double($1) }
        guard counts.count == shares.count, counts.count > 1, counts.allSatisfy({ $0 >= 0 }),
            shares.allSatisfy({ $0 > 0 && $0.isFinite }), total > 0, total < 0x1p53
        else { return .notTestable(name, n: 0, "two or more arms with counts and planned shares are needed") }
        let whole = shares.reduce(0, +)
        let statistic = zip(counts, shares).reduce(0) { sum, arm in
            let expected = total * arm.1 / whole
            return sum + (Double(arm.0) - expected) * (Double(arm.0) - expected) / expected
        }
        let freedom = Double(counts.count - 1)
        return TestResult(
            name: name, statisticName: "χ²", statistic: statistic,
            pValue: Distributions.ChiSquare(degreesOfFreedom: freedom).sf(statistic), n: Int(total),
            degreesOfFreedom: freedom)
    }
}
