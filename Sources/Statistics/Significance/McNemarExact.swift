/// McNemar's exact conditional test.
public enum McNemarExact {
    static let test = SignificanceTest.paired(
        "mcnemar-exact", "McNemar's test, exact",
        "two systems on the same samples, right or wrong; never above its level, so conservative"
    ) { scores, settings in
        guard let pairs = DiscordantPairs(scores) else {
            return .notTestable(
                "mcnemar-exact", n: scores.count, "the scores are not all 0 or 1", alternative: settings.alternative)
        }
        return run(pairs, alternative: settings.alternative)
    }

    /// The binomial test that wins and losses among the samples in dispute are equally likely.
    ///
    /// - Returns: the smaller of the two discordant counts as the statistic; p = 1 where the two never disagree; not
    ///   testable without samples.
    public static func run(_ pairs: DiscordantPairs, alternative: Alternative = .twoSided) -> TestResult {
        guard pairs.count > 0 else {
            return .notTestable(test.name, n: 0, "there are no samples", alternative: alternative)
        }
        let distribution = Distributions.Binomial(trials: pairs.discordant, probability: 0.5)
        let k = pairs.candidateOnly
        return TestResult(
            name: test.name, statisticName: "min(won, lost)",
            statistic: Double(min(pairs.candidateOnly, pairs.baselineOnly)),
            pValue: alternative.pValue(lower: distribution.cdf(k), upper: distribution.sf(k - 1)), n: pairs.count,
            alternative: alternative, detail: "\(pairs.candidateOnly) won, \(pairs.baselineOnly) lost")
    }
}
