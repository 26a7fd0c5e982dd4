import ArgumentParser
import Chat
import Experiments
import Foundation
import Gateway
import Glibc
import HTTPServing
import Records
import Reports
import Simulator
import Store

/// The one binary: `nexus eval`, `nexus ask` and so on.
@main
struct Nexus: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "nexus",
        abstract: "Evaluate, compare and benchmark language models through the gateway that serves them.",
        version: version,
        subcommands: [
            AskCommand.self,
            CacheCommand.self,
            CompareCommand.self,
            DoctorCommand.self,
            EvalCommand.self,
            GuardCommand.self,
            KbCommand.self,
            LogsCommand.self,
            PowerCommand.self,
            RankCommand.self,
            ReportCommand.self,
            RunsCommand.self,
            ScoreCommand.self,
            ServeCommand.self,
            SimulateCommand.self,
        ])

    /// Runs the command and ends the process with the status that the contract promises.
    static func main() async {
        // A reader that leaves early (`nexus runs | head`) ends the output, not the process by a signal.
        Glibc.signal(SIGPIPE, SIG_IGN)
        do {
            try checkCommand(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Refuses a command that there is none of, with the one most like it.
    private static func checkCommand(_ arguments: [String]) throws {
        guard let first = arguments.first(where: { $0 != "help" }), !first.hasPrefix("-") else { return }
        var names: [String] = []
        for command in configuration.subcommands { names += [command.configuration.commandName ?? ""] }
        guard !names.contains(first) else { return }
        let hint =
            NearestName.question(for: first, among: names) ?? "there are \(names.joined(separator: ", "))"
        throw CommandFailure.usage("there is no command '\(first)'; \(hint)")
    }

    private static func end(with error: any Error) -> Never {
        if let failure = error as? CommandFailure {
            Terminal.error(failure.description)
            Glibc.exit(failure.status.rawValue)
        }
        let isOurs =
            error is SpecError || error is RecordError || error is StoreError || error is ScriptError
            || error is ListenError || error is KnowledgeError || error is ReportError
        if isOurs {
            Terminal.error(String(describing: error))
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        let code = exitCode(for: error)
        switch code {
        case .success: print(fullMessage(for: error))
        case .validationFailure: Terminal.error(reasonLast(fullMessage(for: error)))
        default: Terminal.error(message(for: error))
        }
        Glibc.exit(code == .success ? 0 : code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue)
    }

    /// A message of wrong usage with its reason, which stands first, as the last line: scripts look for it there.
    static func reasonLast(_ message: String) -> String {
        let lines = message.split(separator: "\n")
        let end = lines.firstIndex { $0.hasPrefix("Help:") || $0.hasPrefix("Usage:") } ?? lines.endIndex
        let words = lines[..<end].map { $0.drop { $0 == " " } }.joined(separator: " ")
        return (lines[end...] + [words[...]]).joined(separator: "\n")
    }
}
