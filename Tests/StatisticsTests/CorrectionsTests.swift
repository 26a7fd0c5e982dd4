import Testing

@testable import Statistics

@Suite struct CorrectionsTests {
    static let raw: [Double?] = [0.01, 0.04, 0.03, 0.005]

    // statsmodels 0.15: multipletests
    @Test(arguments: [
        (Correction.none, [0.01, 0.04, 0.03, 0.005]), (.bonferroni, [0.04, 0.16, 0.12, 0.02]),
        (.holm, [0.03, 0.06, 0.06, 0.02]), (.bh, [0.02, 0.04, 0.04, 0.02]),
    ]) func `adjusted p-values come in the order given`(correction: Correction, want: [Double]) {
        let adjusted = AdjustedPValues(Self.raw, correction: correction)
        #expect(zip(adjusted.values, want).allSatisfy { near($0, $1, 1e-12) })
        #expect(adjusted.familySize == 4)
    }

    @Test func `tests that could not be done stay empty and do not count`() {
        let adjusted = AdjustedPValues([0.01, nil, 0.02], correction: .bonferroni)
        #expect(adjusted.values == [0.02, nil, 0.04])
        #expect(adjusted.familySize == 2)
        #expect(AdjustedPValues([nil, .nan], correction: .holm).values == [nil, nil])
        #expect(AdjustedPValues([], correction: .by).values.isEmpty)
    }

    @Test(arguments: Correction.allCases) func `no correction lowers a p-value, changes their order or passes 1`(
        correction: Correction
    ) {
        var generator = SeededGenerator(seed: 3)
        let raw = (0..<30).map { _ in generator.unit() * generator.unit() }
        let adjusted = AdjustedPValues(raw, correction: correction).values.compactMap { $0 }
        #expect(zip(raw, adjusted).allSatisfy { $0 <= $1 && $1 <= 1 })
        let order = raw.indices.sorted { raw[$0] < raw[$1] }
        #expect(zip(order, order.dropFirst()).allSatisfy { adjusted[$0] <= adjusted[$1] })
        #expect(AdjustedPValues([0.2], correction: correction).values[0].map { abs($0 - 0.2) < 1e-15 } == true)
    }
}
