import ArgumentParser
import Chat
import Experiments
import Foundation
import Store

/// `nexus runs`: the stored runs, or one of them.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the stored runs, or show one.")

    @Argument(help: "A run's id, the beginning of one, or 'latest'.")
    var run: String?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let store = try RunStore(reading: shared.storePath)
        let chosen = try run.map { reference in try store.summary(of: store.run(reference).id) }
        let summaries = try chosen.map { [$0] } ?? store.runs()
        if let chosen, !shared.json {
            for line in RunsCommand.lines(chosen) { Terminal.result(line) }
        } else if shared.json {
            Terminal.result(JSONValue.object(["runs": .array(summaries.map(RunsCommand.json))]).text)
        } else if summaries.isEmpty {
            Terminal.result("No runs in \(store.path). Make one with: nexus eval SPEC")
        } else {
            for line in RunsCommand.table(summaries) { Terminal.result(line) }
        }
    }

    private static func json(_ summary: StoredRun) -> JSONValue {
        .object([
            "id": .string(summary.run.id),
            "spec": .string(summary.run.specName),
            "kind": .string(summary.run.kind.rawValue),
            "status": .string(summary.run.status.rawValue),
            "started_at": .string(Timestamp.text(summary.run.startedAtMilliseconds)),
            "trials": .number(summary.trials),
            "failed": .number(summary.failed),
            "variants": .array(summary.run.variants.map { .string($0) }),
        ])
    }

    /// One run, a fact a line.
    private static func lines(_ summary: StoredRun) -> [String] {
        let run = summary.run
        var started = Timestamp.text(run.startedAtMilliseconds)
        if let end = run.finishedAtMilliseconds {
            let tenths = max(0, end - run.startedAtMilliseconds + 50) / 100
            started += ", took \(tenths / 10).\(tenths % 10) s"
        }
        let page = "reports/\(run.id)/report.html"
        let isWritten = FileManager.default.fileExists(atPath: page)
        return [
            "run       \(run.id)", "kind      \(run.kind.rawValue) of \(run.specName)",
            "status    \(run.status.rawValue)", "started   \(started)",
            "samples   \(summary.samples)", "trials    \(summary.trials), \(summary.failed) failed",
            "variants  \(run.variants.joined(separator: ", "))", "seed      \(run.seed)", "version   \(run.version)",
            "report    \(isWritten ? page : "write it with: nexus report \(run.id)")",
        ]
    }

    /// Aligned columns, newest last.
    private static func table(_ summaries: [StoredRun]) -> [String] {
        var table = ColumnText(
            header: ["RUN", "STATUS", "SAMPLES", "TRIALS", "FAILED", "VARIANTS"], numeric: [2, 3, 4])
        for summary in summaries {
            table.rows.append([
                summary.run.id, summary.run.status.rawValue, "\(summary.samples)", "\(summary.trials)",
                "\(summary.failed)", summary.run.variants.joined(separator: ", "),
            ])
        }
        return table.lines
    }
}
