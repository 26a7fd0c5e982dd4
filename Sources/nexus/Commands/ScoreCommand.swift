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
            nexus score <file> [--metrics <a,b>] [options]
            nexus score --refs <ref> [<ref2> ...] --sys <sys> [<sys2> ...] [options]
            """,
        discussion: """
            A file has a row an output: {"id": "1", "output": "…", "references": ["…"]} (JSONL; also .json, .csv, \
            .tsv, .gz). The output may be called hypothesis or prediction, the references reference, answer or target. \
            With --refs and --sys, line n of every file is the same segment, as in sacrebleu.

            BLEU, chrF and TER are on a scale of 0 to 100, everything else on 0 to 1.

            Metrics: \(Metrics.all.map(\.name).joined(separator: ", ")).
            """)

    /// What is computed where nobody chooses: quick, and fit for any text.
    static let defaultMetrics = ["bleu", "chrf", "rougeL"]

    @Argument(
        help: ArgumentHelp("Outputs with references, a row each; - reads JSONL from standard input.", valueName: "file")
    )
    var file: String?

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

    @Option(help: ArgumentHelp("Resamples of the bootstrap.", valueName: "n"))
    var resamples = 10_000

    @Option(help: ArgumentHelp("Seed of the bootstrap.", valueName: "n"))
    var seed: UInt64 = 12_345

    @Flag(help: "Add each sample's own scores.")
    var perSample = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if file != nil, !refs.isEmpty || !sys.isEmpty {
            throw ValidationError("give a file of outputs with references, or --refs with --sys, not both")
        }
        guard file != nil || !sys.isEmpty || !refs.isEmpty else {
            throw ValidationError("expected a file of outputs with references, or --refs REF --sys SYS")
        }
        if file == nil, refs.isEmpty { throw ValidationError("--sys needs --refs REF") }
        if file == nil, sys.isEmpty { throw ValidationError("--refs needs --sys SYS") }
        if (refs + sys).filter({ $0 == "-" }).count > 1 {
            throw ValidationError("standard input (-) can be only one of the files")
        }
        guard 1...10_000_000 ~= resamples else {
            throw ValidationError("--resamples: found \(resamples); expected 1 to 10000000")
        }
    }

    func run() throws {
        let names = MetricOptions.names(metrics.isEmpty ? ScoreCommand.defaultMetrics : metrics)
        guard !names.isEmpty else {
            throw CommandFailure.usage("--metrics: found no name; expected some, such as bleu,rougeL")
        }
        let made = try ScoreCommand.distinct(choices.metrics(names))
        let systems = try file.map { [try ScoreCommand.scored($0, made)] } ?? aligned(made)
        if !shared.quiet {
            for system in systems {
                let prefix = systems.count > 1 ? "\(VisibleScalar.line(system.name)): " : ""
                for warning in system.warnings { Terminal.error("warning: \(prefix)\(warning)") }
            }
        }
        let settings = confidence ? TestSettings(resamples: resamples, seed: seed) : nil
        let table = ScoreTable(systems: systems, confidence: settings, perSample: perSample)
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

    /// Scores a file of rows, one after the other.
    private static func scored(_ path: String, _ metrics: [any Metric]) throws -> SystemScores {
        let reader = try RowFields.open(path)
        let needing = referenceBound(metrics)
        var system = SystemScores(name: reader.file, metrics: metrics)
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let segment = try row.segment()
            if segment.references.isEmpty, let needing { throw row.withoutReference(needing) }
            let id = record["id"]?.plainText ?? String(system.ids.count + 1)
            system.add(segment, id: id)
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
        let references = try refs.map { try TextLines(path: $0) }
        for other in references.dropFirst() { try other.check(against: references[0]) }
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
