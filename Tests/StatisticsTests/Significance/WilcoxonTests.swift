import Testing

@testable import Statistics

@Suite struct WilcoxonTests {
    // scipy 1.17: wilcoxon([1, 2, 3, -4, 5, 6.5, -7])
    @Test func `exact without ties`() {
        let result = Wilcoxon.run(differences: [1, 2, 3, -4, 5, 6.5, -7])
        #expect(result.statistic == 11)
        #expect(near(result.pValue, 0.6875, 1e-12))
        #expect(result.detail == "exact")
    }

    @Test func `exact with ties enumerates the mid-ranks at hand`() {
        // ranks 1.5, 1.5, 3: of the eight patterns W⁺ is 6, 4.5, 4.5, 3, 3, 1.5, 1.5, 0; two-sided p of 6 is 2/8
        #expect(Wilcoxon.run(differences: [1, 1, 2]).pValue == 0.25)
        #expect(Wilcoxon.run(differences: [1, 1, 2], alternative: .greater).pValue == 0.125)
        #expect(Wilcoxon.run(differences: [-1, 1, 2], alternative: .greater).pValue == 0.375)
    }

    // scipy 1.17: wilcoxon([1, 1, 2, -1, 3, 0, 0, 4], method="asymptotic")
    @Test func `the normal approximation corrects for ties and drops zeros`() {
        let result = Wilcoxon.run(differences: [1, 1, 2, -1, 3, 0, 0, 4], method: .asymptotic)
        #expect(result.statistic == 2)
        #expect(near(result.pValue, 0.07154597258900632, 1e-12))
        #expect(result.detail.contains("2 zeros (wilcox)"))
    }

    @Test func `all zeros are not testable unless split, and no samples never`() {
        #expect(Wilcoxon.run(differences: [0, 0]).notTestable == "all 2 differences are 0")
        #expect(Wilcoxon.run(differences: [0, 0], zeroMethod: .pratt).notTestable == "all 2 differences are 0")
        #expect(Wilcoxon.run(differences: [0, 0], zeroMethod: .zsplit, method: .asymptotic).pValue == 1)
        #expect(Wilcoxon.run(differences: [], zeroMethod: .zsplit).notTestable == "there are no samples")
        #expect(Wilcoxon.z(differences: [0, 0]) == nil)
    }

    @Test func `more than 50 differences go by the normal approximation`() {
        let many = (1...60).map { Double($0) * ($0 % 3 == 0 ? -1 : 1) }
        #expect(Wilcoxon.run(differences: many).detail.hasPrefix("normal approximation"))
        let exact = Wilcoxon.run(differences: many, method: .exact).pValue ?? 9
        #expect(abs(exact - (Wilcoxon.run(differences: many).pValue ?? 0)) < 0.002)
    }
}
