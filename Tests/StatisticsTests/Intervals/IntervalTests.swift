import Testing

@testable import Statistics

@Suite struct IntervalTests {
    @Test func `Wilson, exact and adjusted intervals of a proportion`() throws {
        // statsmodels 0.15: proportion_confint(0, 10) and (7, 20)
        #expect(near(Interval.wilson(successes: 0, of: 10)?.high, 0.2775327998628892, 1e-12))
        #expect(Interval.wilson(successes: 0, of: 10)?.low == 0)
        #expect(near(Interval.clopperPearson(successes: 0, of: 10)?.high, 0.3084971078187607, 1e-12))
        #expect(Interval.clopperPearson(successes: 10, of: 10)?.high == 1)
        #expect(Interval.wilson(successes: 3, of: 0) == nil)
        #expect(Interval.wilson(successes: 4, of: 3) == nil)
        #expect(Interval.clopperPearson(successes: -1, of: 3) == nil)
        #expect(Interval.wilson(successes: 1, of: 3, level: 1.5) == nil)
    }

    @Test func `the t interval of a mean needs two values that differ`() throws {
        let interval = try #require(Interval.mean([1, 2, 3, 4]))
        #expect(interval.estimate == 2.5)
        #expect(near(interval.low, 2.5 - 3.182446305283709 * 0.6454972243679028, 1e-12))
        #expect(interval.method == "t (df 3)")
        #expect(Interval.mean([1]) == nil)
        #expect(Interval.mean([2, 2, 2]) == nil)
        #expect(Interval.mean([]) == nil)
    }

    @Test func `a cluster for each value gives the plain t interval`() throws {
        let values = [0.3, 0.9, 0.4, 0.1]
        let plain = try #require(Interval.mean(values))
        let clustered = try #require(Interval.clusteredMean(values, clusters: [4, 3, 2, 1]))
        #expect(near(plain.low, clustered.low, 1e-12) && near(plain.high, clustered.high, 1e-12))
        #expect(Interval.clusteredMean(values, clusters: [1, 1, 1, 1]) == nil)
        #expect(Interval.clusteredMean(values, clusters: [1]) == nil)
    }

    // Brute force: the score equation with its constrained maximum likelihood found numerically (scipy)
    @Test(arguments: [
        (12, 3, 56, 0.028131301593691913, 0.2978350414735755), (9, 1, 50, 0.04450866007269891, 0.2929364072926906),
        (5, 0, 30, 0.0342343765032149, 0.3356435050650773),
    ]) func `Tango's interval solves the score equation`(won: Int, lost: Int, n: Int, low: Double, high: Double) throws
    {
        let pairs = DiscordantPairs(both: n - won - lost, candidateOnly: won, baselineOnly: lost, neither: 0)
        let interval = try #require(Interval.tango(pairs))
        #expect(near(interval.low, low, 1e-5) && near(interval.high, high, 1e-5))
        let turned = DiscordantPairs(both: 0, candidateOnly: lost, baselineOnly: won, neither: n - won - lost)
        let mirror = try #require(Interval.tango(turned))
        #expect(near(mirror.low, -interval.high, 1e-9) && near(mirror.high, -interval.low, 1e-9))
    }

    @Test func `paired intervals stay finite where nothing or everything is in dispute`() throws {
        let same = DiscordantPairs(both: 30, candidateOnly: 0, baselineOnly: 0, neither: 0)
        let tango = try #require(Interval.tango(same))
        // without dispute the bounds are ±z² / (n + z²)
        #expect(near(tango.high, 3.841458820694124 / 33.841458820694124, 1e-9) && near(tango.low, -tango.high, 1e-9))
        #expect(Interval.newcombePaired(same)?.contains(0) == true)
        let all = DiscordantPairs(both: 0, candidateOnly: 8, baselineOnly: 0, neither: 0)
        #expect(Interval.tango(all)?.high == 1)
        #expect(Interval.newcombePaired(all)?.high == 1)
        let none = DiscordantPairs(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0)
        #expect(Interval.tango(none) == nil && Interval.newcombePaired(none) == nil)
    }

    @Test func `Tango and Newcombe agree on ordinary data`() throws {
        let pairs = DiscordantPairs(both: 40, candidateOnly: 14, baselineOnly: 6, neither: 40)
        let (tango, newcombe) = (try #require(Interval.tango(pairs)), try #require(Interval.newcombePaired(pairs)))
        #expect(abs(tango.low - newcombe.low) < 0.01 && abs(tango.high - newcombe.high) < 0.01)
    }

    @Test func `the order-statistic interval covers at least its level and is suppressed in the far tail`() throws {
        let values = (1...1000).map(Double.init)
        let interval = try #require(Interval.quantile(0.9, of: values.shuffled()))
        #expect(interval.estimate == 900)
        let count = Distributions.Binomial(trials: 1000, probability: 0.9)
        // ranks are the values here: covered when at least `low` and fewer than `high` values lie below the quantile
        let coverage = count.cdf(Int(interval.high) - 1) - count.cdf(Int(interval.low) - 1)
        #expect(coverage >= 0.95 && coverage < 0.97)
        #expect(Interval.quantile(0.99, of: Array(values.prefix(999))) == nil)
        #expect(Interval.quantile(0.99, of: values) != nil)
        #expect(Interval.quantile(0.5, of: [1, 2, 3], suppressing: false) == nil)
        #expect(Interval.quantile(0.5, of: []) == nil)
        #expect(Interval.quantile(1, of: values) == nil)
    }

    @Test func `there is no BCa interval under 50 samples, and above it is near the t interval`() throws {
        let scores = PairedResamplingTests.random(80, 12)
        #expect(Interval.bca(try SegmentStatistics(scores: Array(scores.prefix(49))), resamples: 100) == nil)
        let bca = try #require(Interval.bca(try SegmentStatistics(scores: scores), resamples: 3000))
        let t = try #require(Interval.mean(scores))
        #expect(abs(bca.low - t.low) < 0.05 && abs(bca.high - t.high) < 0.05)
        #expect(Interval.bca(try SegmentStatistics(scores: [Double](repeating: 1, count: 60)), resamples: 50) == nil)
    }

    @Test func `BCa leans towards the long tail`() throws {
        let skewed = PairedResamplingTests.random(100, 12).map { $0 * $0 * $0 * $0 }
        let segments = try SegmentStatistics(scores: skewed)
        let bca = try #require(Interval.bca(segments, resamples: 4000))
        let plain = try #require(Interval.percentileBootstrap(segments, resamples: 4000))
        #expect(bca.low > plain.low && bca.high > plain.high)
    }

    @Test func `one variant's interval follows the decision table`() throws {
        #expect(Interval.ofScores([1, 0, 1, 1])?.method == "Wilson")
        #expect(Interval.ofScores([0.5, 0, 1, 1])?.method == "t (df 3)")
        #expect(Interval.ofScores([0.5, 0, 1, 1], clusters: [1, 1, 2, 2])?.method == "cluster-robust t (2 clusters)")
        #expect(Interval.ofScores([1, 1, 1, 1], clusters: [1, 1, 2, 2])?.method == "Wilson over clusters")
        #expect((Interval.ofScores([1, 1, 1, 1], clusters: [1, 1, 2, 2])?.low ?? 1) < 0.4)
        #expect(Interval.ofScores([]) == nil)
        #expect(Interval.ofScores([0.5]) == nil)
        #expect(Interval.ofScores([0.5, .nan]) == nil)
        let bounded = try #require(Interval.ofScores([1, 1, 1, 0], clusters: [1, 1, 2, 2]))
        #expect(bounded.high == 1)
    }

    @Test func `an interval on another scale keeps its bounds in order`() throws {
        let interval = try #require(Interval.wilson(successes: 3, of: 10))
        #expect(interval.scaled(by: 100).high == interval.high * 100)
        #expect(interval.scaled(by: -1).low == -interval.high)
        #expect(interval.width == interval.high - interval.low)
    }

    @Test func `Wilson and Clopper-Pearson cover what they say over a grid`() {
        var (wilson, exact) = ([Double](), [Double]())
        for n in [10, 30, 100] {
            for p in [0.02, 0.1, 0.3, 0.5, 0.8] {
                let count = Distributions.Binomial(trials: n, probability: p)
                func coverage(_ interval: (Int) -> Interval?) -> Double {
                    (0...n).reduce(0) { $0 + (interval($1)?.contains(p) == true ? count.mass($1) : 0) }
                }
                wilson.append(coverage { Interval.wilson(successes: $0, of: n) })
                exact.append(coverage { Interval.clopperPearson(successes: $0, of: n) })
            }
        }
        #expect((0.94...0.965).contains(Moments.mean(wilson) ?? 0))
        #expect(exact.allSatisfy { $0 >= 0.95 - 1e-12 })
    }
}
