import Chat
import Foundation
import Wire

/// `/v1/chat/completions`.
enum OpenAISurface: Surface {
    static let idPrefix = "chatcmpl-"

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        let received = try OpenAIChat.readRequest(body)
        return Asked(request: received.request, includesUsage: received.includesUsage)
    }

    static func print(_ reply: ChatReply, id: String, model: String) -> [UInt8] {
        if let body = reply.wireBody, body.dialect == .openAIChat { return body.bytes }
        return OpenAIChat.printReply(reply, id: id, created: created)
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        OpenAIChat.printError(message: refusal.message, type: type(of: refusal), code: refusal.code)
    }

    /// The `type` that OpenAI's own API has beside such a status.
    private static func type(of refusal: Refusal) -> String {
        switch refusal.status {
        case 401: "authentication_error"
        case 429: refusal.code == "insufficient_quota" ? "insufficient_quota" : "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter {
        Printer(
            chunks: OpenAIChat.ChunkPrinter(
                id: id, created: created, model: asked.request.model, includesUsage: asked.includesUsage),
            includesUsage: asked.includesUsage)
    }

    private static var created: Int { Int(Date().timeIntervalSince1970) }

    private struct Printer: StreamPrinter {
        let chunks: OpenAIChat.ChunkPrinter
        let includesUsage: Bool

        func start() -> [UInt8] { ServerSentEvents.print(data: chunks.role()) }

        func delta(_ delta: Delta) -> [UInt8] { ServerSentEvents.print(data: chunks.delta(delta.kind)) }

        func finish(_ reply: ChatReply) -> [UInt8] {
            var out = ServerSentEvents.print(data: chunks.finish(reply.finishReason))
            if includesUsage { out += ServerSentEvents.print(data: chunks.usage(reply.usage)) }
            return out + ServerSentEvents.print(data: OpenAIChat.doneData)
        }

        func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            ServerSentEvents.print(data: printError(refusal, requestID: requestID))
        }
    }
}
