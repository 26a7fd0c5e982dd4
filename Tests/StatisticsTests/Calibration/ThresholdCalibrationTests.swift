import Statistics
import Testing

@Suite struct ThresholdCalibrationTests {
    private static func pair(_ likeness: Double?, _ isSame: Bool, apart: Bool = false) -> ThresholdCalibration.Pair {
        .init(likeness: likeness, isKeptApart: apart, isSame: isSame)
    }

    static let calibration = ThresholdCalibration(
        [0.99, 0.9, 0.8, 0.4].map { pair($0, true) } + [pair(0.97, true, apart: true), pair(nil, true)]
            + [0.85, 0.6, 0.3].map { pair($0, false) } + [pair(0.98, false, apart: true)])

    @Test func `hits are those that reach the threshold and are not kept apart`() throws {
        let row = try #require(Self.calibration.row(at: 0.8))
        #expect(row.hits == 3 && row.falseHits == 1)
        #expect(row.hitRate.estimate == 0.5 && row.falseHitRate.estimate == 0.25)
        let open = try #require(Self.calibration.row(at: 0.8, gated: false))
        #expect(open.hits == 4 && open.falseHits == 2)
        #expect(Self.calibration.same == 6 && Self.calibration.different == 4)
    }

    @Test func `the threshold recommended is the lowest that keeps the rate, seen or shown`() {
        #expect(Self.calibration.lowestThreshold(maxFalseHitRate: 0, isShown: false) == 0.86)
        #expect(Self.calibration.lowestThreshold(maxFalseHitRate: 0, gated: false, isShown: false) == 0.99)
        #expect(Self.calibration.lowestThreshold(maxFalseHitRate: 0.25, isShown: false) == 0.61)
        // No false hit among 4 pairs shows a rate of at most 60.2 %.
        #expect(Self.calibration.lowestThreshold(maxFalseHitRate: 0.61, isShown: true) == 0.86)
        #expect(Self.calibration.lowestThreshold(maxFalseHitRate: 0.6, isShown: true) == nil)
        #expect(ThresholdCalibration([]).lowestThreshold(maxFalseHitRate: 1, isShown: false) == nil)
    }

    @Test func `how many pairs a rate takes`() {
        // 1 − 0.025^(1/n) ≤ 0.01 from n = 368 on (ln 0.025 / ln 0.99 = 367.04).
        #expect(ThresholdCalibration.pairsNeeded(maxFalseHitRate: 0.01) == 368)
        #expect(ThresholdCalibration.pairsNeeded(maxFalseHitRate: 0) == nil)
        #expect(ThresholdCalibration.pairsNeeded(maxFalseHitRate: 1) == nil)
    }
}
