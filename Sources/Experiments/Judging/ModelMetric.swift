public import Scoring
public import Store

/// A metric that asks a model: likeness by embeddings, a judge.
///
/// It scores trials of a run and nothing else, because what it is told is kept with the run: `opened(for:)` gives the
/// metric that can be asked.
public protocol ModelMetric: Metric {
    /// The metric for one run: it has seen the dataset and keeps there what the model says.
    func opened(for run: OpenRun) -> any ModelMetric

    /// The statistics of one segment, one entry a measure, in the order of `measures`.
    /// - Throws: `MetricError` where the model does not answer; the segment then counts as not scored.
    func ask(about segment: Segment) async throws(MetricError) -> [Scoring.SegmentStatistics]
}

extension ModelMetric {
    /// Always a `MetricError`: without a run nobody can be asked.
    public func statistics(of segment: Segment) throws(MetricError) -> [Scoring.SegmentStatistics] {
        throw MetricError("\(measures.first?.id ?? "it") asks a model, which only `nexus eval` does")
    }
}

/// The run whose trials are scored.
public struct OpenRun: Sendable {
    public let id: String
    public let dataset: Dataset
    public let store: RunStore

    public init(id: String, dataset: Dataset, store: RunStore) {
        self.id = id
        self.dataset = dataset
        self.store = store
    }
}
