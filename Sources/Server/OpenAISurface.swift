import Chat
import Foundation
import Wire

/// `/v1/chat/completions`.
enum OpenAISurface: RequestSurface {
    static let idPrefix = "chatcmpl-"

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        let received = try OpenAIChat.readRequest(body)
        return Asked(request: received.request, includesUsage: received.includesUsage)
    }

    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8] {
        if let body = reply.wireBody, body.dialect == .openAIChat {
            return Passage(id: id, model: asked.request.model).renamed(body)
        }
        var reply = reply
        reply.model = asked.request.model
        return OpenAIChat.printReply(reply, id: id, created: created)
    }

    static func printKept(_ reply: ChatReply, age: Duration) -> WireBody {
        let spoken = Date().timeIntervalSince1970 - age.milliseconds / 1000
        return OpenAIChat.printKept(reply, created: Int(spoken))
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        OpenAIChat.printError(message: refusal.message, type: type(of: refusal), code: refusal.code)
    }

    /// The `type` that OpenAI's own API has beside such a status.
    static func type(of refusal: Refusal) -> String {
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
            passage: Passage(id: id, model: asked.request.model), includesUsage: asked.includesUsage)
    }

    /// Seconds since 1970, as answers tell it.
    static var created: Int { Int(Date().timeIntervalSince1970) }

    /// Chunks of the vendor's are passed on where it speaks this dialect; the rest is printed. Both may come in one
    /// answer, as every chunk stands for itself.
    private struct Printer: StreamPrinter {
        let chunks: OpenAIChat.ChunkPrinter
        let passage: Passage
        let includesUsage: Bool
        var hasBegun = false
        /// Whether a chunk that was passed on told the usage.
        var hasUsage = false
        /// How the vendor's chunks begin.
        var lead: RepeatedLead?

        mutating func delta(_ delta: Delta) -> [UInt8] {
            if let events = delta.wireEvents, events.dialect == .openAIChat {
                if let passed = passedByLead(events.events) { return passed }
                return passed(events.events).flatMap { ServerSentEvents.print(data: $0) }
            }
            return begin() + ServerSentEvents.print(data: chunks.delta(delta.kind))
        }

        mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8] {
            var last: [[UInt8]]
            var out: [UInt8] = []
            if let ending = reply.wireEnding, ending.dialect == .openAIChat {
                last = passed(ending.events)
            } else {
                out = begin()
                last = [chunks.finish(reply.finishReason)]
            }
            if includesUsage, !hasUsage { last.append(chunks.usage(reply.usage)) }
            let end = facts.added(to: last.popLast() ?? chunks.closing())
            out += (last + [end]).flatMap { ServerSentEvents.print(data: $0) }
            return out + ServerSentEvents.print(data: OpenAIChat.doneData)
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            ServerSentEvents.print(data: printError(refusal, requestID: requestID))
        }

        private mutating func begin() -> [UInt8] {
            guard !hasBegun else { return [] }
            hasBegun = true
            return ServerSentEvents.print(data: chunks.role())
        }

        /// A chunk that begins as those before and tells no usage.
        private func passedByLead(_ events: [WireEvents.Event]) -> [UInt8]? {
            guard let lead, events.count == 1, !events[0].mayTellUsage else { return nil }
            return lead.event(events[0].data)
        }

        /// The vendor's chunks, without the usage that only we asked for.
        private mutating func passed(_ events: [WireEvents.Event]) -> [[UInt8]] {
            var passed: [[UInt8]] = []
            for event in events {
                guard let spans = JSONSpans(of: event.data) else { continue }
                hasBegun = true
                let usage = spans["usage"].map { event.data[$0] }
                let tellsUsage = usage.map { !$0.elementsEqual("null".utf8) } ?? false
                let isEmpty = spans["choices"].map { event.data[$0].filter { $0 > 0x20 }.count == 2 } ?? true
                if tellsUsage, isEmpty, !includesUsage { continue }
                hasUsage = hasUsage || tellsUsage
                let rewritten = spans.rewriting(
                    event.data, [("id", .string(passage.id)), ("model", .string(passage.model))])
                lead = RepeatedLead(of: event.data, spans, rewritten: rewritten) ?? lead
                passed.append(rewritten)
            }
            return passed
        }
    }
}
