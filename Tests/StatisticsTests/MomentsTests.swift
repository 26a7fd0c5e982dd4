import Testing

@testable import Statistics

@Suite struct MomentsTests {
    @Test func `values near 10^8 keep the digits of their spread`() {
        let moments = Moments([1e8 + 1, 1e8 + 2, 1e8 + 3])
        #expect(moments.mean == 1e8 + 2 && moments.variance == 1)
        #expect(near(moments.standardError, (1.0 / 3).squareRoot()))
    }

    @Test func `too few values have no mean or no spread`() {
        #expect(Moments([]).mean == nil)
        #expect(Moments([4]).mean == 4 && Moments([4]).variance == nil && Moments([4]).standardError == nil)
    }

    @Test func `quantiles interpolate or name a value that occurred`() {
        #expect(Quantiles.linear(0.25, of: [4, 1, 3, 2]) == 1.75)
        #expect(Quantiles.nearestRank(0.25, of: [4, 1, 3, 2]) == 1)
        #expect(Quantiles.nearestRank([0, 0.5, 0.51, 1], of: [4, 1, 3, 2]) == [1, 2, 3, 4])
        #expect(Quantiles.median([3, 1, 2]) == 2)
        #expect(Quantiles.linear(0.5, of: []) == nil && Quantiles.nearestRank(0.5, of: []) == nil)
        #expect(Quantiles.linear([-1, 2], of: [5, 6]) == [5, 6])
    }

    @Test func `the share 0.07 of 100 values is the seventh, in spite of rounding`() {
        #expect(Quantiles.nearestRank(0.07, of: (1...100).map(Double.init)) == 7)
    }

    @Test func `ties share the mean of their ranks`() {
        let ranks = Ranks([10, 20, 10, 30])
        #expect(ranks.values == [1.5, 3, 1.5, 4])
        #expect(ranks.tieTerm == 6 && ranks.hasTies && ranks.groups == [2, 1, 1])
    }

    @Test func `cluster-robust errors: a cluster a value is the naive error, one cluster has none`() {
        let single = ClusteredError([1, 2, 4], clusters: [1, 2, 3])
        #expect(near(single?.cr1, single?.naive ?? 0))
        #expect(near(single?.designEffect, 1, 1e-12))
        #expect(ClusteredError([1, 2, 4], clusters: [1, 1, 1])?.cr1 == 0)
        #expect(ClusteredError([1], clusters: [1, 2]) == nil)
        #expect(ClusteredError([], clusters: []) == nil)
    }
}
