import Testing

@testable import Statistics

@Suite struct PairedComparisonTests {
    @Test func `0/1 scores of one repeat: McNemar's mid-p and Tango's interval`() throws {
        let comparison = PairedComparison(
            try PairedScores(baseline: [1, 0, 0, 0, 1, 0], candidate: [1, 1, 1, 0, 0, 1]))
        #expect(comparison.basis == "binary, one repeat")
        #expect(comparison.primary.name == "mcnemar-mid-p")
        #expect(comparison.secondary.map(\.name) == ["mcnemar-exact", "mcnemar-chi2"])
        #expect(comparison.interval?.method == "Tango score")
        #expect(comparison.effect?.name == "odds ratio (matched)" && comparison.effect?.value == 3)
        #expect(near(comparison.difference, 2.0 / 6) && comparison.n == 6 && comparison.clusters == nil)
    }

    @Test func `continuous scores: paired t, sign-flip and Wilcoxon beside it`() throws {
        let comparison = PairedComparison(try PairedScores(baseline: [0.1, 0.5, 0.3], candidate: [0.4, 0.6, 0.9]))
        #expect(comparison.basis == "continuous or ordinal")
        #expect(comparison.primary.name == "paired-t")
        #expect(comparison.secondary.map(\.name) == ["sign-flip", "wilcoxon"])
        #expect(comparison.interval?.method == "t (df 2)")
        #expect(comparison.effect?.name == "Cohen's d_z")
        #expect(near(comparison.baseline, 0.3) && near(comparison.candidate, 1.9 / 3))
    }

    @Test func `clusters: the cluster-robust t test and cluster sign-flips`() throws {
        let scores = try PairedScores(
            baseline: [0.1, 0.5, 0.3, 0.2], candidate: [0.4, 0.6, 0.9, 0.1], clusters: [1, 1, 2, 3])
        let comparison = PairedComparison(scores)
        #expect(comparison.primary.name == "cluster-t" && comparison.clusters == 3)
        #expect(comparison.secondary.map(\.name) == ["sign-flip"] && comparison.secondary[0].n == 3)
        #expect(comparison.interval?.method == "cluster-robust t (3 clusters)")
    }

    @Test func `a corpus score: randomization for p, bootstrap for the interval, approximate under 100`() throws {
        let pair = try PairedSegments(
            baseline: PairedResamplingTests.ratio(99, 1), candidate: PairedResamplingTests.ratio(99, 2))
        let comparison = PairedComparison(pair, TestSettings(resamples: 300))
        #expect(comparison.primary.name == "paired-ar" && comparison.secondary.map(\.name) == ["paired-bootstrap"])
        #expect(comparison.approximate)
        #expect(comparison.interval?.estimate == comparison.difference)
        #expect(comparison.effect?.name == "relative difference")
        let more = try PairedSegments(
            baseline: PairedResamplingTests.ratio(100, 1), candidate: PairedResamplingTests.ratio(100, 2))
        #expect(!PairedComparison(more, TestSettings(resamples: 300)).approximate)
    }

    @Test func `equal scores: no test, but a difference of 0 that gates can read`() throws {
        let same = [Double](repeating: 0.5, count: 120)
        let comparison = PairedComparison(try PairedScores(baseline: same, candidate: same))
        #expect(comparison.primary.notTestable == "all 120 differences are equal, so there is no variance")
        #expect(comparison.interval?.low == 0 && comparison.interval?.high == 0)
        #expect(NonInferiority(interval: comparison.interval, margin: 0.01, n: 120).verdict == .pass)
        let few = PairedComparison(try PairedScores(baseline: [0.5, 0.2], candidate: [0.5, 0.2]))
        #expect(few.approximate)
        let shifted = PairedComparison(try PairedScores(baseline: [0.5, 0.25], candidate: [1.5, 1.25]))
        #expect(shifted.interval == nil && shifted.primary.notTestable != nil)
    }

    @Test func `no samples give no numbers`() throws {
        let comparison = PairedComparison(try PairedScores(baseline: [], candidate: []))
        #expect(comparison.difference == nil && comparison.interval == nil && comparison.effect == nil)
        #expect(comparison.primary.notTestable == "there are no samples")
    }

    @Test func `under the null hypothesis each kind rejects no more than 5 % of the time`() throws {
        var generator = SeededGenerator(seed: 17)
        for kind in ["binary", "continuous", "clustered"] {
            var rejected = 0
            for _ in 0..<400 {
                var (before, after, clusters): ([Double], [Double], [Int]) = ([], [], [])
                for sample in 0..<60 {
                    if kind == "binary" {
                        before.append(generator.unit() < 0.6 ? 1 : 0)
                        after.append(generator.unit() < 0.6 ? 1 : 0)
                    } else {
                        before.append(generator.normal())
                        after.append(generator.normal())
                    }
                    clusters.append(sample / 3)
                }
                if kind == "clustered" {
                    let shared = (0..<20).map { _ in generator.normal() }
                    after = after.enumerated().map { $1 + shared[$0 / 3] }
                }
                let scores = try PairedScores(
                    baseline: before, candidate: after, clusters: kind == "clustered" ? clusters : nil)
                let result = PairedComparison(scores, TestSettings(resamples: 1))
                if (result.primary.pValue ?? 1) <= 0.05 { rejected += 1 }
            }
            #expect((Interval.wilson(successes: rejected, of: 400)?.low ?? 1) <= 0.05, "\(kind): \(rejected) of 400")
        }
    }
}
