import Chat
import Scoring
import Statistics

/// What one system's outputs score on each measure.
struct SystemScores {
    let name: String
    private(set) var ids: [String] = []
    /// People's score of each output; nil where there is none.
    private(set) var human: [Double?] = []
    private(set) var columns: [MeasureColumn] = []
    private let metrics: [any Metric]
    /// Numbers of references that samples have.
    private var references: Set<Int> = []
    private var notes = CountedNotes()
    /// Why samples were not scored: by measure, the first sample and its reason.
    private var faults: [String: String] = [:]

    init(name: String, metrics: [any Metric]) {
        self.name = name
        self.metrics = metrics
        for metric in metrics { columns += metric.measures.map { MeasureColumn(measure: $0) } }
    }

    /// Scores one output; what cannot be scored is counted, with the reason.
    mutating func add(_ segment: Segment, id: String, human score: Double? = nil) {
        ids.append(id)
        human.append(score)
        references.insert(segment.references.count)
        var place = 0
        var texts: Set<String> = []
        for metric in metrics {
            do throws(MetricError) {
                for statistics in try metric.statistics(of: segment) {
                    columns[place].append(statistics.values)
                    place += 1
                }
            } catch {
                for measure in metric.measures {
                    faults[measure.id] = faults[measure.id] ?? "sample \(RowFields.quoted(id)): \(error)"
                    columns[place].append(nil)
                    place += 1
                }
            }
            for text in metric.warnings(for: segment) where texts.insert(text).inserted { notes.add(text) }
        }
    }

    /// What the reader must know beside the figures, a sentence each.
    var warnings: [String] {
        let unscored = columns.compactMap { column -> String? in
            let missing = ids.count - column.scored.count
            guard missing > 0, let fault = faults[column.measure.id] else { return nil }
            return "\(column.measure.id): \(missing) of \(ids.count) samples not scored; the first, \(fault)"
        }
        return notes.lines(of: ids.count) + unscored
    }

    /// The one-line form of each measure that was scored, with its signature.
    var lines: [String] {
        columns.filter { !$0.scored.isEmpty }.compactMap { $0.measure.line($0.sum, references: references) }
    }

    /// How each measure was computed.
    var signatures: [String] {
        columns.map { "\($0.measure.title)|\($0.measure.signature(references: references))" }
    }

    /// The members `n`, `metrics` and, where asked for, `samples` of the JSON document.
    func members(confidence: TestSettings?, perSample: Bool) -> [JSONValue.Member] {
        let figures = columns.map { column in
            JSONValue.Member(key: column.measure.id, value: .object(figure(column, confidence)))
        }
        var members: [JSONValue.Member] = [
            .init(key: "n", value: .number(ids.count)), .init(key: "metrics", value: .object(figures)),
        ]
        if perSample { members.append(.init(key: "samples", value: .array(ids.indices.map(sample)))) }
        if !warnings.isEmpty {
            members.append(.init(key: "warnings", value: .array(warnings.map { .string($0) })))
        }
        return members
    }

    private func figure(_ column: MeasureColumn, _ confidence: TestSettings?) -> [JSONValue.Member] {
        let (measure, scored) = (column.measure, column.scored.count)
        var members: [JSONValue.Member] = [
            .init(key: "score", value: column.total.map { .number($0) } ?? .null),
            .init(key: "signature", value: .string(measure.signature(references: references))),
        ]
        if let confidence {
            let interval = column.interval(confidence)
            members += [
                .init(key: "ci_low", value: interval.map { .number($0.low) } ?? .null),
                .init(key: "ci_high", value: interval.map { .number($0.high) } ?? .null),
                .init(
                    key: "ci_method", value: .string(interval?.method ?? "no interval: too few samples, or no spread")),
            ]
            if interval?.approximate == true { members.append(.init(key: "ci_approximate", value: true)) }
        }
        if scored > 0 { members += column.sum.withUnsafeBufferPointer(measure.parts) }
        if scored < ids.count { members.append(.init(key: "unscored", value: .number(ids.count - scored))) }
        return members
    }

    private func sample(_ index: Int) -> JSONValue {
        .object(
            [.init(key: "id", value: .string(ids[index]))]
                + columns.map { .init(key: $0.measure.id, value: $0.score(index).map { .number($0) } ?? .null) })
    }
}
