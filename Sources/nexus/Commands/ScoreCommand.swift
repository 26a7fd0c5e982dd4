import ArgumentParser
import Chat
import Records
import Scoring
import Statistics

/// `nexus score`: metrics on ready outputs, no model involved.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score ready outputs against their references; no model is asked.",
        usage: """
            nexus score <file> ... [--dataset <file>] [--metrics <a,b>] [--human <field>] [options]
            nexus score --refs <ref> [<ref2> ...] --sys <sys> [<sys2> ...] [options]
            """,
        discussion: """
            A file has a row an output: {"id": "1", "output": "…", "references": ["…"]} (JSONL; also .json, .csv, \
            .tsv, .gz). The output may be called hypothesis or prediction, the references reference, answer or target. \
            Several files are several systems. References that stand elsewhere are taken by id from --dataset. \
            With --refs and --sys, line n of every file is the same segment, as in sacrebleu.

            With --human FIELD, people's scores of the outputs in that field are held against the metrics': Pearson's \
            and Kendall's correlation over all outputs and over systems, with intervals.

            BLEU, chrF and TER are on a scale of 0 to 100, everything else on 0 to 1.

            Metrics: \(Metrics.all.map(\.name).joined(separator: ", ")).
            """)

    /// What is computed where nobody chooses: quick, and fit for any text.
    static let defaultMetrics = ["bleu", "chrf", "rougeL"]

    @Argument(
        help: ArgumentHelp("Outputs with references, a row each; - reads JSONL from standard input.", valueName: "file")
    )
    var files: [String] = []

    @Option(
        help: ArgumentHelp("Rows of {\"id\", \"references\"} for outputs that have none.", valueName: "file"))
    var dataset: String?

    @Option(help: ArgumentHelp("Field of people's scores, to hold the metrics against.", valueName: "field"))
    var human: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("References, a line a segment; several files are several references.", valueName: "ref"))
    var refs: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Outputs, a line a segment; several files are several systems.", valueName: "sys"))
    var sys: [String] = []

    @Option(help: ArgumentHelp("Metrics, separated by commas (default: bleu,chrf,rougeL).", valueName: "a,b"))
    var metrics: [String] = []

    @OptionGroup(title: "How metrics are computed") var choices: MetricOptions

    @Flag(help: "Add 95 % intervals: bootstrap for corpus scores, t for means, Wilson for rates.")
    var confidence = false

    @Option(help: ArgumentHelp("Resamples of the bootstrap (default: 10000; of --human 1000).", valueName: "n"))
    var resamples: Int?

    @Option(help: ArgumentHelp("Seed of the bootstrap.", valueName: "n"))
    var seed: UInt64 = 12_345

    @Flag(help: "Add each sample's own scores.")
    var perSample = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        let isAligned = !refs.isEmpty || !sys.isEmpty
        if !files.isEmpty, isAligned {
            throw ValidationError("give a file of outputs with references, or --refs with --sys, not both")
        }
        if isAligned, dataset != nil || human != nil {
            throw ValidationError("--dataset and --human go with files of rows, not with --refs and --sys")
        }
        guard !files.isEmpty || !sys.isEmpty || !refs.isEmpty else {
            throw ValidationError("expected a file of outputs with references, or --refs REF --sys SYS")
        }
        if isAligned, refs.isEmpty { throw ValidationError("--sys needs --refs REF") }
        if isAligned, sys.isEmpty { throw ValidationError("--refs needs --sys SYS") }
        if (files + refs + sys + [dataset ?? ""]).filter({ $0 == "-" }).count > 1 {
            throw ValidationError("standard input (-) can be only one of the files")
        }
        if let resamples, !(1...10_000_000 ~= resamples) {
            throw ValidationError("--resamples: found \(resamples); expected 1 to 10000000")
        }
    }

    func run() throws {
        let names = MetricOptions.names(metrics.isEmpty ? ScoreCommand.defaultMetrics : metrics)
        guard !names.isEmpty else {
            throw CommandFailure.usage("--metrics: found no name; expected some, such as bleu,rougeL")
        }
        let made = try ScoreCommand.distinct(choices.metrics(names))
        let systems = files.isEmpty ? try aligned(made) : try rows(made)
        if !shared.quiet {
            for system in systems {
                let prefix = systems.count > 1 ? "\(VisibleScalar.line(system.name)): " : ""
                for warning in system.warnings { Terminal.error("warning: \(prefix)\(warning)") }
            }
        }
        let settings = confidence ? TestSettings(resamples: resamples ?? 10_000, seed: seed) : nil
        var table = ScoreTable(systems: systems, confidence: settings, perSample: perSample)
        table.human = try human.map {
            try HumanAgreement(
                systems, field: $0, settings: TestSettings(resamples: resamples ?? 1000, seed: seed))
        }
        if shared.json {
            Terminal.result(table.json.text)
        } else {
            Terminal.result(table.lines.joined(separator: "\n"))
        }
    }

    /// Refuses metrics that fill the same column.
    private static func distinct(_ metrics: [any Metric]) throws -> [any Metric] {
        var seen: Set<String> = []
        for measure in metrics.flatMap(\.measures) where !seen.insert(measure.id).inserted {
            throw CommandFailure.usage(
                "--metrics: two of them give '\(measure.id)'; leave one out, or name one with --set METRIC.id=NAME")
        }
        return metrics
    }

    /// Scores files of rows, a system a file.
    private func rows(_ metrics: [any Metric]) throws -> [SystemScores] {
        let references = try dataset.map { try ReferenceFile($0) }
        return try files.map { try scored($0, metrics, references) }
    }

    /// Scores a file of rows, one after the other. Ids must be unique where something is looked up by them.
    private func scored(_ path: String, _ metrics: [any Metric], _ dataset: ReferenceFile?) throws -> SystemScores {
        let reader = try RowFields.open(path)
        let needing = ScoreCommand.referenceBound(metrics)
        var lines: [ScalarText: Int] = [:]
        var system = SystemScores(name: reader.file, metrics: metrics)
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let isLookedUp = dataset != nil || human != nil
            let id = isLookedUp ? try row.newID(in: &lines) : record["id"]?.plainText ?? String(system.ids.count + 1)
            var segment = try row.segment()
            if let dataset, segment.references.isEmpty {
                segment = Segment(output: segment.output, references: try dataset.references(of: id, for: row))
            }
            if segment.references.isEmpty, let needing { throw row.withoutReference(needing) }
            system.add(segment, id: id, human: try human.flatMap { try row.number($0, flag: "--human") })
        }
        guard !system.ids.isEmpty else {
            throw RecordError(
                file: reader.file,
                message: "found no rows; expected at least one, such as {\"output\": \"…\", \"references\": [\"…\"]}")
        }
        return system
    }

    /// The first metric that cannot do without references; nil where all can.
    static func referenceBound(_ metrics: [any Metric]) -> String? {
        let bare = Segment(output: "", references: [])
        return metrics.first { (try? $0.statistics(of: bare)) == nil }?.measures.first?.id
    }

    /// Scores line-aligned text, a system a file.
    private func aligned(_ metrics: [any Metric]) throws -> [SystemScores] {
        let references = try TextLines.references(refs)
        return try sys.map { path in
            let outputs = try TextLines(path: path)
            try outputs.check(against: references[0])
            var system = SystemScores(name: outputs.file, metrics: metrics)
            for (index, output) in outputs.lines.enumerated() {
                let segment = Segment(output: output, references: references.map { $0.lines[index] })
                system.add(segment, id: String(index + 1))
            }
            return system
        }
    }
}
