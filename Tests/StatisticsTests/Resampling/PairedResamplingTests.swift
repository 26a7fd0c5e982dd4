import Testing

@testable import Statistics

@Suite struct PairedResamplingTests {
    static func random(_ count: Int, _ seed: UInt64, shift: Double = 0) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.normal() + shift }
    }

    static func ratio(_ count: Int, _ seed: UInt64) throws -> SegmentStatistics {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<count).flatMap { _ -> [Double] in
            let length = 5 + generator.below(20)
            return [Double(generator.below(length)), Double(length)]
        }
        return try SegmentStatistics(values: values, width: 2) { $0[1] > 0 ? $0[0] / $0[1] : nil }
    }

    @Test func `statistics that do not divide into rows, differ or are no numbers are refused`() throws {
        #expect(throws: StatisticsError.notARow(width: 2, values: 3)) {
            try SegmentStatistics(values: [1, 2, 3], width: 2) { _ in 0 }
        }
        #expect(StatisticsError.notARow(width: 2, values: 3).description == "3 values do not divide into rows of 2")
        #expect(throws: StatisticsError.notARow(width: 0, values: 3)) {
            try SegmentStatistics(values: [1, 2, 3], width: 0) { _ in 0 }
        }
        #expect(throws: StatisticsError.notFinite(what: "segment statistics", position: 1)) {
            try SegmentStatistics(values: [1, .infinity], width: 2) { _ in 0 }
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "clusters", expected: 2, found: 1)) {
            try SegmentStatistics(scores: [1, 2], clusters: [1])
        }
        let two = try SegmentStatistics(scores: [1, 2])
        #expect(throws: StatisticsError.lengthsDiffer(what: "candidate segments", expected: 2, found: 1)) {
            try PairedSegments(baseline: two, candidate: SegmentStatistics(scores: [1]))
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "candidate clusters", expected: 2, found: 1)) {
            try PairedSegments(baseline: two, candidate: SegmentStatistics(scores: [1, 2], clusters: [1, 1]))
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "candidate statistics", expected: 2, found: 1)) {
            try PairedSegments(baseline: two, candidate: SegmentStatistics(values: [1, 2], width: 1) { $0[0] })
        }
    }

    @Test func `the score is that of the summed statistics`() throws {
        let segments = try SegmentStatistics(values: [1, 2, 3, 4], width: 2) { $0[0] / $0[1] }
        #expect(segments.sums == [4, 6])
        #expect(segments.score == 4.0 / 6)
        #expect(try SegmentStatistics(scores: [0.2, 0.9, 0.4]).score == 0.5)
        #expect(try SegmentStatistics(scores: []).score == nil)
    }

    @Test(arguments: [1, 2, 3, 5, 8, 17, 24]) func `random halves take each row half of the time`(width: Int) {
        let rows = (0..<(70 * width)).map { Double($0 % 13) }
        let sums = SwapResampling.sums(of: rows, width: width, resamples: 3000, seed: 6)
        #expect(sums.count == 3000 * width)
        for column in 0..<width {
            let values = (0..<3000).map { sums[$0 * width + column] }
            let total = (0..<70).reduce(0) { $0 + rows[$1 * width + column] }
            let squares = (0..<70).reduce(0) { $0 + rows[$1 * width + column] * rows[$1 * width + column] }
            let moments = Moments(values)
            #expect(abs((moments.mean ?? 0) - total / 2) < 5 * (squares / 4 / 3000).squareRoot())
            #expect(near(moments.variance, squares / 4, 0.15))
        }
    }

    @Test(arguments: [1, 2, 3, 4, 9, 20, 23, 48]) func `draws with replacement have the right mean and spread`(
        width: Int
    ) {
        // numbers for sums of 16-bit, of 32-bit integers and of doubles, in one tile and in several
        for (count, unit) in [(60, 1), (60, 0.1), (300, 1), (700, 900), (700, 0.1)] {
            let rows = (0..<(count * width)).map { Double(($0 * 7) % 13) * unit }
            var sums = [Double](repeating: 0, count: 2000 * width)
            sums.withUnsafeMutableBufferPointer { output in
                let output = output
                BootstrapResampling.run(
                    count: count, width: width, resamples: 2000, seed: 8, value: { rows[$0 * width + $1] },
                    use: { resample, values in
                        for column in 0..<width { output[resample * width + column] = values[column] }
                    })
            }
            for place in 0..<width {
                let source = Moments((0..<count).map { rows[$0 * width + place] })
                let drawn = Moments((0..<2000).map { sums[$0 * width + place] })
                let spread = (source.variance ?? 0) * Double(count - 1)
                #expect(abs((drawn.mean ?? 0) - (source.mean ?? 0) * Double(count)) < 5 * (spread / 2000).squareRoot())
                #expect(near(drawn.variance, spread, 0.2))
            }
        }
    }

    @Test func `columns that follow another are added up as it is`() {
        // x, x + 3, a constant, 2x, x again, zeros
        func row(_ x: Double) -> [Double] { [x, x + 3, 7, 2 * x, x, 0] }
        let rows = (0..<500).flatMap { row(Double($0 % 11)) }
        let columns = DistinctColumns(count: 500, width: 6, allowsOffsets: true) { rows[$0 * 6 + $1] }
        #expect(columns.kept == [0, 3])
        BootstrapResampling.run(
            count: 500, width: 6, resamples: 300, seed: 4, value: { rows[$0 * 6 + $1] },
            use: { _, sums in
                #expect(Array(sums) == [sums[0], sums[0] + 1500, 3500, 2 * sums[0], sums[0], 0])
            })
        let moved = SwapResampling.sums(of: rows, width: 6, resamples: 300, seed: 4)
        for sums in (0..<300).map({ moved[$0 * 6..<$0 * 6 + 6] }) {
            let (first, count) = (sums[sums.startIndex], sums[sums.startIndex + 2] / 7)
            #expect(Array(sums) == [first, first + 3 * count, 7 * count, 2 * first, first, 0])
        }
        let thirds = DistinctColumns(count: 9, width: 2, allowsOffsets: true) { Double($0) / 3 + Double($1) }
        #expect(thirds.kept == [0, 1])
    }

    @Test func `integers that could overflow are summed as doubles`() throws {
        let large = try SegmentStatistics(values: [Double](repeating: 1e9, count: 12), width: 3) { $0[0] }
        let pair = try PairedSegments(baseline: large, candidate: large)
        #expect(PairedBootstrapResult(pair, resamples: 50)?.baseline.high == 4e9)
    }

    @Test func `the same seed gives the same result, another seed another`() throws {
        let pair = try PairedSegments(baseline: Self.ratio(150, 1), candidate: Self.ratio(150, 2))
        #expect(PairedAR.run(pair, resamples: 700, seed: 5) == PairedAR.run(pair, resamples: 700, seed: 5))
        let bootstrap = PairedBootstrapResult(pair, resamples: 700, seed: 5)
        #expect(bootstrap == PairedBootstrapResult(pair, resamples: 700, seed: 5))
        #expect(bootstrap != PairedBootstrapResult(pair, resamples: 700, seed: 6))
        #expect(bootstrap?.resamples == 700 && bootstrap?.undefined == 0)
    }

    @Test func `more resamples begin with the fewer`() throws {
        let pair = try PairedSegments(baseline: Self.ratio(50, 1), candidate: Self.ratio(50, 2))
        let few = ResampledScores(drawing: pair, resamples: 300, seed: 5)
        let many = ResampledScores(drawing: pair, resamples: 900, seed: 5)
        #expect(Array(many.baseline[0..<300]) == few.baseline)
    }

    @Test func `identical outputs have p = 1 in every test`() throws {
        let one = try Self.ratio(40, 1)
        let pair = try PairedSegments(baseline: one, candidate: one)
        for result in [PairedAR.run(pair), PairedBootstrap.run(pair), PairedBS.run(pair)] {
            #expect(result.pValue == 1)
            #expect(result.detail == "identical outputs")
        }
        let interval = try #require(PairedBootstrapResult(pair, resamples: 100)?.interval)
        #expect(interval.low == 0 && interval.high == 0)
    }

    @Test func `randomization agrees with the sign-flip test where the score is a mean`() throws {
        let scores = try PairedScores(baseline: Self.random(120, 1), candidate: Self.random(120, 2, shift: 0.2))
        let mean = try #require(
            SignificanceTests.named("paired-ar")?.run(.paired(scores), TestSettings(resamples: 4000)))
        let flips = SignFlip.run(differences: scores.differences, resamples: 4000, seed: 77)
        #expect(abs((mean.pValue ?? 9) - (flips.pValue ?? 0)) < 0.03)
        #expect(near(mean.statistic, flips.statistic ?? 0, 1e-9))
    }

    @Test func `a large difference is found and its interval leaves 0 out`() throws {
        let scores = try PairedScores(baseline: Self.random(150, 1), candidate: Self.random(150, 2, shift: 1.5))
        let pair = PairedSegments(meansOf: scores)
        #expect(near(PairedAR.run(pair, resamples: 999).pValue, 0.001))
        let bootstrap = try #require(PairedBootstrapResult(pair, resamples: 999))
        #expect(near(bootstrap.centredPValue, 0.001))
        #expect(bootstrap.interval.low > 0 && !bootstrap.interval.approximate)
        #expect(bootstrap.winRate == 1)
        let t = try #require(Interval.mean(scores.differences))
        #expect(abs(bootstrap.interval.low - t.low) < 0.1 && abs(bootstrap.interval.high - t.high) < 0.1)
    }

    @Test func `whole clusters are drawn: the interval widens with dependence`() throws {
        let base = Self.random(20, 3)
        let repeated = base.flatMap { [Double](repeating: $0, count: 10) }
        let zero = [Double](repeating: 0, count: 200)
        let clusters = (0..<200).map { $0 / 10 }
        let plain = PairedSegments(meansOf: try PairedScores(baseline: zero, candidate: repeated))
        let grouped = PairedSegments(meansOf: try PairedScores(baseline: zero, candidate: repeated, clusters: clusters))
        let narrow = try #require(PairedBootstrapResult(plain, resamples: 1000)?.interval)
        let wide = try #require(PairedBootstrapResult(grouped, resamples: 1000)?.interval)
        #expect(wide.width > 2 * narrow.width)
        #expect(wide.approximate && !narrow.approximate)
        #expect(grouped.units == 20 && grouped.count == 200)
    }

    @Test func `what has no score or too few samples is not testable`() throws {
        let none = try SegmentStatistics(values: [1, 2], width: 1) { _ in nil }
        let pair = try PairedSegments(baseline: none, candidate: none)
        #expect(PairedAR.run(pair).notTestable == "a system has no score on these samples")
        #expect(PairedBootstrapResult(pair) == nil)
        let single = try PairedSegments(
            baseline: SegmentStatistics(scores: [1]), candidate: SegmentStatistics(scores: [0]))
        #expect(PairedAR.run(single).notTestable == "at least two samples are needed")
        #expect(PairedBS.run(single).notTestable == "at least two samples are needed")
        let empty = try PairedSegments(
            baseline: SegmentStatistics(scores: []), candidate: SegmentStatistics(scores: []))
        #expect(PairedAR.run(empty).notTestable == "there are no samples")
        let clustered = try SegmentStatistics(scores: [1, 0], clusters: [4, 4])
        #expect(
            PairedAR.run(try PairedSegments(baseline: clustered, candidate: clustered)).notTestable
                == "at least two clusters are needed")
        let fine = try PairedSegments(
            baseline: SegmentStatistics(scores: [1, 2]), candidate: SegmentStatistics(scores: [0, 3]))
        #expect(PairedBootstrap.run(fine, alternative: .less).notTestable == "this test is two-sided only")
    }

    @Test func `resamples without a score are left out and counted`() throws {
        // a ratio whose denominator is 0 where the one row that has any is not drawn
        let values: [Double] = [1, 2, 0, 0, 0, 0]
        let other: [Double] = [2, 2, 0, 0, 0, 0]
        let score: SegmentStatistics.Score = { $0[1] > 0 ? $0[0] / $0[1] : nil }
        let pair = try PairedSegments(
            baseline: SegmentStatistics(values: values, width: 2, score: score),
            candidate: SegmentStatistics(values: other, width: 2, score: score))
        let bootstrap = try #require(PairedBootstrapResult(pair, resamples: 400))
        #expect(bootstrap.undefined > 50 && bootstrap.undefined + bootstrap.resamples == 400)
        #expect(PairedBootstrap.run(pair, resamples: 400).detail.contains("without a score left out"))
    }

    @Test func `counting ≥ keeps the level on 0/1 scores where > does not`() throws {
        var generator = SeededGenerator(seed: 31)
        var (inclusive, strict) = (0, 0)
        let runs = 200
        for run in 0..<runs {
            let before = (0..<40).map { _ in generator.unit() < 0.9 ? 1.0 : 0.0 }
            let after = (0..<40).map { _ in generator.unit() < 0.9 ? 1.0 : 0.0 }
            let pair = PairedSegments(meansOf: try PairedScores(baseline: before, candidate: after))
            if (PairedAR.run(pair, resamples: 199, seed: UInt64(run)).pValue ?? 1) <= 0.05 { inclusive += 1 }
            let gaps = ResampledScores(exchanging: pair, resamples: 199, seed: UInt64(run)).differences
            let larger = gaps.count { abs($0) > abs(pair.difference ?? 0) + 1e-9 }
            if Double(larger + 1) / 200 <= 0.05 { strict += 1 }
        }
        #expect(inclusive < strict)
        #expect((Interval.wilson(successes: inclusive, of: runs)?.low ?? 1) <= 0.05)
    }
}
