import Testing

@testable import Statistics

@Suite struct MetricAgreementTests {
    static let mean: SegmentStatistics.Score = { sums in sums[1] > 0 ? sums[0] / sums[1] : nil }

    static func system(_ scores: [Double?], _ human: [Double?]) -> MetricAgreement.System {
        MetricAgreement.System(
            scores: scores, human: human, statistics: scores.flatMap { [$0 ?? 0, $0 == nil ? 0 : 1] })
    }

    /// Systems of known quality, a metric that sees it through noise, and people who see it through less.
    static func systems(_ count: Int, samples: Int, noise: Double, seed: UInt64) -> [MetricAgreement.System] {
        var generator = SeededGenerator(seed: seed)
        let hardness = (0..<samples).map { _ in generator.normal() }
        return (0..<count).map { number in
            let quality = Double(number) / Double(count)
            let truth = hardness.map { quality + $0 + 0.3 * generator.normal() }
            return system(
                truth.map { $0 + noise * generator.normal() },
                truth.map { ($0 * 2).rounded() + 0.1 * generator.normal().rounded() })
        }
    }

    @Test func `both levels are the plain coefficients of all outputs and of all systems`() throws {
        let systems = Self.systems(4, samples: 30, noise: 0.5, seed: 3)
        let found = try MetricAgreement(systems, width: 2, score: Self.mean, resamples: 200)
        let (x, y) = (systems.flatMap { $0.scores.compactMap { $0 } }, systems.flatMap { $0.human.compactMap { $0 } })
        #expect(found.segment.n == 120)
        #expect(found.segment.pearson?.coefficient == Correlation.pearson(x, y)?.coefficient)
        #expect(found.segment.kendall?.coefficient == Correlation.kendall(x, y)?.coefficient)
        #expect(found.segment.kendall?.test == Correlation.kendall(x, y)?.test)
        let means = systems.map {
            (Moments($0.scores.compactMap { $0 }).mean, Moments($0.human.compactMap { $0 }).mean)
        }
        let level = try #require(found.system)
        #expect(level.n == 4)
        #expect(
            near(
                level.pearson?.coefficient,
                Correlation.pearson(means.compactMap(\.0), means.compactMap(\.1))?.coefficient ?? 9, 1e-12))
        for correlation in [found.segment.pearson, found.segment.kendall, level.pearson, level.kendall] {
            let interval = try #require(correlation?.interval)
            #expect(interval.contains(correlation?.coefficient ?? 9) && interval.width > 0)
            #expect(interval.method == "bootstrap over systems and samples, percentile")
        }
    }

    @Test func `the weighted tau is that of the items written out`() throws {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<50 {
            let count = 2 + generator.below(30)
            let x = (0..<count).map { _ in Double(generator.below(8)) }
            let y = (0..<count).map { _ in Double(generator.below(6)) - 2 }
            let weights = (0..<count).map { _ in Double(generator.below(4)) }
            let all = weights.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
            let plain = Correlation.kendall(all.map { x[$0] }, all.map { y[$0] })?.coefficient
            let found = WeightedKendall(x, y).tau(weights)
            #expect((plain == nil) == (found == nil))
            if let plain { #expect(near(found, plain, 1e-12)) }
        }
    }

    @Test func `a worse metric agrees less, and more samples and systems narrow the interval`() throws {
        func agreement(_ systems: Int, _ samples: Int, _ noise: Double) throws -> MetricAgreement {
            try MetricAgreement(
                Self.systems(systems, samples: samples, noise: noise, seed: 5), width: 2, score: Self.mean,
                resamples: 300)
        }
        let (good, bad) = (try agreement(8, 100, 0.2), try agreement(8, 100, 3))
        let (best, worst) = (try #require(good.segment.pearson), try #require(bad.segment.pearson))
        #expect((best.interval?.low ?? 0) > (worst.interval?.high ?? 1))
        let small = try agreement(3, 20, 0.2).segment.pearson?.interval?.width ?? 0
        #expect(small > 1.5 * (best.interval?.width ?? 9))
        let again = try agreement(8, 100, 0.2)
        #expect(again.segment == good.segment && again.system == good.system)
    }

    @Test func `one system has no system level; outputs without both scores are left out`() throws {
        let lone = try MetricAgreement(
            [Self.system([1, 2, nil, 4, 5, 6], [1, nil, 3, 5, 4, 7])], width: 2, score: Self.mean, resamples: 50)
        #expect(lone.system == nil && lone.segment.n == 4)
        #expect(lone.segment.pearson?.interval?.method == "bootstrap over samples, percentile")
        let flat = try MetricAgreement(
            [Self.system([1, 1, 1], [1, 2, 3]), Self.system([1, 1, 1], [2, 2, 3])], width: 2, score: Self.mean,
            resamples: 20)
        // two points are always on a line, and so are their resamples
        let pair = try MetricAgreement([Self.system([1, 2], [3, 5])], width: 2, score: Self.mean, resamples: 20)
        #expect(pair.segment.pearson?.coefficient == 1 && pair.segment.pearson?.interval == nil)
        #expect(flat.segment.pearson == nil && flat.segment.kendall == nil && flat.system?.pearson == nil)
    }

    @Test func `shapes that do not fit are refused`() {
        let good = Self.system([1, 2], [1, 2])
        let short = Self.system([1], [1])
        #expect(throws: StatisticsError.self) { try MetricAgreement([good, short], width: 2, score: Self.mean) }
        #expect(throws: StatisticsError.self) { try MetricAgreement([good], width: 3, score: Self.mean) }
        #expect(throws: StatisticsError.self) {
            try MetricAgreement([Self.system([1, .nan], [1, 2])], width: 2, score: Self.mean)
        }
    }
}
