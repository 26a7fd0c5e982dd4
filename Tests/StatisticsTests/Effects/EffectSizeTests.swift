import Testing

@testable import Statistics

@Suite struct EffectSizeTests {
    @Test func `effects carry their name`() throws {
        let dz = try #require(EffectSize.cohensDz(differences: [1, 2, 3]))
        #expect(dz.name == "Cohen's d_z" && dz.value == 2)
        #expect(EffectSize.riskDifference(0.7, 0.4).map { near($0.value, 0.3) } == true)
        #expect(EffectSize.relativeDifference(-2, baseline: 40)?.value == -0.05)
    }

    @Test func `dominance counts pairs, ties for neither side`() {
        // pairs of {1, 2} and {0, 2, 3}: x above in 2, below in 3, equal in 1
        #expect(near(EffectSize.cliffsDelta([1, 2], [0, 2, 3])?.value, -1.0 / 6))
        #expect(near(EffectSize.commonLanguage([1, 2], [0, 2, 3])?.value, 2.5 / 6))
        #expect(EffectSize.cliffsDelta([], [1]) == nil)
    }

    @Test func `rank-biserial is 1 where every difference is positive`() {
        #expect(EffectSize.rankBiserial(differences: [1, 2, 0, 3])?.value == 1)
        #expect(EffectSize.rankBiserial(differences: [1, -2, 3]).map { near($0.value, 2.0 / 6) } == true)
        #expect(EffectSize.rankBiserial(differences: [0, 0]) == nil)
    }

    @Test func `odds ratios of empty cells are corrected and say so`() {
        let clear = DiscordantPairs(both: 1, candidateOnly: 6, baselineOnly: 2, neither: 1)
        #expect(EffectSize.matchedOddsRatio(clear)?.value == 3)
        let oneSided = DiscordantPairs(both: 1, candidateOnly: 4, baselineOnly: 0, neither: 1)
        #expect(EffectSize.matchedOddsRatio(oneSided)?.value == 9)
        #expect(EffectSize.matchedOddsRatio(oneSided)?.name == "odds ratio (matched, +0.5)")
        #expect(
            EffectSize.matchedOddsRatio(DiscordantPairs(both: 3, candidateOnly: 0, baselineOnly: 0, neither: 0)) == nil)
        #expect(EffectSize.oddsRatio([[2, 3], [4, 12]])?.value == 2)
        #expect(EffectSize.oddsRatio([[0, 3], [4, 12]])?.name == "odds ratio (+0.5)")
        #expect(EffectSize.oddsRatio([[1, 2, 3], [1, 2, 3]]) == nil)
    }

    @Test func `what is not defined is nil, never a number`() {
        #expect(EffectSize.cohensDz(differences: [1, 1]) == nil)
        #expect(EffectSize.cohensD([1], [2, 3]) == nil)
        #expect(EffectSize.hedgesG([1, 1], [1, 1]) == nil)
        #expect(EffectSize.hedgesGApproximate([1, 1], [2, 2]) == nil)
        #expect(EffectSize.cohensH(1.2, 0.5) == nil)
        #expect(EffectSize.riskDifference(-0.1, 0.5) == nil)
        #expect(EffectSize.relativeDifference(1, baseline: 0) == nil)
    }
}
