/// The half of a metric that reads text: the sufficient statistics of one segment, for each of its measures.
///
/// A metric with several measures (ROUGE) tokenises once for all of them. Values are immutable and may be used from
/// many threads at once; the same segment always gives the same statistics.
public protocol Metric: Sendable {
    /// The columns that this metric fills; never empty, ids unique.
    var measures: [Measure] { get }

    /// The statistics of one segment, one entry a measure, in the order of `measures`.
    /// - Throws: `MetricError` where the segment cannot be scored (no reference, a pattern that ran too long); it then
    ///   counts as not scored.
    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics]

    /// What the reader of this segment's score should know; empty for most. The texts repeat from segment to segment,
    /// so that they can be counted.
    func warnings(for segment: Segment) -> [String]
}

extension Metric {
    /// No warnings.
    public func warnings(for segment: Segment) -> [String] { [] }

    /// One sample's scores, one entry a measure.
    /// - Throws: as `statistics(of:)`.
    public func scores(of segment: Segment) throws(MetricError) -> [Double?] {
        let all = try statistics(of: segment)
        return zip(measures, all).map { measure, statistics in measure.segmentScore(statistics.values) }
    }
}
