import Scoring
import Statistics

/// One measure of one system, sample by sample: the sufficient statistics that every figure is computed from.
struct MeasureColumn {
    let measure: Measure
    /// Row-major, a row a sample, the sum over its repeats; zeros where nothing was scored.
    private(set) var rows: [Double] = []
    /// How many scores each sample has.
    private(set) var counts: [Int32] = []

    init(measure: Measure, samples: Int = 0) {
        self.measure = measure
        rows = Array(repeating: 0, count: samples * measure.statisticsCount)
        counts = Array(repeating: 0, count: samples)
    }

    private var width: Int { measure.statisticsCount }

    /// Adds a sample; nil for one that could not be scored.
    mutating func append(_ values: [Double]?) {
        counts.append(0)
        rows.append(contentsOf: repeatElement(0, count: width))
        if let values { add(values, at: counts.count - 1) }
    }

    /// Adds one repeat's statistics to a sample. Vectors of another length, or not finite, count as not scored.
    mutating func add(_ values: [Double], at sample: Int) {
        guard values.count == width, values.allSatisfy(\.isFinite) else { return }
        for (offset, value) in values.enumerated() { rows[sample * width + offset] += value }
        counts[sample] += 1
    }

    func isScored(_ sample: Int) -> Bool { counts[sample] > 0 }

    /// The sample's own score; nil where it has none.
    func score(_ sample: Int) -> Double? {
        isScored(sample) ? measure.segmentScore(Array(rows[sample * width..<(sample + 1) * width])) : nil
    }

    /// Samples with a score.
    var scored: [Int] { counts.indices.filter { counts[$0] > 0 } }

    /// Column sums over all samples.
    var sum: [Double] {
        var total = [Double](repeating: 0, count: width)
        for start in stride(from: 0, to: rows.count, by: width) {
            for offset in 0..<width { total[offset] += rows[start + offset] }
        }
        return total
    }

    /// The figure over all samples; nil where nothing was scored.
    var total: Double? { scored.isEmpty ? nil : measure.score(ofSum: sum) }

    /// The statistics of some samples in their order, as resampling takes them.
    func segments(_ samples: [Int], clusters: [Int]? = nil) throws(StatisticsError) -> Statistics.SegmentStatistics {
        var values: [Double] = []
        values.reserveCapacity(samples.count * width)
        for sample in samples { values += rows[sample * width..<(sample + 1) * width] }
        return try Statistics.SegmentStatistics(values: values, width: width, clusters: clusters, score: measure.score)
    }

    /// The interval of the figure by the decision table: bootstrap for corpus scores, t for means, Wilson for rates.
    func interval(_ settings: TestSettings) -> Interval? {
        let scored = scored
        switch measure.kind {
        case .corpus:
            guard let segments = try? segments(scored) else { return nil }
            return Interval.percentileBootstrap(
                segments, resamples: settings.resamples, seed: settings.seed, level: settings.level)
        case .mean, .binary:
            return Interval.ofScores(scored.compactMap(score), level: settings.level)
        }
    }
}
