import Testing

@testable import Statistics

@Suite struct McNemarTests {
    static let pairs = DiscordantPairs(both: 20, candidateOnly: 12, baselineOnly: 3, neither: 21)

    // scipy 1.17: binomial(15, ½) and chi-square
    @Test func `mid-p, exact and chi-square have their reference values`() {
        #expect(near(McNemarMidP.run(Self.pairs).pValue, 0.02127075195312499, 1e-12))
        #expect(near(McNemarExact.run(Self.pairs).pValue, 0.03515625, 1e-12))
        #expect(McNemarExact.run(Self.pairs).statistic == 3)
        #expect(near(McNemarChi2.run(Self.pairs).statistic, 5.4, 1e-12))
        #expect(near(McNemarChi2.run(Self.pairs).pValue, 0.02013675155034633, 1e-12))
        #expect(near(McNemarChi2.run(Self.pairs, continuity: true).pValue, 0.03886710381241731, 1e-12))
    }

    @Test func `which system is called the baseline changes only the side`() {
        let turned = DiscordantPairs(both: 20, candidateOnly: 3, baselineOnly: 12, neither: 21)
        #expect(near(McNemarMidP.run(Self.pairs).pValue, McNemarMidP.run(turned).pValue ?? 0))
        #expect(
            near(
                McNemarMidP.run(Self.pairs, alternative: .greater).pValue,
                McNemarMidP.run(turned, alternative: .less).pValue ?? 0))
        #expect((McNemarChi2.run(turned, alternative: .greater).pValue ?? 0) > 0.9)
        #expect((McNemarExact.run(Self.pairs, alternative: .greater).pValue ?? 1) < 0.02)
    }

    @Test func `systems that never disagree have p = 1, and no samples are not testable`() {
        let same = DiscordantPairs(both: 5, candidateOnly: 0, baselineOnly: 0, neither: 2)
        #expect(McNemarMidP.run(same).pValue == 1)
        #expect(McNemarExact.run(same).pValue == 1)
        #expect(McNemarChi2.run(same).notTestable == "the two never disagree")
        let none = DiscordantPairs(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0)
        #expect(McNemarMidP.run(none).notTestable == "there are no samples")
        #expect(McNemarExact.run(none).notTestable == "there are no samples")
    }

    @Test(arguments: ["mcnemar-mid-p", "mcnemar-exact", "mcnemar-chi2"])
    func `scores that are not 0 or 1 are refused`(name: String) throws {
        let scores = try PairedScores(baseline: [0.5, 1], candidate: [1, 0])
        #expect(SignificanceTests.named(name)?.run(.paired(scores)).notTestable == "the scores are not all 0 or 1")
    }

    @Test func `mid-p rejects a true null hypothesis no more often than it says`() throws {
        var generator = SeededGenerator(seed: 9)
        var rejected = 0
        let runs = 1000
        for _ in 0..<runs {
            let won = (0..<40).count { _ in generator.unit() < 0.5 }
            let pairs = DiscordantPairs(both: 60, candidateOnly: won, baselineOnly: 40 - won, neither: 0)
            if (McNemarMidP.run(pairs).pValue ?? 1) <= 0.05 { rejected += 1 }
        }
        let rate = try #require(Interval.wilson(successes: rejected, of: runs))
        #expect(rate.low <= 0.05)
    }
}
