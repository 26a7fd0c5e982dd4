import Chat
import Wire

/// Anthropic's `/v1/messages`.
struct AnthropicDialect: Dialect {
    let idPrefix = "msg_"
    let requestIDHeader = "request-id"
    let answerKeys = ["content", "delta"]
    let hasEndMark = true
    let absurdUsage: [String: JSONValue] = [
        "usage": ["input_tokens": .number("1000000000000000000"), "output_tokens": .number(-5)]
    ]

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        Asked(try AnthropicMessages.readRequest(body), includesUsage: true)
    }

    func reply(_ reply: ChatReply, id: String, created: Int) -> [UInt8] {
        AnthropicMessages.printReply(reply, id: id)
    }

    func printer(_ asked: Asked, id: String, created: Int) -> any EventPrinter {
        Printer(
            events: AnthropicMessages.EventPrinter(id: id, model: asked.model),
            input: TokenUsage(inputFresh: asked.inputTokens, outputText: 1))
    }

    func error(_ error: ErrorAnswer, requestID: String) -> [UInt8] {
        AnthropicMessages.printError(
            message: error.message, type: AnthropicMessages.errorType(status: error.status), requestID: requestID)
    }

    func failure(_ error: ErrorAnswer, requestID: String) -> ServerSentEvents.Event {
        .init(data: self.error(error, requestID: requestID), name: "error")
    }

    private struct Printer: EventPrinter {
        var events: AnthropicMessages.EventPrinter
        let input: TokenUsage?

        func start() -> [ServerSentEvents.Event] { [events.start(usage: input)] }

        mutating func piece(_ kind: Delta.Kind) -> [ServerSentEvents.Event] { events.delta(kind) }

        mutating func ending(_ reason: ChatReply.FinishReason, usage: TokenUsage?) -> [ServerSentEvents.Event] {
            events.finish(reason, usage: usage)
        }
    }
}
