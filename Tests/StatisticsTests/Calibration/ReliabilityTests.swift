import Statistics
import Testing

/// Expected figures are computed by hand.
@Suite struct ReliabilityTests {
    @Test func `bins, errors and Brier score are those of a worked example`() throws {
        // Five bins of 0.2. (0, 0.2]: 0.1 right 0. (0.4, 0.6]: 0.5 right 1, 0.6 right 0. (0.8, 1]: 0.9 right 1, 1.0 right 1.
        let found = try Reliability(confidences: [0.1, 0.5, 0.6, 0.9, 1.0], right: [0, 1, 0, 1, 1], binCount: 5)
        #expect(found.bins.map(\.count) == [1, 0, 2, 0, 2])
        #expect(found.bins[1].accuracy == nil && found.bins[1].confidence == nil)
        let middle = found.bins[2]
        #expect(abs((middle.confidence ?? 0) - 0.55) < 1e-12 && middle.accuracy == 0.5)
        // |0 - 0.1| / 5 + 2 |0.5 - 0.55| / 5 + 2 |1 - 0.95| / 5 = 0.02 + 0.02 + 0.02
        #expect(abs((found.expectedCalibrationError ?? 0) - 0.06) < 1e-12)
        #expect(abs((found.maximumCalibrationError ?? 0) - 0.1) < 1e-12)
        // (0.01 + 0.25 + 0.36 + 0.01 + 0) / 5
        #expect(abs((found.brierScore ?? 0) - 0.126) < 1e-12)
    }

    @Test func `edges belong to the bin below them, and 0 to the first`() throws {
        let found = try Reliability(confidences: [0, 0.5, 0.5000001, 1], right: [0, 0, 1, 1], binCount: 2)
        #expect(found.bins.map(\.count) == [2, 2])
        #expect(found.bins.map(\.lower) == [0, 0.5] && found.bins.map(\.upper) == [0.5, 1])
    }

    @Test func `shares of right count as shares, nothing is nothing, and wrong figures are refused`() throws {
        let half = try Reliability(confidences: [0.5, 0.5], right: [0.25, 0.75])
        #expect(half.expectedCalibrationError == 0 && half.brierScore == 0.0625)
        let none = try Reliability(confidences: [], right: [])
        #expect(none.expectedCalibrationError == nil && none.maximumCalibrationError == nil && none.brierScore == nil)
        #expect(none.bins.count == 10)
        #expect(throws: StatisticsError.self) { try Reliability(confidences: [0.5], right: []) }
        #expect(throws: StatisticsError.self) { try Reliability(confidences: [1.5], right: [1]) }
        #expect(throws: StatisticsError.self) { try Reliability(confidences: [0.5], right: [.nan]) }
    }
}
