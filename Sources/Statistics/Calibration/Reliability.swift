/// How well stated confidences agree with how often the answers were right: a reliability diagram's bins, and what they
/// come to.
///
/// ```swift
/// let reliability = try Reliability(confidences: [0.9, 0.8, 0.3], right: [1, 1, 0])
/// reliability.expectedCalibrationError   // the mean distance of bars from the diagonal
/// ```
///
/// Sources: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI
/// 2015 (ECE, MCE); C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (bins of equal width); G. W.
/// Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78(1), 1950.
public struct Reliability: Sendable, Equatable {
    /// The answers whose confidence lies above `lower` and up to `upper`; the first bin holds 0 as well.
    public struct Bin: Sendable, Equatable {
        public var lower: Double
        public var upper: Double
        public var count: Int
        /// The mean confidence, and the share that was right; nil in an empty bin.
        public var confidence: Double?
        public var accuracy: Double?
    }

    /// In rising order, of equal width, `[bins]`.
    public let bins: [Bin]
    public let count: Int
    /// The mean squared distance of confidence and outcome, 0 (best) to 1; nil without answers.
    public let brierScore: Double?

    /// - Parameters:
    ///   - confidences: `[N]`, 0 to 1.
    ///   - right: `[N]`, how right each answer was, 0 to 1.
    ///   - binCount: at least 1; what is smaller counts as 1.
    /// - Throws: `lengthsDiffer`; `notFinite` for a value that is none or outside of 0 to 1.
    public init(confidences: [Double], right: [Double], binCount: Int = 10) throws(StatisticsError) {
        guard confidences.count == right.count else {
            throw .lengthsDiffer(what: "right answers", expected: confidences.count, found: right.count)
        }
        try Reliability.check(confidences, "confidences")
        try Reliability.check(right, "right answers")
        let width = max(1, binCount)
        var sums = [(count: Int, confidence: Double, right: Double)](repeating: (0, 0, 0), count: width)
        var squares = 0.0
        for (confidence, outcome) in zip(confidences, right) {
            let index = Reliability.place(of: confidence, width)
            sums[index].count += 1
            sums[index].confidence += confidence
            sums[index].right += outcome
            squares += (confidence - outcome) * (confidence - outcome)
        }
        bins = sums.enumerated().map { index, sum in
            let size = Double(sum.count)
            return Bin(
                lower: Double(index) / Double(width), upper: Double(index + 1) / Double(width), count: sum.count,
                confidence: sum.count > 0 ? sum.confidence / size : nil,
                accuracy: sum.count > 0 ? sum.right / size : nil)
        }
        count = confidences.count
        brierScore = confidences.isEmpty ? nil : squares / Double(confidences.count)
    }

    /// The position of the bin that counts answers of this confidence, 0 to 1.
    public func place(of confidence: Double) -> Int { Reliability.place(of: confidence, bins.count) }

    private static func place(of confidence: Double, _ binCount: Int) -> Int {
        max(0, Int((confidence * Double(binCount)).rounded(.up)) - 1)
    }

    /// The mean distance of accuracy and confidence over the bins, each by its share of the answers; nil without
    /// answers.
    public var expectedCalibrationError: Double? {
        guard count > 0 else { return nil }
        return gaps.reduce(0) { $0 + Double($1.count) / Double(count) * $1.gap }
    }

    /// The largest of these distances; nil without answers.
    public var maximumCalibrationError: Double? { gaps.map(\.gap).max() }

    private var gaps: [(count: Int, gap: Double)] {
        bins.compactMap { bin in
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else { return nil }
            return (bin.count, abs(accuracy - confidence))
        }
    }

    private static func check(_ values: [Double], _ what: String) throws(StatisticsError) {
        if let position = values.firstIndex(where: { !(0...1).contains($0) }) {
            throw .notFinite(what: what + " from 0 to 1", position: position)
        }
    }
}
