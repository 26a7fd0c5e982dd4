import Chat
import Wire

/// `/v1/responses`.
enum ResponsesSurface: RequestSurface {
    static let idPrefix = "resp_"

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        let received = try OpenAIResponses.readRequest(body)
        return Asked(request: received.request, includesUsage: true, echo: received.echo)
    }

    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8] {
        OpenAIResponses.printReply(reply, heading(of: asked, id: id))
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        OpenAISurface.printError(refusal, requestID: requestID)
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter {
        Printer(events: OpenAIResponses.EventPrinter(heading(of: asked, id: id)))
    }

    private static func heading(of asked: Asked, id: String) -> OpenAIResponses.Heading {
        OpenAIResponses.Heading(
            id: id, created: OpenAISurface.created, model: asked.request.model, echo: asked.echo)
    }

    private struct Printer: StreamPrinter {
        var events: OpenAIResponses.EventPrinter
        var hasBegun = false

        mutating func delta(_ delta: Delta) -> [UInt8] {
            begin() + events.delta(delta.kind).flatMap(ServerSentEvents.print)
        }

        mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8] {
            let start = begin()
            var ending = events.finish(reply)
            if let last = ending.indices.last { ending[last].data = facts.added(to: ending[last].data) }
            return start + ending.flatMap(ServerSentEvents.print)
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            let start = begin()
            let last = events.failure(
                message: refusal.message, type: OpenAISurface.type(of: refusal), code: refusal.code)
            return start + ServerSentEvents.print(last)
        }

        private mutating func begin() -> [UInt8] {
            guard !hasBegun else { return [] }
            hasBegun = true
            return events.start().flatMap(ServerSentEvents.print)
        }
    }
}
