/// The sufficient statistics of a baseline and a candidate on the same segments.
public struct PairedSegments: Sendable {
    /// The baseline's segments.
    public let baseline: SegmentStatistics
    /// The candidate's segments, in the same order.
    public let candidate: SegmentStatistics

    /// - Throws: ``StatisticsError`` where the two differ in segments, clusters or width.
    public init(baseline: SegmentStatistics, candidate: SegmentStatistics) throws(StatisticsError) {
        guard baseline.count == candidate.count else {
            throw .lengthsDiffer(what: "candidate segments", expected: baseline.count, found: candidate.count)
        }
        guard baseline.width == candidate.width else {
            throw .lengthsDiffer(what: "candidate statistics", expected: baseline.width, found: candidate.width)
        }
        guard baseline.units == candidate.units else {
            throw .lengthsDiffer(what: "candidate clusters", expected: baseline.units, found: candidate.units)
        }
        self.baseline = baseline
        self.candidate = candidate
    }

    /// The statistics of two means.
    init(meansOf scores: PairedScores) {
        let clusters = scores.clusters.map(ClusterIndex.init)
        baseline = SegmentStatistics(checked: scores.baseline, clusters: clusters)
        candidate = SegmentStatistics(checked: scores.candidate, clusters: clusters)
    }

    /// How many segments.
    public var count: Int { baseline.count }

    /// What is resampled: segments, or clusters where there are any.
    public var units: Int { baseline.units }

    /// Whether both systems have the same statistics in every unit.
    public var isIdentical: Bool { baseline.rows == candidate.rows }

    /// Candidate's score − baseline's; nil where either has none.
    public var difference: Double? {
        guard let before = baseline.score, let after = candidate.score else { return nil }
        return after - before
    }

    /// How far apart two differences of scores may be and still count as equal: rounding of the sums.
    var guardWidth: Double { 1e-9 * max(abs(baseline.score ?? 0), abs(candidate.score ?? 0)) }

    /// Why nothing can be tested; nil where it can.
    var obstacle: String? {
        if count == 0 { return "there are no samples" }
        if difference == nil { return "a system has no score on these samples" }
        if units < 2 {
            return baseline.isClustered ? "at least two clusters are needed" : "at least two samples are needed"
        }
        return nil
    }
}

/// The scores of both systems on the same resamples.
struct ResampledScores {
    /// Baseline and candidate, resample by resample; resamples without a score for either are left out.
    let baseline: [Double]
    let candidate: [Double]
    /// Resamples left out.
    let undefined: Int

    var differences: [Double] { zip(candidate, baseline).map { $0 - $1 } }

    private init(_ baseline: [Double], _ candidate: [Double]) {
        if zip(baseline, candidate).contains(where: { $0.isNaN || $1.isNaN }) {
            let kept = baseline.indices.filter { !baseline[$0].isNaN && !candidate[$0].isNaN }
            self.baseline = kept.map { baseline[$0] }
            self.candidate = kept.map { candidate[$0] }
        } else {
            self.baseline = baseline
            self.candidate = candidate
        }
        undefined = baseline.count - self.baseline.count
    }

    /// The two systems exchanged on a random half of the units.
    init(exchanging segments: PairedSegments, resamples: Int, seed: UInt64) {
        let (before, after) = (segments.baseline, segments.candidate)
        let width = before.width
        let gaps = zip(after.rows, before.rows).map { $0 - $1 }
        let moved = SwapResampling.sums(of: gaps, width: width, resamples: resamples, seed: seed)
        let (beforeSums, afterSums) = (before.sums, after.sums)
        self = Self.collect(resamples) { first, second in
            ResamplingBlocks.run(resamples: resamples, seed: 0) { range, _ in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { sums in
                    for resample in range {
                        for column in 0..<width {
                            let shift = moved[resample * width + column]
                            sums[column] = beforeSums[column] + shift
                            sums[width + column] = afterSums[column] - shift
                        }
                        let halves = UnsafeBufferPointer(sums)
                        first[resample] = before.score(of: UnsafeBufferPointer(rebasing: halves[..<width])) ?? .nan
                        second[resample] = after.score(of: UnsafeBufferPointer(rebasing: halves[width...])) ?? .nan
                    }
                }
            }
        }
    }

    /// The same units drawn with replacement for both systems.
    init(drawing segments: PairedSegments, resamples: Int, seed: UInt64) {
        let (before, after) = (segments.baseline, segments.candidate)
        let width = before.width
        self = Self.collect(resamples) { first, second in
            BootstrapResampling.run(
                count: segments.units, width: 2 * width, resamples: resamples, seed: seed,
                value: { row, column in
                    column < width
                        ? before.rows[row * width + column] : after.rows[row * width + column - width]
                },
                use: { resample, sums in
                    first[resample] = before.score(of: UnsafeBufferPointer(rebasing: sums[..<width])) ?? .nan
                    second[resample] = after.score(of: UnsafeBufferPointer(rebasing: sums[width...])) ?? .nan
                })
        }
    }

    private static func collect(
        _ resamples: Int, _ body: (UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
    ) -> ResampledScores {
        var baseline = [Double](repeating: .nan, count: resamples)
        var candidate = [Double](repeating: .nan, count: resamples)
        baseline.withUnsafeMutableBufferPointer { first in
            candidate.withUnsafeMutableBufferPointer { second in body(first, second) }
        }
        return ResampledScores(baseline, candidate)
    }
}
