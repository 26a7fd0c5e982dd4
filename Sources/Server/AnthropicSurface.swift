import Chat
import Wire

/// `/v1/messages`.
enum AnthropicSurface: Surface {
    static let idPrefix = "msg_"

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        Asked(request: try AnthropicMessages.readRequest(body), includesUsage: true)
    }

    static func print(_ reply: ChatReply, id: String, model: String) -> [UInt8] {
        if let body = reply.wireBody, body.dialect == .anthropicMessages { return body.bytes }
        return AnthropicMessages.printReply(reply, id: id)
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        AnthropicMessages.printError(
            message: refusal.message, type: AnthropicMessages.errorType(status: refusal.status), requestID: requestID)
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter {
        Printer(events: AnthropicMessages.EventPrinter(id: id, model: asked.request.model))
    }

    private struct Printer: StreamPrinter {
        var events: AnthropicMessages.EventPrinter

        mutating func start() -> [UInt8] { ServerSentEvents.print(events.start()) }

        mutating func delta(_ delta: Delta) -> [UInt8] { events.delta(delta.kind).flatMap(ServerSentEvents.print) }

        mutating func finish(_ reply: ChatReply) -> [UInt8] {
            events.finish(reply.finishReason, usage: reply.usage).flatMap(ServerSentEvents.print)
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            ServerSentEvents.print(data: printError(refusal, requestID: requestID), name: "error")
        }
    }
}
