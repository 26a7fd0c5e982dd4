import ArgumentParser
import Chat
import Experiments
import Foundation
import Gateway

/// `nexus ask`: one prompt through the pipeline, streamed, with what each stage did.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask one prompt through the pipeline and show what each stage did.")

    @Argument(help: "The prompt; '-' reads it from standard input.")
    var prompt: String

    @Option(help: ArgumentHelp("provider/model or an alias (default: default_model).", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Several models, a,b,c, asked at once and shown side by side.", valueName: "names"))
    var models: String?

    @Option(help: ArgumentHelp("A system message before the prompt.", valueName: "text"))
    var system: String?

    @Option(help: ArgumentHelp("Sampling temperature, 0 to 2.", valueName: "number"))
    var temperature: Double?

    @Option(help: ArgumentHelp("Most tokens of the answer.", valueName: "n"))
    var maxTokens: Int?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let settings = try shared.settings()
        let configured = try Assembly(settings: settings).retrieving(for: [settings.pipeline], shared)
        if let models {
            let names = try AskCommand.names(models, besides: model)
            return try await ask(names, configured.findingDefaultProvider(for: names))
        }
        let name = try await modelName(configured)
        let assembly = await configured.findingDefaultProvider(for: [name])
        let reference = try assembly.reference(name)
        let request = try self.request(reference)
        let pipeline = Pipeline(try assembly.configuredStages(), around: try route(name, assembly))
        var call = ChatCall(request)
        let streams = !shared.json
        if streams {
            call.onDelta = { delta in
                if case .text(let text) = delta.kind { Terminal.piece(text) }
            }
        }
        let asked = call
        do {
            let reply = try await Interruption.cancelling { try await pipeline.reply(to: asked) }
            show(reply, call.trace, heard: streams)
        } catch let error as ChatError {
            if streams { Terminal.result("") }
            if !shared.quiet { showSpans(call.trace) }
            let status: ExitStatus = error.kind == .cancelled ? .interrupted : .internalError
            throw CommandFailure(status, "\(reference.name): \(error)")
        }
    }

    /// The names of `--models`.
    private static func names(_ list: String, besides model: String?) throws -> [String] {
        guard model == nil else { throw CommandFailure.usage("--models: found beside --model; expected one of them") }
        let names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !names.isEmpty else { throw CommandFailure.usage("--models: found no name; expected a,b,c") }
        if let twice = Dictionary(grouping: names) { $0 }.first(where: { $1.count > 1 })?.key {
            throw CommandFailure.usage("--models: '\(twice)' stands there twice")
        }
        guard names.count <= 16 else {
            throw CommandFailure.usage("--models: found \(names.count); expected at most 16")
        }
        return names
    }

    private func modelName(_ assembly: Assembly) async throws -> String {
        if let name = model ?? assembly.settings.defaultModel { return name }
        let fallback = try await assembly.modelOfNoChoice()
        if !shared.quiet {
            Terminal.error("note: \(fallback.reason); choose one with --model provider/model or default_model")
        }
        return fallback.name
    }

    func route(_ name: String, _ assembly: Assembly) throws -> Route {
        if let fault = assembly.vocabulary.unknownProvider(of: name) {
            throw CommandFailure.usage("\(fault.message); \(fault.remedy)")
        }
        do { return try assembly.route(name) } catch let error as ChatError {
            throw CommandFailure.usage(error.message)
        }
    }

    func request(_ reference: Assembly.ModelReference) throws -> ChatRequest {
        var text = prompt
        if prompt == "-" {
            let bytes = FileHandle.standardInput.readDataToEndOfFile()
            guard let read = String(validating: bytes, as: UTF8.self) else {
                throw CommandFailure.usage("standard input is not valid UTF-8")
            }
            text = read
        }
        if let temperature, !(0...2).contains(temperature) {
            throw CommandFailure.usage("--temperature: found \(temperature); expected 0 to 2")
        }
        if let maxTokens, maxTokens < 1 {
            throw CommandFailure.usage("--max-tokens: found \(maxTokens); expected at least 1")
        }
        let messages = (system.map { [Message(.system, $0)] } ?? []) + [Message(.user, text)]
        let given = ChatRequest.Parameters(temperature: temperature, maxTokens: maxTokens)
        return ChatRequest(
            model: reference.name, messages: messages, parameters: reference.parameters.filled(by: given),
            stream: !shared.json)
    }

    private func show(_ reply: ChatReply, _ trace: Trace, heard: Bool) {
        guard !shared.json else {
            Terminal.result(AskCommand.json(reply, trace).text)
            return
        }
        Terminal.result("")
        guard !shared.quiet else { return }
        showSpans(trace)
        for (index, citation) in reply.citations.enumerated() {
            let title = citation["title"]?.stringValue ?? citation["document_id"]?.stringValue ?? ""
            Terminal.error("[\(index + 1)] \(Terminal.printable(title))")
        }
        var facts = [reply.model, reply.source.rawValue]
        if let total = reply.timing.total { facts.append("\(AskCommand.milliseconds(total)) ms") }
        if let first = reply.timing.firstToken { facts.append("first token \(AskCommand.milliseconds(first)) ms") }
        if let usage = reply.usage { facts.append("\(usage.input) + \(usage.output) tokens") }
        facts.append(reply.cost?.text ?? "cost unknown")
        Terminal.error(facts.joined(separator: " · "))
        for warning in reply.warnings { Terminal.error("warning: \(warning)") }
    }

    /// The stages in the order in which they began, each set in below the one that it ran inside of.
    private func showSpans(_ trace: Trace) {
        var open: [Duration] = []
        for span in trace.spans.sorted(by: { ($0.start, $1.duration) < ($1.start, $0.duration) }) {
            open.removeAll { $0 <= span.start }
            let indent = String(repeating: "  ", count: open.count)
            open.append(span.start + span.duration)
            let outcome = span.outcome.map { " (\($0))" } ?? ""
            Terminal.error("\(indent)\(span.stage) \(AskCommand.milliseconds(span.duration)) ms\(outcome)")
        }
    }

    static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration.milliseconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func json(_ reply: ChatReply, _ trace: Trace) -> JSONValue {
        let stages = trace.spans.reversed().map(json)
        let (input, output) = (reply.usage?.input, reply.usage?.output)
        return .object([
            "text": .string(reply.text),
            "model": .string(reply.model),
            "source": .string(reply.source.rawValue),
            "finish_reason": .string(reply.finishReason.rawValue),
            "latency_ms": number(reply.timing.total?.milliseconds),
            "ttft_ms": number(reply.timing.firstToken?.milliseconds),
            "input_tokens": number(input.map(Double.init)),
            "output_tokens": number(output.map(Double.init)),
            "cost_usd": number(reply.cost?.dollars),
            "stages": .array(stages),
            "warnings": .array(reply.warnings.map { .string($0) }),
            "citations": .array(reply.citations),
            "confidence": number(reply.confidence),
            "guardrails": .array(trace.notes.verdicts),
        ])
    }

    private static func json(_ span: Span) -> JSONValue {
        .object([
            "stage": .string(span.stage),
            "start_ms": number(span.start.milliseconds),
            "duration_ms": number(span.duration.milliseconds),
            "outcome": span.outcome.map { .string($0) } ?? .null,
        ])
    }

    /// `null` where the number is unknown.
    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
