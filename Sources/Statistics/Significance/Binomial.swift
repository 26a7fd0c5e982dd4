/// The exact binomial test of a proportion.
public enum BinomialTest {
    static let test = SignificanceTest.table(
        "binomial", "exact binomial test", "one row of two counts, successes and failures: is either as likely?"
    ) { table, settings in
        guard table.count == 1, table[0].count == 2, table[0].allSatisfy({ $0 >= 0 }) else {
            return .notTestable(
                "binomial", n: 0, "one row of two counts is needed", alternative: settings.alternative)
        }
        let (total, overflow) = table[0][0].addingReportingOverflow(table[0][1])
        return run(successes: table[0][0], of: overflow ? -1 : total, alternative: settings.alternative)
    }

    /// Tests whether successes have the given probability.
    ///
    /// Two-sided, every outcome no likelier than the observed one counts.
    /// - Parameters:
    ///   - successes: 0...n.
    ///   - n: trials, at most 2⁵³.
    ///   - probability: of a success under the null hypothesis, 0...1.
    ///   - alternative: `greater` for a higher probability.
    /// - Returns: the number of successes as the statistic; not testable without trials or with counts out of range.
    public static func run(
        successes k: Int, of n: Int, probability: Double = 0.5, alternative: Alternative = .twoSided
    ) -> TestResult {
        guard k >= 0, n > 0, k <= n, n <= 1 << 53, (0...1).contains(probability) else {
            return .notTestable(
                test.name, n: max(0, n), "\(k) successes of \(n) trials with probability \(probability)",
                alternative: alternative)
        }
        let distribution = Distributions.Binomial(trials: n, probability: probability)
        let pValue: Double
        switch alternative {
        case .less: pValue = distribution.cdf(k)
        case .greater: pValue = distribution.sf(k - 1)
        case .twoSided: pValue = twoSided(k, n, distribution)
        }
        return TestResult(
            name: test.name, statisticName: "successes", statistic: Double(k), pValue: pValue, n: n,
            alternative: alternative, detail: "exact, probability \(probability)")
    }

    private static func twoSided(_ k: Int, _ n: Int, _ distribution: Distributions.Binomial) -> Double {
        let mean = distribution.probability * Double(n)
        if Double(k) == mean { return 1 }
        // a hair of room, so that outcomes equally likely on paper count on both sides
        let limit = distribution.mass(k) * (1 + 1e-7)
        if Double(k) < mean {
            // beyond the mean the mass falls: find the first outcome no likelier than k
            let first = MonotoneRoot.first(from: Int(mean.rounded(.up)), to: n + 1) {
                distribution.mass($0) <= limit
            }
            return distribution.cdf(k) + distribution.sf(first - 1)
        }
        let likelier = MonotoneRoot.first(from: 0, to: Int(mean.rounded(.down)) + 1) { distribution.mass($0) > limit }
        return distribution.cdf(likelier - 1) + distribution.sf(k - 1)
    }
}
