import Testing

@testable import Statistics

@Suite struct PairedTTests {
    // scipy 1.17: ttest_rel([1.1, 2.4, 3.0, 4.9], [1.0, 2.0, 3.5, 4.0])
    @Test func `the statistic, degrees of freedom and p-value are scipy's`() {
        let result = PairedT.run(differences: [0.1, 0.4, -0.5, 0.9])
        #expect(near(result.statistic, 0.7689218919450849, 1e-12))
        #expect(near(result.pValue, 0.49792933583840526, 1e-12))
        #expect(result.degreesOfFreedom == 3 && result.n == 4)
    }

    @Test func `one-sided p-values add up to 1 and half of the smaller is the two-sided`() throws {
        let differences = [0.1, 0.4, -0.5, 0.9]
        let greater = try #require(PairedT.run(differences: differences, alternative: .greater).pValue)
        let less = try #require(PairedT.run(differences: differences, alternative: .less).pValue)
        #expect(near(greater + less, 1))
        #expect(near(PairedT.run(differences: differences).pValue, 2 * min(greater, less)))
    }

    @Test func `one sample, no spread and spread by rounding alone are not testable`() {
        #expect(PairedT.run(differences: [1]).notTestable == "at least two samples are needed")
        #expect(
            PairedT.run(differences: [0, 0, 0]).notTestable == "all 3 differences are equal, so there is no variance")
        #expect(PairedT.run(differences: [0.1, 0.3 - 0.2, 0.1]).notTestable != nil)
    }

    @Test func `adding a constant to both systems changes nothing`() throws {
        let before = [0.1, 0.5, 0.2, 0.9], after = [0.3, 0.4, 0.6, 0.8]
        let plain = try PairedScores(baseline: before, candidate: after)
        let moved = try PairedScores(baseline: before.map { $0 + 8 }, candidate: after.map { $0 + 8 })
        let test = PairedT.test
        #expect(near(test.run(.paired(plain)).pValue, test.run(.paired(moved)).pValue ?? 0, 1e-10))
    }
}
