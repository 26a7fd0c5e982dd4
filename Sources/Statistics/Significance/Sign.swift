/// The sign test: how often the candidate is better, not by how much.
public enum Sign {
    static let test = SignificanceTest.paired(
        "sign", "sign test", "two systems on the same samples where only better or worse can be said"
    ) { scores, settings in
        run(differences: scores.differences, alternative: settings.alternative)
    }

    /// The exact binomial test of positive against negative differences; zeros are dropped.
    ///
    /// - Returns: the number of positive differences as the statistic; p = 1 where every difference is 0; not testable
    ///   without samples.
    public static func run(differences: [Double], alternative: Alternative = .twoSided) -> TestResult {
        guard !differences.isEmpty else {
            return .notTestable(test.name, n: 0, "there are no samples", alternative: alternative)
        }
        let positive = differences.count { $0 > 0 }
        let negative = differences.count { $0 < 0 }
        let distribution = Distributions.Binomial(trials: positive + negative, probability: 0.5)
        return TestResult(
            name: test.name, statisticName: "positive", statistic: Double(positive),
            pValue: alternative.pValue(lower: distribution.cdf(positive), upper: distribution.sf(positive - 1)),
            n: differences.count, alternative: alternative,
            detail: "\(positive) positive, \(negative) negative, \(differences.count - positive - negative) zero")
    }
}
