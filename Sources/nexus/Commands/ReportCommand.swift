import ArgumentParser
import Chat
import Experiments
import Scoring
import Store

/// `nexus report`: a stored run's reports again.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a stored run's reports again, from the store alone.")

    @Argument(help: "A run's id, the beginning of one, or 'latest'.")
    var run: String

    @Option(help: ArgumentHelp("Where the report goes (default: reports/<run id>).", valueName: "dir"))
    var out: String?

    @Flag(help: "Recompute every headline and fail where one differs from the written report.")
    var verify = false

    @Option(help: "Whether an inconclusive gate passes or fails.")
    var inconclusive: EvalOptions.Inconclusive?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let store = try RunStore(reading: shared.storePath)
        let record = try store.run(run)
        let vocabulary = try Assembly(settings: try shared.settings()).vocabulary
        let spec = try SpecReader(vocabulary: vocabulary).stored(record.spec, of: record.id)
        let metrics = try Grader(spec: spec, vocabulary: vocabulary).metrics
        let analysis = try RunAnalysis(runID: record.id, store: store, spec: spec, metrics: metrics)
        let folder = out ?? "reports/\(record.id)"
        if verify {
            try ReportVerification(summary: analysis.summary, folder: folder).run()
            Terminal.result("verified: every headline of \(folder) follows from the stored trials")
        } else {
            if out != nil { try ReportOutput.check(out) }
            let output = ReportOutput(inconclusive: inconclusive, shared: shared)
            try await output.write(analysis, to: out, isNewest: try store.run("latest").id == record.id)
            try output.judge(analysis.summary)
        }
    }
}
