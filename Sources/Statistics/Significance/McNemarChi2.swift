import Glibc

/// McNemar's test by the chi-square approximation.
public enum McNemarChi2 {
    static let test = SignificanceTest.paired(
        "mcnemar-chi2", "McNemar's test, chi-square",
        "two systems on the same samples, right or wrong, large samples; without continuity correction"
    ) { scores, settings in
        guard let pairs = DiscordantPairs(scores) else {
            return .notTestable(
                "mcnemar-chi2", n: scores.count, "the scores are not all 0 or 1", alternative: settings.alternative)
        }
        return run(pairs, alternative: settings.alternative)
    }

    /// (won − lost)² / (won + lost) with one degree of freedom.
    ///
    /// - Parameter continuity: Edwards' correction, |won − lost| less 1.
    /// - Returns: not testable where the two never disagree.
    ///
    /// Source: Quinn McNemar, *Note on the sampling error of the difference between correlated proportions*, 1947.
    public static func run(
        _ pairs: DiscordantPairs, continuity: Bool = false, alternative: Alternative = .twoSided
    ) -> TestResult {
        guard pairs.discordant > 0 else {
            return .notTestable(
                test.name, n: pairs.count, "the two never disagree", alternative: alternative)
        }
        let gap = Double(pairs.candidateOnly - pairs.baselineOnly)
        let corrected = continuity ? abs(gap) - 1 : abs(gap)
        let statistic = corrected * corrected / Double(pairs.discordant)
        let z = (gap < 0 ? -1 : 1) * corrected / Double(pairs.discordant).squareRoot()
        let twoSided = Distributions.ChiSquare(degreesOfFreedom: 1).sf(statistic)
        return TestResult(
            name: test.name, statisticName: "χ²", statistic: statistic,
            pValue: alternative == .twoSided ? twoSided : alternative.pValue(z: z), n: pairs.count,
            degreesOfFreedom: 1, alternative: alternative,
            detail: "\(pairs.candidateOnly) won, \(pairs.baselineOnly) lost"
                + (continuity ? ", continuity correction" : ""))
    }
}
