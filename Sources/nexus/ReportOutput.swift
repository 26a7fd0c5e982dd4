import Chat
import Experiments
import Reports

/// What a finished run leaves: the report's folder, the summary on standard output, the exit status.
struct ReportOutput {
    var inconclusive: EvalOptions.Inconclusive?
    var isJSON: Bool
    var isQuiet: Bool

    init(options: EvalOptions, shared: SharedOptions) {
        self.init(inconclusive: options.inconclusive, shared: shared)
    }

    init(inconclusive: EvalOptions.Inconclusive?, shared: SharedOptions) {
        self.inconclusive = inconclusive
        isJSON = shared.json
        isQuiet = shared.quiet
    }

    /// Writes the folder and prints the summary.
    /// - Parameters:
    ///   - chosen: the user's folder, or nil for one of our own.
    ///   - isNewest: whether no run is newer: then `reports/latest` points to a folder of our own.
    func write(_ contents: any RunContents, to chosen: String?, isNewest: Bool) async throws {
        let folder = chosen ?? "reports/\(contents.summary.runID)"
        let options = ReportOptions(inconclusivePasses: inconclusive == .pass, updatesLatest: chosen == nil && isNewest)
        let written = try await ReportWriter.write(contents, to: folder, options: options)
        if !isQuiet {
            for note in written.notes { Terminal.error("note: \(note)") }
        }
        if isJSON {
            Terminal.result(SummaryDocument.json(contents.summary).text)
        } else {
            let text = TerminalSummary.render(
                contents.summary, width: Terminal.width, colour: Terminal.hasColour, report: "\(folder)/report.html")
            Terminal.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }

    /// Sees to it that a report can be written, before anything is asked.
    /// - Parameter chosen: the user's folder, or nil for one of our own.
    /// - Throws: `CommandFailure` naming the path.
    static func check(_ chosen: String?) throws {
        do throws(ReportError) { try ReportWriter.prepare(chosen ?? "reports") } catch {
            throw CommandFailure.usage(chosen == nil ? "\(error)" : "--out: \(error)")
        }
    }

    /// Throws the status of a run whose gates or validity do not hold.
    func judge(_ summary: RunSummary) throws {
        var reasons: [ExitStatus: String] = [:]
        if !summary.faults.isEmpty {
            reasons[.invalidRun] = "the run is not valid: \(summary.faults.joined(separator: "; "))"
        }
        let failed = summary.gates.filter { $0.verdict == .fail }
        let open = summary.gates.filter { $0.verdict == .inconclusive }
        if !failed.isEmpty { reasons[.gateFailed] = ReportOutput.sentence("failed", failed) }
        switch inconclusive {
        case .pass: break
        case .fail where !open.isEmpty:
            reasons[.gateFailed] = ReportOutput.sentence("failed or inconclusive", failed + open)
        case nil where !open.isEmpty: reasons[.gateInconclusive] = ReportOutput.sentence("inconclusive", open)
        case .fail, nil: break
        }
        let status = ExitStatus.deciding(among: Array(reasons.keys))
        guard let reason = reasons[status] else { return }
        throw CommandFailure(status, reason)
    }

    /// "1 gate failed: rougeL ≥ 0.3 (lead-1): 0.24 [0.22, 0.26]".
    private static func sentence(_ what: String, _ gates: [GateResult]) -> String {
        let head = "\(gates.count) \(gates.count == 1 ? "gate" : "gates") \(what)"
        return head + ": " + gates.map { "\($0.rule) (\($0.variant)): \($0.reason)" }.joined(separator: "; ")
    }
}
