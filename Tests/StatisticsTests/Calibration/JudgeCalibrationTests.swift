import Testing

@testable import Statistics

@Suite struct JudgeCalibrationTests {
    static let judge = JudgeCalibration(truePositives: 80, falsePositives: 10, falseNegatives: 20, trueNegatives: 90)

    @Test func `sensitivity, specificity and accuracy with their intervals`() {
        #expect(Self.judge.sensitivity()?.estimate == 0.8)
        #expect(Self.judge.specificity()?.estimate == 0.9)
        #expect(Self.judge.accuracy()?.estimate == 0.85)
        let none = JudgeCalibration(truePositives: 0, falsePositives: 3, falseNegatives: 0, trueNegatives: 3)
        #expect(none.sensitivity() == nil)
    }

    @Test func `the corrected share finds the truth behind the judge's errors`() throws {
        // of 1000 items 400 are good: 0.8 · 400 + 0.1 · 600 = 380 good verdicts
        let corrected = try #require(Self.judge.corrected(good: 380, of: 1000))
        #expect(abs((corrected.estimate ?? 0) - 0.4) < 0.01 && corrected.contains(0.4))
        let plain = try #require(Interval.wilson(successes: 380, of: 1000))
        #expect(corrected.width > 1.5 * plain.width)
    }

    @Test func `a judge no better than chance, or one without labels, corrects nothing`() {
        let coin = JudgeCalibration(truePositives: 5, falsePositives: 5, falseNegatives: 5, trueNegatives: 5)
        #expect(coin.corrected(good: 5, of: 10) == nil)
        let half = JudgeCalibration(truePositives: 5, falsePositives: 0, falseNegatives: 1, trueNegatives: 0)
        #expect(half.corrected(good: 5, of: 10) == nil)
        #expect(Self.judge.corrected(good: 11, of: 10) == nil)
    }

    @Test func `a spotless calibration still leaves doubt`() throws {
        let spotless = JudgeCalibration(truePositives: 10, falsePositives: 0, falseNegatives: 0, trueNegatives: 10)
        let corrected = try #require(spotless.corrected(good: 500, of: 1000))
        let plain = try #require(Interval.wilson(successes: 500, of: 1000))
        #expect(corrected.width > plain.width)
    }

    @Test func `prediction-powered intervals cover the truth and are narrower than the labels alone`() throws {
        var generator = SeededGenerator(seed: 4)
        var (covered, narrower) = (0, 0)
        for _ in 0..<200 {
            func item() -> (Double, Double) {
                let label = generator.normal() + 0.5
                return (label, label + 0.4 * generator.normal() + 0.3)
            }
            let labelled = (0..<60).map { _ in item() }
            let interval = try #require(
                PredictionPowered.mean(
                    labels: labelled.map(\.0), judged: labelled.map(\.1), unlabelled: (0..<600).map { _ in item().1 }))
            if interval.contains(0.5) { covered += 1 }
            if interval.width < (Interval.mean(labelled.map(\.0))?.width ?? 0) { narrower += 1 }
        }
        #expect((Interval.wilson(successes: covered, of: 200)?.high ?? 0) > 0.95)
        #expect(narrower == 200)
    }

    @Test func `too few labels give no interval`() {
        #expect(PredictionPowered.mean(labels: [1], judged: [1], unlabelled: [1, 2]) == nil)
        #expect(PredictionPowered.mean(labels: [1, 2], judged: [1], unlabelled: [1, 2]) == nil)
    }
}
