import ArgumentParser
import Chat
import Experiments
import Foundation
import Providers
import Store

/// `nexus doctor`: what works here, and how to mend what does not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check configuration, gnuplot, store and providers.")

    @OptionGroup var shared: SharedOptions

    /// One thing that was looked at.
    struct Finding: Sendable {
        enum State: String, Sendable { case ok, off, fault }
        var part: String
        var state: State
        var detail: String
    }

    func run() async throws {
        var findings: [Finding] = []
        var settings = Settings()
        do {
            settings = try shared.readSettings()
            let files = settings.sources.joined(separator: ", ")
            let sources = files.isEmpty ? "no nexus.yaml, no .env; defaults are used" : files
            findings.append(Finding(part: "configuration", state: .ok, detail: sources))
        } catch {
            findings.append(Finding(part: "configuration", state: .fault, detail: String(describing: error)))
        }
        findings += settings.warnings.map { Finding(part: "configuration", state: .off, detail: $0) }
        findings.append(DoctorCommand.gnuplot())
        findings.append(store())
        findings += settings.gaps.map { Finding(part: "configuration", state: .fault, detail: $0.description) }
        findings += pipelines(settings)
        findings += await ProviderChecks(settings: settings).findings()
        findings.append(
            Finding(
                part: "baseline", state: .ok, detail: "embedded: \(Baseline.all.map(\.name).joined(separator: ", "))"))
        show(findings)
        let faults = findings.filter { $0.state == .fault }
        if !faults.isEmpty {
            throw CommandFailure.usage("\(faults.count) to mend: \(faults.map(\.part).joined(separator: ", "))")
        }
    }

    private static func gnuplot() -> Finding {
        let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
        let found = folders.map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return Finding(
            part: "gnuplot", state: found == nil ? .off : .ok,
            detail: found ?? "not installed: reports have no charts; mend with: apt-get install gnuplot-nox")
    }

    private func store() -> Finding {
        // A configuration that cannot be read, or in part is not used, is a finding of its own.
        let path = shared.store ?? (try? shared.readSettings())?.storePath ?? SharedOptions.standardStorePath
        do throws(StoreError) {
            let runs = try RunStore(reading: path).runs().count
            return Finding(part: "store", state: .ok, detail: "\(path): \(Count.text(runs, "run"))")
        } catch {
            return Finding(part: "store", state: .fault, detail: String(describing: error))
        }
    }

    /// Whether the configured pipelines can be made.
    private func pipelines(_ settings: Settings) -> [Finding] {
        do {
            let stored = try? RunStore(reading: shared.gatewayStorePath(settings))
            let assembly = try Assembly(settings: settings).retrieving(from: stored.map { [$0] } ?? [])
            _ = try ServedModels(assembly, standard: "baseline/echo")
            return try assembly.lackingCollections(settings.allPipelines).map { _, name in
                Finding(
                    part: "retrieval", state: .off,
                    detail: "there is no collection '\(name)' yet; \(Assembly.makingCollection(name))")
            }
        } catch {
            return [Finding(part: "pipeline", state: .fault, detail: String(describing: error))]
        }
    }

    private func show(_ findings: [Finding]) {
        if shared.json {
            let parts = findings.map { finding in
                JSONValue.object([
                    "part": .string(finding.part), "state": .string(finding.state.rawValue),
                    "detail": .string(finding.detail),
                ])
            }
            Terminal.result(JSONValue.object(["version": .string(Nexus.version), "findings": .array(parts)]).text)
            return
        }
        Terminal.result("nexus \(Nexus.version)")
        let width = findings.map(\.part.count).max() ?? 0
        for finding in findings {
            let mark =
                switch finding.state {
                case .ok: "ok   ";
                case .off: "off  ";
                case .fault: "FAULT"
                }
            let padding = String(repeating: " ", count: width - finding.part.count)
            Terminal.result("\(mark)  \(finding.part)\(padding)  \(finding.detail)")
        }
    }
}
