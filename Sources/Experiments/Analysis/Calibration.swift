import Scoring
import Statistics

/// How well the confidences of one variant's answers agree with one metric's scores: a reliability diagram.
public struct Calibration: Sendable, Hashable {
    /// The metric's id; its scores go from 0 to 1.
    public var metric: String
    /// Answers that have both a confidence and a score.
    public var count: Int
    /// Those of ten bins of equal width that hold answers, in rising order.
    public var bins: [Bin]
    /// The mean distance of score and confidence over the bins, and the largest; from 0, the best, to 1.
    public var expectedError: Double
    public var maximumError: Double
    /// The mean squared distance of score and confidence over the answers, from 0, the best, to 1.
    public var brierScore: Double

    /// The answers whose confidence lies above `lower` and up to `upper`.
    public struct Bin: Sendable, Hashable {
        public var lower: Double
        public var upper: Double
        public var count: Int
        /// Mean confidence.
        public var confidence: Double
        /// Mean score, and its interval where there is one.
        public var score: Double
        public var low: Double?
        public var high: Double?
    }
}

extension Calibration {
    /// - Parameter cluster: of an answer; answers of one cluster depend on one another.
    /// - Returns: nil where there are no answers, or a confidence or a score that is not from 0 to 1.
    init?(metric: String, _ answers: [(cluster: Int, confidence: Double, score: Double)], level: Double) {
        guard
            let found = try? Reliability(confidences: answers.map(\.confidence), right: answers.map(\.score)),
            let expected = found.expectedCalibrationError, let maximum = found.maximumCalibrationError,
            let brier = found.brierScore
        else { return nil }
        var members = [[(cluster: Int, score: Double)]](repeating: [], count: found.bins.count)
        for answer in answers {
            members[found.place(of: answer.confidence)].append((answer.cluster, answer.score))
        }
        let bins = zip(found.bins, members).compactMap { bin, members -> Bin? in
            guard let confidence = bin.confidence, let score = bin.accuracy else { return nil }
            let interval = Interval.ofScores(
                members.map(\.score), clusters: members.map(\.cluster), level: level)
            return Bin(
                lower: bin.lower, upper: bin.upper, count: bin.count, confidence: confidence, score: score,
                low: interval?.low, high: interval?.high)
        }
        self.init(
            metric: metric, count: answers.count, bins: bins, expectedError: expected, maximumError: maximum,
            brierScore: brier)
    }
}

extension VariantAnalysis {
    /// The calibration of each metric that goes from 0 to 1.
    func calibrations(_ variant: Int) -> [Calibration] {
        results.measures.enumerated().compactMap { place, measure in
            guard measure.kind == .binary || measure.range == 0...1 else { return nil }
            let answers = results.columns[variant][place].trusted.map {
                (cluster: cluster(of: $0.sample), confidence: $0.confidence, score: $0.score)
            }
            return Calibration(metric: measure.id, answers, level: 1 - compare.alpha)
        }
    }

    /// A sample's repeats depend on one another, as do the samples of a cluster.
    private func cluster(of sample: Int) -> Int { results.clusters?[sample] ?? sample }

    /// Mean confidence, and each metric's calibration error.
    func trust(_ calibrations: [Calibration], _ answers: [(sample: Int, confidence: Double)]) -> [Figure] {
        guard !answers.isEmpty else { return [] }
        let confidences = answers.map(\.confidence)
        var mean = Figure(
            metric: "confidence.mean", n: confidences.count,
            value: confidences.reduce(0, +) / Double(confidences.count), unit: "share",
            method: "no interval: no spread")
        let clusters = answers.map { cluster(of: $0.sample) }
        if let interval = Interval.ofScores(confidences, clusters: clusters, level: 1 - compare.alpha) {
            mean.take(interval)
        }
        return [mean]
            + calibrations.map { calibration in
                Figure(
                    metric: "ece.\(calibration.metric)", n: calibration.count, value: calibration.expectedError,
                    unit: "share",
                    method: "expected calibration error over ten bins of equal width; no interval: chance raises it, "
                        + "the more the fewer answers a bin holds")
            }
    }
}
