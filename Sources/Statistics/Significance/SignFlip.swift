/// The sign-flip randomization test of a mean difference: exact for few samples, seeded Monte Carlo for many.
public enum SignFlip {
    /// Up to this many nonzero differences all sign patterns are counted (2²⁴, about 17 million).
    public static let exactLimit = 24

    static let test = SignificanceTest.paired(
        "sign-flip", "sign-flip randomization test",
        "mean difference on the same samples without assuming a distribution; flips whole clusters where there are any"
    ) { scores, settings in
        run(
            differences: scores.differences, clusters: scores.clusters, alternative: settings.alternative,
            resamples: settings.resamples, seed: settings.seed)
    }

    /// Tests whether the signs of the differences could as well have been the other way round.
    ///
    /// Counts every pattern at least as extreme as the observed one (≥, with a guard for rounding).
    /// - Parameters:
    ///   - differences: candidate − baseline for each sample, finite.
    ///   - clusters: the cluster of each sample; whole clusters are flipped.
    ///   - resamples: random patterns where there are too many to enumerate, p = (c + 1) / (B + 1).
    ///   - seed: of the random patterns.
    /// - Returns: the mean difference as the statistic, n counting samples or clusters; p = 1 where every difference is
    ///   0; not testable without samples. The same for any number of threads.
    ///
    /// Source: Ronald Fisher, *The design of experiments*, 1935; Eugene Edgington, *Randomization tests*, 1980.
    public static func run(
        differences: [Double], clusters: [Int]? = nil, alternative: Alternative = .twoSided,
        resamples: Int = 10_000, seed: UInt64 = 12_345
    ) -> TestResult {
        guard !differences.isEmpty else {
            return .notTestable(test.name, n: 0, "there are no samples", alternative: alternative)
        }
        if let clusters, clusters.count != differences.count {
            return .notTestable(
                test.name, n: differences.count, "\(clusters.count) clusters do not fit \(differences.count) samples",
                alternative: alternative)
        }
        let units = clusters.map { ClusterIndex($0).sums(of: differences, width: 1) } ?? differences
        let moving = units.filter { $0 != 0 }
        let observed = moving.reduce(0, +)
        let size = moving.reduce(0) { $0 + abs($1) }
        let guardWidth = 1e-9 * abs(observed) + 1e-14 * size
        let extreme = Extreme(alternative: alternative, observed: observed, guardWidth: guardWidth)
        let share: Double
        let detail: String
        if moving.count <= exactLimit {
            let patterns = 1 << moving.count
            share = Double(extremePatterns(moving, extreme)) / Double(patterns)
            detail = "exact, \(patterns) sign patterns"
        } else {
            let flipped = SwapResampling.sums(of: moving, width: 1, resamples: resamples, seed: seed)
            let count = flipped.count { extreme.holds(observed - 2 * $0) }
            share = Double(count + 1) / Double(flipped.count + 1)
            detail = "\(flipped.count) resamples, seed \(seed)"
        }
        return TestResult(
            name: test.name, statisticName: "Δ", statistic: Moments.mean(differences), pValue: share, n: units.count,
            alternative: alternative, detail: detail)
    }

    /// How many of the 2ⁿ patterns are at least as extreme as the observed one.
    ///
    /// The differences are cut in two halves; the subset sums of one are walked upwards while those of the other are
    /// walked downwards, which counts pairs of subsets without making them. O(2^(n/2)) memory and O(n · 2^(n/2)) time.
    private static func extremePatterns(_ values: [Double], _ extreme: Extreme) -> Int {
        let middle = values.count / 2
        let first = subsetSums(values[..<middle]).sorted()
        let second = subsetSums(values[middle...]).sorted()
        /// Pairs whose sum is at most `limit`.
        func atMost(_ limit: Double) -> Int {
            var count = 0
            var reach = second.count
            for sum in first {
                while reach > 0, sum + second[reach - 1] > limit { reach -= 1 }
                count += reach
            }
            return count
        }
        // A pattern that flips the sum S has the statistic T − 2S.
        let total = first.count * second.count
        let (observed, slack) = (extreme.observed, extreme.guardWidth)
        switch extreme.alternative {
        case .greater: return atMost(slack / 2)
        case .less: return total - atMost((-slack / 2).nextDown)
        case .twoSided:
            let bound = abs(observed) - slack
            guard bound > 0 else { return total }
            return atMost((observed - bound) / 2) + total - atMost(((observed + bound) / 2).nextDown)
        }
    }

    private static func subsetSums(_ values: ArraySlice<Double>) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(1 << values.count)
        for value in values {
            for index in 0..<sums.count { sums.append(sums[index] + value) }
        }
        return sums
    }
}

/// Whether a resampled statistic is at least as extreme as the observed one; a guard keeps rounding from deciding ties.
struct Extreme {
    let alternative: Alternative
    let observed: Double
    let guardWidth: Double

    func holds(_ value: Double) -> Bool {
        switch alternative {
        case .twoSided: abs(value) >= abs(observed) - guardWidth
        case .less: value <= observed + guardWidth
        case .greater: value >= observed - guardWidth
        }
    }
}
