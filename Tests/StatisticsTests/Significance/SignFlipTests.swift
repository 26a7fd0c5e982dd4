import Testing

@testable import Statistics

@Suite struct SignFlipTests {
    @Test func `few samples are enumerated: every pattern at least as extreme counts`() {
        // of the eight sums ±1 ±2 ±3 only ±6 reach |6|
        let result = SignFlip.run(differences: [1, 2, 3])
        #expect(result.pValue == 0.25)
        #expect(result.statistic == 2)
        #expect(result.detail == "exact, 8 sign patterns")
        #expect(SignFlip.run(differences: [1, 2, 3], alternative: .greater).pValue == 0.125)
        #expect(SignFlip.run(differences: [1, 2, 3], alternative: .less).pValue == 1)
    }

    @Test func `ties count in spite of rounding`() {
        // 0.1 + 0.2 − 0.3 is not 0 in binary: patterns with the observed sum must all count
        let result = SignFlip.run(differences: [0.1, 0.2, -0.3, 0.3, 0.1])
        let whole = SignFlip.run(differences: [1, 2, -3, 3, 1])
        #expect(result.pValue == whole.pValue)
    }

    @Test func `equal outputs have p = 1 and no samples are not testable`() {
        #expect(SignFlip.run(differences: [0, 0, 0]).pValue == 1)
        #expect(SignFlip.run(differences: []).notTestable == "there are no samples")
        #expect(SignFlip.run(differences: [1, 2], clusters: [1]).notTestable == "1 clusters do not fit 2 samples")
    }

    @Test func `whole clusters are flipped`() {
        // two clusters: only the patterns with both or neither flipped reach |10|
        let result = SignFlip.run(differences: [1, 2, 3, 4], clusters: [1, 1, 2, 2])
        #expect(result.pValue == 0.5)
        #expect(result.n == 2)
        #expect(result.detail == "exact, 4 sign patterns")
    }

    @Test func `Monte Carlo agrees with the t test, is reproducible and depends on its seed`() throws {
        var generator = SeededGenerator(seed: 4)
        let differences = (0..<200).map { _ in generator.normal() + 0.12 }
        let first = SignFlip.run(differences: differences, resamples: 5000, seed: 1)
        let t = try #require(PairedT.run(differences: differences).pValue)
        #expect(abs((first.pValue ?? 9) - t) < 0.02)
        #expect(first == SignFlip.run(differences: differences, resamples: 5000, seed: 1))
        #expect(first.pValue != SignFlip.run(differences: differences, resamples: 5000, seed: 2).pValue)
        #expect(first.detail == "5000 resamples, seed 1")
    }

    @Test func `a difference that no resample reaches has p = 1/(B + 1)`() {
        let result = SignFlip.run(differences: [Double](repeating: 1, count: 60), resamples: 999, seed: 3)
        #expect(result.pValue == 0.001)
    }
}
