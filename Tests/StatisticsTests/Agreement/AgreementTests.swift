import Testing

@testable import Statistics

/// Reference values of agreement and correlation are those of the conformance suites; here what they leave open.
@Suite struct AgreementTests {
    @Test func `kappa of complete, opposite and constant raters`() {
        #expect(CohensKappa([0, 1, 2, 1], [0, 1, 2, 1], categories: 3)?.value == 1)
        #expect(CohensKappa([0, 1, 0, 1], [1, 0, 1, 0], categories: 2)?.value == -1)
        #expect(CohensKappa([1, 1], [1, 1], categories: 2) == nil)
        #expect(CohensKappa([0, 5], [0, 1], categories: 2) == nil)
        #expect(CohensKappa([], [], categories: 2) == nil)
        #expect(CohensKappa([0, 1, 2, 1], [0, 1, 2, 1], categories: 3)?.interval() == nil)
    }

    // statsmodels: cohens_kappa([[20, 5, 2], [4, 15, 6], [1, 7, 18]]) and with weights
    @Test(arguments: [
        (CohensKappa.Weights.none, 0.519467718087728, 0.0791479854481295),
        (.linear, 0.5963031423290204, 0.07303110059991905), (.quadratic, 0.67315750554597, 0.07426969271018435),
    ]) func `kappa's standard error is statsmodels'`(
        weights: CohensKappa.Weights, value: Double, error: Double
    ) throws {
        let table = [[20, 5, 2], [4, 15, 6], [1, 7, 18]]
        var (first, second): ([Int], [Int]) = ([], [])
        for (i, row) in table.enumerated() {
            for (j, count) in row.enumerated() {
                first += [Int](repeating: i, count: count)
                second += [Int](repeating: j, count: count)
            }
        }
        let kappa = try #require(CohensKappa(first, second, categories: 3, weights: weights))
        #expect(near(kappa.value, value, 1e-12) && near(kappa.standardError, error, 1e-10))
        #expect(kappa.interval()?.contains(value) == true)
        #expect(near(kappa.accuracy, 53.0 / 78))
    }

    @Test func `Fleiss refuses items with different numbers of ratings`() {
        #expect(FleissKappa(counts: [[2, 1], [2, 2]]) == nil)
        #expect(FleissKappa(counts: [[1, 0], [0, 1]]) == nil)
        #expect(FleissKappa(counts: []) == nil)
        #expect(FleissKappa(counts: [[3, 0], [3, 0]])?.value == nil)
    }

    @Test func `alpha ignores items rated once and refuses what has no disagreement to find`() throws {
        let alpha = try #require(KrippendorffsAlpha([[1, 2, 3, nil], [1, 2, nil, 5]], scale: .nominal))
        #expect(alpha.value == 1 && alpha.items == 2 && alpha.ratings == 4)
        #expect(KrippendorffsAlpha([[1, 1], [1, 1]], scale: .nominal) == nil)
        #expect(KrippendorffsAlpha([[1, nil], [nil, 1]], scale: .interval) == nil)
        #expect(KrippendorffsAlpha([[1, 2], [1]], scale: .interval) == nil)
        #expect(KrippendorffsAlpha([], scale: .ratio) == nil)
    }

    @Test(arguments: [KrippendorffsAlpha.Scale.nominal, .ordinal, .interval])
    func `fifty thousand different ratings are held in memory linear in their number`(
        scale: KrippendorffsAlpha.Scale
    ) throws {
        var generator = SeededGenerator(seed: 5)
        let first = (0..<50_000).map { _ in Double?.some(generator.unit()) }
        let second = first.map { $0.map { $0 + 0.001 * generator.unit() } }
        let alpha = try #require(KrippendorffsAlpha([first, second], scale: scale))
        #expect(scale == .nominal ? abs(alpha.value) < 0.01 : alpha.value > 0.99)
    }

    @Test func `correlation of lines, constants and too few items`() {
        #expect(Correlation.pearson([1, 2, 3], [2, 4, 6])?.coefficient == 1)
        #expect(Correlation.spearman([1, 2, 3], [9, 4, 1])?.coefficient == -1)
        #expect(Correlation.kendall([1, 2, 3], [1, 3, 2]).map { near($0.coefficient, 1.0 / 3) } == true)
        #expect(Correlation.pearson([1, 1], [1, 2]) == nil)
        #expect(Correlation.kendall([1, 1], [1, 2]) == nil)
        #expect(Correlation.spearman([1, 2], [1]) == nil)
        #expect(Correlation.pearson([1, 2], [1, 2])?.test.notTestable == "at least three items are needed")
        #expect(Correlation.pearson([1, 2, 4], [1, 2, 3])?.interval == nil)
    }

    @Test func `an exact Kendall test is refused with ties, and small without is enumerated`() throws {
        let tied = try #require(Correlation.kendall([1, 1, 2], [1, 2, 3], method: .exact))
        #expect(tied.test.notTestable == "an exact p-value needs values without ties")
        // no inversion: 1 of 4! orders, on either side
        #expect(near(Correlation.kendall([1, 2, 3, 4], [1, 2, 3, 4])?.test.pValue, 2.0 / 24))
    }

    @Test func `Kendall by merging counts what pairs count`() throws {
        var generator = SeededGenerator(seed: 1)
        let x = (0..<60).map { _ in Double(generator.below(9)) }, y = (0..<60).map { _ in Double(generator.below(7)) }
        var (surplus, tiedX, tiedY) = (0.0, 0.0, 0.0)
        for i in 0..<60 {
            for j in 0..<i {
                let product = (x[i] - x[j]) * (y[i] - y[j])
                surplus += product > 0 ? 1 : product < 0 ? -1 : 0
                tiedX += x[i] == x[j] ? 1 : 0
                tiedY += y[i] == y[j] ? 1 : 0
            }
        }
        let want = surplus / ((1770 - tiedX).squareRoot() * (1770 - tiedY).squareRoot())
        #expect(near(Correlation.kendall(x, y)?.coefficient, want, 1e-12))
    }

    @Test func `robust means`() {
        #expect(RobustMeans.trimmedMean([100, 1, 2, 3, 4, 5, 6, 7, 8, -90]) == 4.5)
        #expect(RobustMeans.trimmedMean([1], cutting: 0.5) == nil)
        #expect(RobustMeans.medianDeviation([1, 2, 9]) == 1)
        #expect(RobustMeans.geometricMean([1, 0]) == nil && RobustMeans.geometricMean([]) == nil)
        #expect(near(RobustMeans.geometricMean([1, 4, 2]), 2))
    }
}
