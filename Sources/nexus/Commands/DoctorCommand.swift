import ArgumentParser
import Chat
import CurlTransport
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
    struct Finding {
        enum State: String { case ok, off, fault }
        var part: String
        var state: State
        var detail: String
    }

    func run() async throws {
        var findings: [Finding] = []
        var settings = Settings()
        do {
            settings = try shared.settings()
            let files = settings.sources.joined(separator: ", ")
            let sources = files.isEmpty ? "no nexus.yaml, no .env; defaults are used" : files
            findings.append(Finding(part: "configuration", state: .ok, detail: sources))
        } catch {
            findings.append(Finding(part: "configuration", state: .fault, detail: String(describing: error)))
        }
        findings += settings.warnings.map { Finding(part: "configuration", state: .off, detail: $0) }
        findings.append(DoctorCommand.gnuplot())
        findings.append(store())
        for provider in Provider.all { findings.append(await DoctorCommand.check(provider, settings)) }
        for (name, configured) in settings.providers.sorted(by: { $0.key < $1.key })
        where Provider.named(name) == nil {
            findings.append(await DoctorCommand.check(name, configured))
        }
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
        // A configuration that cannot be read is a finding of its own.
        let path = (try? shared.storePath) ?? SharedOptions.standardStorePath
        do throws(StoreError) {
            let runs = try RunStore(reading: path).runs().count
            return Finding(part: "store", state: .ok, detail: "\(path): \(Count.text(runs, "run"))")
        } catch {
            return Finding(part: "store", state: .fault, detail: String(describing: error))
        }
    }

    /// Whether a provider has what it needs, and where it runs on this machine, whether it answers.
    private static func check(_ provider: Provider, _ settings: Settings) async -> Finding {
        let configured = settings.providers[provider.name]
        let part = provider.name
        if provider.needsKey, configured?.apiKey == nil {
            let variable = provider.keyVariable.map { "set \($0)" } ?? "give api_key in nexus.yaml"
            return Finding(part: part, state: .off, detail: "no key: \(variable)")
        }
        guard let address = configured?.baseURL ?? provider.defaultBaseURL else {
            let variable = provider.baseURLVariable ?? "base_url under providers.\(part) in nexus.yaml"
            return Finding(part: part, state: .off, detail: "no address: set \(variable)")
        }
        return await reach(part, address, hasKey: configured?.apiKey != nil)
    }

    /// Whether a provider of the configuration's own has what it needs.
    private static func check(_ name: String, _ configured: Settings.Provider) async -> Finding {
        guard configured.dialect != nil, let address = configured.baseURL else {
            return Finding(part: name, state: .off, detail: configured.missing)
        }
        return await reach(name, address, hasKey: configured.apiKey != nil)
    }

    /// Whether an address on this machine answers; others are not asked.
    private static func reach(_ part: String, _ address: String, hasKey: Bool) async -> Finding {
        guard address.contains("//127.0.0.1") || address.contains("//localhost") else {
            return Finding(part: part, state: .ok, detail: "\(address), key \(hasKey ? "present" : "absent")")
        }
        do {
            let loop = try CurlLoop(userAgent: "nexus/\(Nexus.version)")
            let limits = TransferLimits(connect: .seconds(1), firstByte: .seconds(2), total: .seconds(2))
            let response = try await loop.exchange(HTTPRequest(url: address, limits: limits))
            return Finding(part: part, state: .ok, detail: "\(address) answers (\(response.status))")
        } catch {
            return Finding(part: part, state: .off, detail: "\(address) does not answer: \(error)")
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
