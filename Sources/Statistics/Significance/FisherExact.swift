/// Fisher's exact test of a 2 × 2 table.
public enum FisherExact {
    static let test = SignificanceTest.table(
        "fisher-exact", "Fisher's exact test", "two rows of two counts of different sets of samples, however small"
    ) { table, settings in
        run(table, alternative: settings.alternative)
    }

    /// Tests whether rows and columns are independent, given the margins.
    ///
    /// Two-sided, every table no likelier than the observed one counts.
    /// - Parameters:
    ///   - table: two rows of two counts, each at most 10⁹. O(√n) outcomes are looked at.
    ///   - alternative: `greater` for an odds ratio above 1.
    /// - Returns: the sample odds ratio as the statistic, nil where a product of its denominator is 0; p = 1 where a
    ///   margin is empty; not testable for another shape.
    ///
    /// Source: Ronald Fisher, *Statistical methods for research workers*, 5th edition, 1934.
    public static func run(_ table: [[Int]], alternative: Alternative = .twoSided) -> TestResult {
        guard table.count == 2,
            table.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0...1_000_000_000).contains($0) } })
        else {
            return .notTestable(
                test.name, n: 0, "two rows of two counts up to 10⁹ are needed", alternative: alternative)
        }
        let (a, b, c, d) = (table[0][0], table[0][1], table[1][0], table[1][1])
        let distribution = Distributions.Hypergeometric(population: a + b + c + d, marked: a + b, drawn: a + c)
        let below = Double(b) * Double(c)
        let odds = below > 0 ? Double(a) * Double(d) / below : nil
        let pValue: Double
        switch alternative {
        case .less: pValue = distribution.cdf(a)
        case .greater: pValue = distribution.atLeast(a)
        case .twoSided: pValue = twoSided(a, distribution)
        }
        return TestResult(
            name: test.name, statisticName: "odds ratio", statistic: odds, pValue: pValue, n: a + b + c + d,
            alternative: alternative, detail: "exact")
    }

    private static func twoSided(_ observed: Int, _ distribution: Distributions.Hypergeometric) -> Double {
        let limit = distribution.mass(observed) * (1 + 1e-7)
        // The masses rise to the mode and fall behind it: what is no likelier are two tails.
        let (mode, support) = (distribution.mode, distribution.support)
        guard distribution.mass(mode) > limit else { return 1 }
        let likelier = MonotoneRoot.first(from: support.lowerBound, to: mode) { distribution.mass($0) > limit }
        let behind = MonotoneRoot.first(from: mode + 1, to: support.upperBound + 1) { distribution.mass($0) <= limit }
        return min(1, distribution.cdf(likelier - 1) + distribution.atLeast(behind))
    }
}
