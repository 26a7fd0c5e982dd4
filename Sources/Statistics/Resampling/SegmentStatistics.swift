/// A metric's sufficient statistics, segment by segment, and the score their sum gives.
///
/// This is all that resampling needs: a corpus BLEU of a bootstrap sample is the score of the sum of the drawn
/// segments' n-gram counts, and nothing is tokenised twice.
///
/// ```swift
/// let mean = SegmentStatistics(scores: [0.2, 0.9, 0.4])
/// mean.score      // 0.5
/// ```
public struct SegmentStatistics: Sendable {
    /// Turns column sums into the score; nil where it has none for them. Called for every resample: keep it cheap.
    public typealias Score = @Sendable (UnsafeBufferPointer<Double>) -> Double?

    /// Rows of `width` values, one row a segment; where segments belong together, one row a cluster.
    let rows: [Double]
    /// Columns of a row.
    public let width: Int
    /// How many segments were given.
    public let count: Int
    /// What is resampled: segments, or clusters where there are any.
    public var units: Int { rows.count / width }
    /// Whether units are clusters of segments.
    public let isClustered: Bool
    /// Column sums over all segments.
    public let sums: [Double]
    private let scoring: Score

    /// - Parameters:
    ///   - values: row-major, a row of `width` finite values for each segment.
    ///   - width: at least 1.
    ///   - clusters: the cluster of each segment; whole clusters are resampled. Nil where segments are independent.
    ///   - score: from column sums to the score.
    /// - Throws: ``StatisticsError`` where the shapes do not fit or a value is not finite.
    public init(
        values: [Double], width: Int, clusters: [Int]? = nil, score: @escaping Score
    ) throws(StatisticsError) {
        guard width > 0, values.count % width == 0 else { throw .notARow(width: width, values: values.count) }
        try StatisticsError.check(values, "segment statistics")
        count = values.count / width
        self.width = width
        scoring = score
        isClustered = clusters != nil
        guard let clusters else {
            rows = values
            sums = Self.sums(of: rows, width: width)
            return
        }
        guard clusters.count == count else {
            throw .lengthsDiffer(what: "clusters", expected: count, found: clusters.count)
        }
        rows = ClusterIndex(clusters).sums(of: values, width: width)
        sums = Self.sums(of: rows, width: width)
    }

    /// The statistics of a plain mean: a sum and a count.
    ///
    /// - Parameters:
    ///   - scores: finite.
    ///   - clusters: the cluster of each score, as many as scores.
    /// - Throws: ``StatisticsError`` where the counts differ or a score is not finite.
    public init(scores: [Double], clusters: [Int]? = nil) throws(StatisticsError) {
        try self.init(values: Self.sumAndCount(scores), width: 2, clusters: clusters, score: Self.meanScore)
    }

    /// The mean of scores that have been checked already.
    init(checked scores: [Double], clusters: ClusterIndex?) {
        let values = Self.sumAndCount(scores)
        rows = clusters?.sums(of: values, width: 2) ?? values
        sums = Self.sums(of: rows, width: 2)
        width = 2
        count = scores.count
        isClustered = clusters != nil
        scoring = Self.meanScore
    }

    private static func sumAndCount(_ scores: [Double]) -> [Double] {
        var values = [Double](repeating: 1, count: 2 * scores.count)
        for (index, score) in scores.enumerated() { values[2 * index] = score }
        return values
    }

    private static let meanScore: Score = { sums in sums[1] > 0 ? sums[0] / sums[1] : nil }

    private static func sums(of rows: [Double], width: Int) -> [Double] {
        var result = [Double](repeating: 0, count: width)
        for start in stride(from: 0, to: rows.count, by: width) {
            for column in 0..<width { result[column] += rows[start + column] }
        }
        return result
    }

    /// The score of the whole corpus; nil where it has none.
    public var score: Double? {
        sums.withUnsafeBufferPointer { score(of: $0) }
    }

    /// The score of given column sums; nil where it has none or is not a number.
    @inline(__always)
    func score(of sums: UnsafeBufferPointer<Double>) -> Double? {
        guard let value = scoring(sums), value.isFinite else { return nil }
        return value
    }

    /// The scores of bootstrap samples in their order; nil where a sample has no score.
    func bootstrapScores(resamples: Int, seed: UInt64) -> [Double?] {
        var scores = [Double?](repeating: nil, count: units > 0 ? resamples : 0)
        scores.withUnsafeMutableBufferPointer { scores in
            let scores = scores
            BootstrapResampling.run(
                count: units, width: width, resamples: scores.count, seed: seed,
                value: { row, column in rows[row * width + column] },
                use: { resample, sums in scores[resample] = score(of: sums) })
        }
        return scores
    }

    /// The scores with one unit left out, unit by unit; nil where that has none.
    func jackknifeScores() -> [Double?] {
        let total = sums
        var rest = total
        return (0..<units).map { unit in
            for column in 0..<width { rest[column] = total[column] - rows[unit * width + column] }
            return rest.withUnsafeBufferPointer { score(of: $0) }
        }
    }
}
