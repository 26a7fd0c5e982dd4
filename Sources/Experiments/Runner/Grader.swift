import Chat
public import Scoring
public import Store

/// Scores outputs: keeps each metric's sufficient statistics of one sample, so that analysis never tokenises again.
public struct Grader: Sendable {
    /// The spec's metrics, in its order.
    public private(set) var metrics: [any Metric]
    private let extraction: CappedPattern?
    private let vocabulary: Vocabulary
    /// Metrics of samples' own assertions, by what they ask for.
    private let assertions = Locked<[MetricSpec: any Metric]>([:])
    /// Where metrics that ask a model keep what it says; nil until there is a run.
    private var run: OpenRun?

    /// - Throws: `MetricError` where a metric or the pattern cannot be made; never for a spec that was read with this
    ///   vocabulary.
    public init(spec: EvalSpec, vocabulary: Vocabulary) throws(MetricError) {
        var metrics: [any Metric] = []
        for metric in spec.metrics { metrics.append(try vocabulary.metric(metric)) }
        self.metrics = metrics
        if let transform = spec.transform {
            extraction = try CappedPattern(transform.extract)
        } else {
            extraction = nil
        }
        self.vocabulary = vocabulary
    }

    /// What the run's metrics measure, in the spec's order.
    public var measures: [Measure] { metrics.flatMap(\.measures) }

    /// The grader of one run, whose metrics may ask models.
    public func opened(for run: OpenRun) -> Grader {
        var grader = self
        grader.run = run
        grader.metrics = metrics.map { Grader.opened($0, for: run) }
        return grader
    }

    private static func opened(_ metric: any Metric, for run: OpenRun) -> any Metric {
        (metric as? any ModelMetric)?.opened(for: run) ?? metric
    }

    /// Scores one output against its sample: a record a measure, without a value where it could not be scored.
    public func scores(of output: String, for sample: Sample) async -> [ScoreRecord] {
        let text: String
        do throws(MetricError) {
            text = try extract(from: output)
        } catch {
            return measures.map { ScoreRecord(measure: $0.id, value: nil, note: error.description) }
        }
        let segment = Segment(output: text, references: sample.references)
        var records: [ScoreRecord] = []
        for metric in metrics { records += await Grader.records(metric, segment) }
        guard !sample.assertions.isEmpty else { return records }
        for assertion in sample.assertions {
            guard let metric = metric(of: assertion) else { continue }
            for var record in await Grader.records(metric, segment) {
                record.measure = Grader.free(record.measure, among: records)
                records.append(record)
            }
        }
        return records
    }

    /// The name, or with a number behind it ("contains#2") where a metric of the spec or an earlier assertion of the
    /// sample has it.
    private static func free(_ name: String, among records: [ScoreRecord]) -> String {
        var (free, number) = (name, 1)
        while records.contains(where: { $0.measure == free }) {
            number += 1
            free = "\(name)#\(number)"
        }
        return free
    }

    /// The part of the output that is scored; empty where the pattern finds nothing.
    private func extract(from output: String) throws(MetricError) -> String {
        guard let extraction else { return output }
        return try extraction.capture(in: output) ?? ""
    }

    private func metric(of assertion: MetricSpec) -> (any Metric)? {
        if let made = assertions.withLock({ $0[assertion] }) { return made }
        guard var metric = try? vocabulary.metric(assertion) else { return nil }
        if let run { metric = Grader.opened(metric, for: run) }
        assertions.withLock { $0[assertion] = metric }
        return metric
    }

    private static func records(_ metric: any Metric, _ segment: Segment) async -> [ScoreRecord] {
        do throws(MetricError) {
            let statistics =
                if let asking = metric as? any ModelMetric { try await asking.ask(about: segment) } else {
                    try metric.statistics(of: segment)
                }
            return zip(metric.measures, statistics).map { measure, statistics in
                ScoreRecord(
                    measure: measure.id, value: measure.segmentScore(statistics.values), statistics: statistics.values)
            }
        } catch {
            return metric.measures.map { ScoreRecord(measure: $0.id, value: nil, note: error.description) }
        }
    }
}
