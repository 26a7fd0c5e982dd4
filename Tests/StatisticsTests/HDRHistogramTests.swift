import Testing

@testable import Statistics

@Suite struct HDRHistogramTests {
    @Test(arguments: 1...5) func `every value is known to the digits asked for`(digits: Int) {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        for value: Int64 in [0, 1, 9, 99, 100, 1999, 2000, 2047, 2048, 12_400, 99_999, 1_234_567, 3_599_999_999] {
            var histogram = HDRHistogram(digits: digits)
            histogram.record(value)
            histogram.record(3_600_000_000)
            let slot = histogram.slots[0]
            #expect(slot.lowest <= value && value <= slot.highest, "\(value)")
            #expect(Double(slot.highest - slot.lowest) <= Double(value) / power, "\(value): \(slot)")
        }
    }

    @Test func `slots follow one another without gap or overlap`() {
        var histogram = HDRHistogram(highest: 20_000, digits: 2)
        for value in 0...20_000 { histogram.record(Int64(value)) }
        let slots = histogram.slots
        #expect(slots.first?.lowest == 0)
        for (left, right) in zip(slots, slots.dropFirst()) {
            #expect(right.lowest == left.highest + 1)
            #expect(left.count == left.highest - left.lowest + 1)
        }
        #expect(histogram.count == 20_001)
    }

    @Test func `percentiles are those of the values, to the digits`() throws {
        var generator = SeededGenerator(seed: 3)
        var histogram = HDRHistogram()
        let values = (0..<20_000).map { _ in Int64(1000 / (1.000_001 - generator.unit())) }
        for value in values { histogram.record(value) }
        for percentile in [0.0, 1, 25, 50, 90, 99, 99.9, 100] {
            let exact = try #require(Quantiles.nearestRank(percentile / 100, of: values.map(Double.init)))
            let found = Double(try #require(histogram.value(atPercentile: percentile)))
            #expect(found >= exact && found <= exact * 1.001, "\(percentile): \(found), exactly \(exact)")
        }
        let mean = values.reduce(0) { $0 + Double($1) } / 20_000
        #expect(abs((histogram.mean ?? 0) - mean) < mean / 1000)
    }

    @Test func `histograms of one shape are merged, of two refused`() {
        var (all, even, odd) = (HDRHistogram(), HDRHistogram(), HDRHistogram())
        for value in Int64(0)..<5000 {
            all.record(value * value)
            if value % 2 == 0 { even.record(value * value) } else { odd.record(value * value) }
        }
        let merged = [even.merge(odd), even.merge(HDRHistogram(digits: 2)), even.merge(HDRHistogram())]
        #expect(merged == [true, false, true])
        #expect(even == all)
    }

    @Test func `what cannot be counted is refused, what is too high counts as the highest`() {
        var histogram = HDRHistogram(highest: 1000)
        #expect(histogram.value(atPercentile: 50) == nil && histogram.mean == nil)
        let taken = [histogram.record(-1), histogram.record(5, times: 0), histogram.record(.max)]
        #expect(taken == [false, false, true])
        #expect(histogram.count == 1 && histogram.clipped == 1 && histogram.range == 1000...1000)
        #expect(histogram.value(atPercentile: 100) == 1000)
    }
}
