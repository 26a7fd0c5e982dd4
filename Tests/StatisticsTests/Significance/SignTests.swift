import Testing

@testable import Statistics

@Suite struct SignTests {
    // scipy 1.17: binomtest(3, 12).pvalue
    @Test func `the binomial test of signs, zeros dropped`() {
        let result = Sign.run(differences: [1, 2, 3, 0, 0] + [Double](repeating: -1, count: 9))
        #expect(near(result.pValue, 0.14599609375, 1e-12))
        #expect(result.statistic == 3)
        #expect(result.detail == "3 positive, 9 negative, 2 zero")
    }

    @Test func `all zeros have p = 1 and no samples are not testable`() {
        #expect(Sign.run(differences: [0, 0]).pValue == 1)
        #expect(Sign.run(differences: []).notTestable == "there are no samples")
    }
}
