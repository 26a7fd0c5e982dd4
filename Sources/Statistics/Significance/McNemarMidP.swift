/// McNemar's test with the mid-p correction: the default for paired 0/1 scores.
public enum McNemarMidP {
    static let test = SignificanceTest.paired(
        "mcnemar-mid-p", "McNemar's test, mid-p",
        "two systems on the same samples, right or wrong: the default for 0/1 scores of one repeat"
    ) { scores, settings in
        guard let pairs = DiscordantPairs(scores) else {
            return .notTestable(
                "mcnemar-mid-p", n: scores.count, "the scores are not all 0 or 1", alternative: settings.alternative)
        }
        return run(pairs, alternative: settings.alternative)
    }

    /// The exact conditional test with half the probability of the observed split, which the exact test counts whole.
    ///
    /// It keeps its level in practice and is less conservative than the exact test.
    /// - Returns: p = 1 where the two never disagree; not testable without samples.
    ///
    /// Source: Morten Fagerland, Stian Lydersen and Petter Laake, *The McNemar test for binary matched-pairs data:
    /// mid-p and asymptotic are better than exact conditional*, 2013.
    public static func run(_ pairs: DiscordantPairs, alternative: Alternative = .twoSided) -> TestResult {
        guard pairs.count > 0 else {
            return .notTestable(test.name, n: 0, "there are no samples", alternative: alternative)
        }
        let distribution = Distributions.Binomial(trials: pairs.discordant, probability: 0.5)
        let k = pairs.candidateOnly
        let half = distribution.mass(k) / 2
        let lower = distribution.cdf(k) - half
        let upper = distribution.sf(k) + half
        return TestResult(
            name: test.name, statisticName: "discordant", statistic: Double(pairs.discordant),
            pValue: alternative.pValue(lower: lower, upper: upper), n: pairs.count, alternative: alternative,
            detail: "\(pairs.candidateOnly) won, \(pairs.baselineOnly) lost")
    }
}
