import Testing

@testable import Statistics

@Suite struct PairedScoresTests {
    @Test func `lists of different length are refused with both lengths`() {
        #expect(throws: StatisticsError.lengthsDiffer(what: "candidate scores", expected: 2, found: 1)) {
            try PairedScores(baseline: [1, 2], candidate: [1])
        }
        #expect(
            StatisticsError.lengthsDiffer(what: "clusters", expected: 2, found: 3).description
                == "clusters: 3 given, 2 needed, one for each sample")
        #expect(throws: StatisticsError.lengthsDiffer(what: "clusters", expected: 2, found: 3)) {
            try PairedScores(baseline: [1, 2], candidate: [1, 2], clusters: [1, 2, 3])
        }
    }

    @Test func `a score that is no number is refused with its place`() {
        #expect(throws: StatisticsError.notFinite(what: "candidate scores", position: 1)) {
            try PairedScores(baseline: [1, 2], candidate: [1, .nan])
        }
        #expect(
            StatisticsError.notFinite(what: "baseline scores", position: 1).description
                == "baseline scores: value 2 is not a finite number; leave samples without a score out")
    }

    @Test func `differences are candidate minus baseline`() throws {
        #expect(try PairedScores(baseline: [1, 2], candidate: [3, 1]).differences == [2, -1])
    }

    @Test func `clusters sum their rows in the order of their labels`() {
        let clusters = ClusterIndex([9, 3, 9])
        #expect(clusters.sums(of: [1, 10, 2, 20, 4, 40], width: 2) == [2, 20, 5, 50])
    }

    @Test func `discordant pairs count the four outcomes`() throws {
        let scores = try PairedScores(baseline: [1, 1, 0, 0, 0], candidate: [1, 0, 1, 1, 0])
        let pairs = try #require(DiscordantPairs(scores))
        #expect(pairs == DiscordantPairs(both: 1, candidateOnly: 2, baselineOnly: 1, neither: 1))
        #expect(pairs.difference == 0.2)
        #expect(DiscordantPairs(try PairedScores(baseline: [0.5], candidate: [1])) == nil)
        #expect(DiscordantPairs(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0).difference == nil)
    }

    @Test func `the rounding of scores is no difference between them`() throws {
        let same = try PairedScores(baseline: [0.3, 0.3, 0.7], candidate: [0.1 + 0.2, 0.3, 0.7])
        #expect(same.differences == [0, 0, 0])
        let base = (0..<30).map { 20 + Double($0) * 1.37 }
        let shifted = try PairedScores(baseline: base, candidate: base.map { ($0 * 100 + 1).rounded() / 100 })
        #expect(Set(shifted.differences).count == 1)
        #expect(shifted.differences.allSatisfy { near($0, 0.01, 1e-12) })
        let real = try PairedScores(baseline: [1, 2], candidate: [1 + 1e-12, 2])
        #expect(real.differences[0] > 0)
    }
}
