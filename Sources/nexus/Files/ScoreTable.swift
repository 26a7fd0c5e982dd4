import Chat
import Scoring
import Statistics

/// The result of `nexus score`, as a table or as JSON.
struct ScoreTable {
    let systems: [SystemScores]
    /// How intervals are computed; nil leaves them out.
    let confidence: TestSettings?
    let perSample: Bool
    /// How the metrics agree with people; nil where nobody asked.
    var human: HumanAgreement?

    /// Stands after an interval whose guarantee needs more samples.
    private static let approximate = "≈"

    /// One object for one system, `{"systems": […]}` for several.
    var json: JSONValue {
        let agreement = human.map { [JSONValue.Member(key: "human", value: $0.json)] } ?? []
        if systems.count == 1 { return .object(members(of: systems[0]) + agreement) }
        let all = systems.map { system -> JSONValue in
            .object([.init(key: "name", value: .string(system.name))] + members(of: system))
        }
        return .object([.init(key: "systems", value: .array(all))] + agreement)
    }

    private func members(of system: SystemScores) -> [JSONValue.Member] {
        system.members(confidence: confidence, perSample: perSample)
    }

    var lines: [String] {
        var lines = systems.count == 1 ? measures(of: systems[0]) : comparison
        if lines.contains(where: { $0.contains(ScoreTable.approximate) }) {
            lines.append("\(ScoreTable.approximate) approximate: fewer than 100 samples")
        }
        if let human { lines += [""] + human.lines }
        lines.append("")
        for system in systems.prefix(1) { lines += signatures(of: system) }
        if perSample {
            for system in systems {
                lines += [""] + (systems.count > 1 ? [VisibleScalar.line(system.name)] : []) + samples(of: system)
            }
        }
        return lines
    }

    /// One system: a row a measure.
    private func measures(of system: SystemScores) -> [String] {
        let level = confidence.map { [FigureText.percent($0.level) + " INTERVAL"] } ?? []
        var table = ColumnText(header: ["METRIC", "SCORE"] + level + ["N"], numeric: [1, 2, 3])
        for column in system.columns {
            table.rows.append(
                [column.measure.id, column.text.score(column.total)]
                    + (confidence == nil ? [] : [interval(column) ?? "–"]) + ["\(column.scored.count)"])
        }
        return table.lines
    }

    /// Several systems: a row each, a column a measure.
    private var comparison: [String] {
        let measures = systems[0].columns.map(\.measure)
        var table = ColumnText(header: ["SYSTEM"] + measures.map(\.id) + ["N"], numeric: Set(1...measures.count + 1))
        for system in systems {
            let cells = system.columns.map { column in
                let score = column.text.score(column.total)
                return confidence == nil ? score : "\(score) \(interval(column) ?? "")"
            }
            table.rows.append([system.name] + cells + ["\(system.ids.count)"])
        }
        return table.lines
    }

    private func interval(_ column: MeasureColumn) -> String? {
        guard let confidence, let interval = column.interval(confidence) else { return nil }
        let bounds = [interval.low, interval.high].map { column.text.score($0) }
        return "[\(bounds[0]), \(bounds[1])]\(interval.approximate ? ScoreTable.approximate : "")"
    }

    /// How each figure was computed: with its value for one system, alone for several.
    private func signatures(of system: SystemScores) -> [String] {
        systems.count == 1 ? system.lines : system.signatures
    }

    /// A row a sample.
    private func samples(of system: SystemScores) -> [String] {
        let measures = system.columns.map(\.measure)
        var table = ColumnText(header: ["ID"] + measures.map(\.id), numeric: Set(1...max(1, measures.count)))
        let texts = system.columns.map(\.text)
        for index in system.ids.indices {
            table.rows.append(
                [system.ids[index]] + zip(system.columns, texts).map { column, text in text.score(column.score(index)) }
            )
        }
        return table.lines
    }
}

extension MeasureColumn {
    /// How the column's figures are written.
    fileprivate var text: FigureText { FigureText(measure, size: total) }
}
