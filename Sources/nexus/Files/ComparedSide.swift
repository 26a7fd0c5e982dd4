import Chat
import Records
import Scoring

/// One side of a comparison: its samples by id, and what each measure says of them.
struct ComparedSide {
    /// As it stands in the column `baseline` or `variant`.
    let name: String
    private(set) var ids: [String] = []
    /// Where each id stands in `ids`.
    private(set) var places: [ScalarText: Int] = [:]
    /// The group of dependent samples that each belongs to; nil for one that is a group of its own.
    var clusters: [String?] = []
    var columns: [MeasureColumn] = []
    /// What each sample's output was scored against, in short; empty for scores that came ready.
    private(set) var references: [Int] = []
    /// What readers of the scores must know, a sentence each.
    private(set) var warnings: [String] = []

    init(name: String) { self.name = name }

    /// - Parameter ids: each once.
    init(name: String, ids: [String], columns: [MeasureColumn]) {
        self.name = name
        self.columns = columns
        places.reserveCapacity(ids.count)
        for id in ids { _ = add(id) }
    }

    /// Adds a sample.
    /// - Returns: the place of an earlier sample with that id, if there is one; then nothing is added.
    mutating func add(_ id: String) -> Int? {
        let key = ScalarText(id)
        if let earlier = places.updateValue(ids.count, forKey: key) {
            places[key] = earlier
            return earlier
        }
        ids.append(id)
        return nil
    }

    func column(_ measure: String) -> MeasureColumn? { columns.first { $0.measure.id == measure } }

    /// One number for the texts' bytes, in their order.
    private static func hash(of texts: [String]) -> Int {
        var hasher = Hasher()
        for text in texts { hasher.combine(ScalarText(text)) }
        return hasher.finalize()
    }
}

extension ComparedSide {
    /// What the rows of a file hold.
    enum Rows {
        /// `{"id", "score"}`, scores as they are.
        case scores(higherIsBetter: Bool)
        /// `{"id", "output", "references"}`, scored here.
        case outputs([any Metric])
    }

    /// Reads a file, one row after the other.
    /// - Parameter cluster: the field that groups dependent samples.
    /// - Throws: `RecordError` with file and line: no id, an id that stands twice, no score, no references.
    static func file(_ path: String, _ rows: Rows, cluster: String?) throws(RecordError) -> ComparedSide {
        let reader = try RowFields.open(path)
        var side = ComparedSide(name: path)
        var lines: [Int] = []
        var intake = Intake(rows)
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let id = try row.text(["id"])
            if let earlier = side.add(id) { throw row.repeated(id, line: lines[earlier]) }
            lines.append(record.line)
            if let cluster { side.clusters.append(try row.text([cluster], flag: "--cluster")) }
            try intake.take(row)
        }
        side.columns = intake.columns
        side.references = intake.references
        side.warnings = intake.notes.lines(of: side.ids.count)
        guard !side.ids.isEmpty else {
            throw RecordError(
                file: reader.file, message: "found no rows; expected at least one, such as \(intake.example)")
        }
        return side
    }

    /// Scores line-aligned text; the number of a line is its id.
    /// - Parameter references: at least one file, all of one length.
    static func text(
        _ path: String, _ references: [TextLines], _ metrics: [any Metric]
    ) throws(RecordError) -> ComparedSide {
        let outputs = try TextLines(path: path)
        if let first = references.first { try outputs.check(against: first) }
        var side = ComparedSide(name: path)
        var intake = Intake(.outputs(metrics))
        for (index, output) in outputs.lines.enumerated() {
            _ = side.add(String(index + 1))
            intake.append(Segment(output: output, references: references.map { $0.lines[index] }), metrics)
        }
        side.columns = intake.columns
        side.references = intake.references
        side.warnings = intake.notes.lines(of: side.ids.count)
        return side
    }

    /// Turns rows into columns.
    private struct Intake {
        let rows: Rows
        var columns: [MeasureColumn]
        var notes = CountedNotes()
        var references: [Int] = []
        private let needing: String?

        init(_ rows: Rows) {
            self.rows = rows
            switch rows {
            case .scores(let higherIsBetter):
                needing = nil
                columns = [
                    MeasureColumn(
                        measure: .mean(id: "score", title: "score", range: nil, higherIsBetter: higherIsBetter))
                ]
            case .outputs(let metrics):
                needing = ScoreCommand.referenceBound(metrics)
                columns = metrics.flatMap(\.measures).map { MeasureColumn(measure: $0) }
            }
        }

        var example: String {
            switch rows {
            case .scores: "{\"id\": \"1\", \"score\": 0.5}"
            case .outputs: "{\"id\": \"1\", \"output\": \"…\", \"references\": [\"…\"]}"
            }
        }

        mutating func take(_ row: RowFields) throws(RecordError) {
            switch rows {
            case .scores:
                let value = try row.number("score", remedy: "outputs are scored with --metric, such as --metric bleu")
                columns[0].append(value.map { [$0, 1] })
            case .outputs(let metrics):
                let segment = try row.segment()
                if segment.references.isEmpty, let needing { throw row.withoutReference(needing) }
                append(segment, metrics)
            }
        }

        mutating func append(_ segment: Segment, _ metrics: [any Metric]) {
            var place = 0
            references.append(ComparedSide.hash(of: segment.references))
            var texts: Set<String> = []
            for metric in metrics {
                let statistics = try? metric.statistics(of: segment)
                for text in metric.warnings(for: segment) where texts.insert(text).inserted { notes.add(text) }
                for offset in metric.measures.indices {
                    columns[place].append(statistics?[offset].values)
                    place += 1
                }
            }
        }
    }
}
