import Chat
import Foundation
import Gateway

/// `nexus ask --models a,b,c`: the same prompt to several models at once.
extension AskCommand {
    /// One of the models, ready to be asked.
    private struct Contender: Sendable {
        var name: String
        var pipeline: Pipeline
        var request: ChatRequest
    }

    private typealias Outcome = (result: Result<ChatReply, ChatError>, trace: Trace)

    /// Streams the answers side by side and then tells what each took.
    /// - Throws: `CommandFailure` where a model cannot be asked, before any is; afterwards where one failed.
    func ask(_ names: [String], _ assembly: Assembly) async throws {
        let stages = try assembly.configuredStages()
        let contenders = try names.map { name in
            Contender(
                name: name, pipeline: Pipeline(stages, around: try route(name, assembly)),
                request: try request(assembly.reference(name)))
        }
        let width = Terminal.width
        let screen = Locked(SideBySide(count: names.count, width: width))
        if !shared.json { for line in screen.withLock({ $0 }).header(names) { Terminal.result(line) } }
        let outcomes = try await Interruption.cancelling { [isQuiet = shared.json] in
            await AskCommand.outcomes(contenders, isQuiet ? nil : screen)
        }
        if shared.json {
            let answers = zip(names, outcomes).map { name, outcome in AskCommand.json(name, outcome) }
            Terminal.result(JSONValue.object(["answers": .array(answers)]).text)
        } else {
            Terminal.result("")
            for line in AskCommand.table(names, outcomes) { Terminal.result(line) }
        }
        try AskCommand.report(names, outcomes)
    }

    private static func outcomes(_ contenders: [Contender], _ screen: Locked<SideBySide>?) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, contender) in contenders.enumerated() {
                group.addTask { (index, await outcome(of: contender, index, screen)) }
            }
            var found: [(Int, Outcome)] = []
            for await outcome in group { found.append(outcome) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func outcome(
        of contender: Contender, _ index: Int, _ screen: Locked<SideBySide>?
    ) async -> Outcome {
        var call = ChatCall(contender.request)
        if let screen {
            call.onDelta = { delta in
                guard case .text(let text) = delta.kind else { return }
                screen.withLock { screen in
                    let lines = screen.add(Terminal.printable(text, besides: ["\n"]), to: index)
                    for line in lines { Terminal.result(line) }
                }
            }
        }
        let result: Result<ChatReply, ChatError>
        do throws(ChatError) { result = .success(try await contender.pipeline.reply(to: call)) } catch {
            result = .failure(error)
        }
        screen?.withLock { screen in
            var lines: [String] = []
            if case .failure(let error) = result { lines += screen.add("[\(error.kind.rawValue)]", to: index) }
            lines += screen.end(index)
            for line in lines { Terminal.result(line) }
        }
        return (result, call.trace)
    }

    private static func json(_ name: String, _ outcome: Outcome) -> JSONValue {
        switch outcome.result {
        case .success(let reply):
            let told = json(reply, outcome.trace).objectValue ?? []
            return .object([JSONValue.Member(key: "asked", value: .string(name))] + told)
        case .failure(let error):
            return .object([
                "asked": .string(name), "error": .string(error.kind.rawValue), "message": .string(error.message),
            ])
        }
    }

    private static func table(_ names: [String], _ outcomes: [Outcome]) -> [String] {
        var table = ColumnText(header: ["MODEL", "LATENCY", "TTFT", "IN", "OUT", "COST"], numeric: Set(1...5))
        for (name, outcome) in zip(names, outcomes) {
            switch outcome.result {
            case .success(let reply):
                table.rows.append([
                    name, reply.timing.total.map { milliseconds($0) + " ms" } ?? "-",
                    reply.timing.firstToken.map { milliseconds($0) + " ms" } ?? "-",
                    reply.usage.map { "\($0.input)" } ?? "?", reply.usage.map { "\($0.output)" } ?? "?",
                    reply.cost?.text ?? "unknown",
                ])
            case .failure(let error): table.rows.append([name, error.kind.rawValue, "-", "-", "-", "-"])
            }
        }
        return table.lines
    }

    private static func report(_ names: [String], _ outcomes: [Outcome]) throws {
        var failures: [(name: String, error: ChatError)] = []
        for (name, outcome) in zip(names, outcomes) {
            if case .failure(let error) = outcome.result { failures.append((name, error)) }
        }
        guard let last = failures.last else { return }
        for failure in failures.dropLast() { Terminal.error("\(failure.name): \(failure.error)") }
        let isInterrupted = failures.contains { $0.error.kind == .cancelled }
        throw CommandFailure(isInterrupted ? .interrupted : .internalError, "\(last.name): \(last.error)")
    }
}
