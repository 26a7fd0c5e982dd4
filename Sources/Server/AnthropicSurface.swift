import Chat
import Wire

/// `/v1/messages`.
enum AnthropicSurface: RequestSurface {
    static let idPrefix = "msg_"

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        Asked(request: try AnthropicMessages.readRequest(body), includesUsage: true)
    }

    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8] {
        if let body = reply.wireBody, body.dialect == .anthropicMessages {
            return Passage(id: id, model: asked.request.model).renamed(body)
        }
        var reply = reply
        reply.model = asked.request.model
        return AnthropicMessages.printReply(reply, id: id)
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        AnthropicMessages.printError(
            message: refusal.message, type: AnthropicMessages.errorType(status: refusal.status), requestID: requestID)
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter {
        Printer(
            events: AnthropicMessages.EventPrinter(id: id, model: asked.request.model),
            passage: Passage(id: id, model: asked.request.model))
    }

    /// Events of the vendor's are passed on where it speaks this dialect, all or none, as they refer to each other.
    private struct Printer: StreamPrinter {
        var events: AnthropicMessages.EventPrinter
        let passage: Passage
        var hasBegun = false
        var passesOn = false

        mutating func delta(_ delta: Delta) -> [UInt8] {
            if let events = delta.wireEvents, events.dialect == .anthropicMessages, passesOn || !hasBegun {
                (hasBegun, passesOn) = (true, true)
                return passed(events.events).flatMap(ServerSentEvents.print)
            }
            return begin() + events.delta(delta.kind).flatMap(ServerSentEvents.print)
        }

        mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8] {
            var out: [UInt8] = []
            var ending: [ServerSentEvents.Event]
            if let wire = reply.wireEnding, wire.dialect == .anthropicMessages, passesOn || !hasBegun {
                ending = passed(wire.events)
                if ending.last?.name != "message_stop" {
                    ending.append(.init(data: Array(#"{"type":"message_stop"}"#.utf8), name: "message_stop"))
                }
            } else {
                out = begin()
                ending = events.finish(reply.finishReason, usage: reply.usage)
            }
            if let last = ending.indices.last { ending[last].data = facts.added(to: ending[last].data) }
            return out + ending.flatMap(ServerSentEvents.print)
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            begin() + ServerSentEvents.print(data: printError(refusal, requestID: requestID), name: "error")
        }

        private mutating func begin() -> [UInt8] {
            guard !hasBegun else { return [] }
            hasBegun = true
            return ServerSentEvents.print(events.start())
        }

        /// The vendor's events, each with its name, which this dialect's clients go by.
        private func passed(_ events: [WireEvents.Event]) -> [ServerSentEvents.Event] {
            events.map { event in
                let name = event.name ?? Printer.type(of: event.data)
                let data = name == "message_start" ? passage.renamed(event.data, inside: "message") : event.data
                return ServerSentEvents.Event(data: data, name: name)
            }
        }

        private static func type(of data: [UInt8]) -> String? {
            JSONSpans(of: data)?["type"].flatMap { try? JSONValue.parse(data[$0]) }?.stringValue
        }
    }
}
