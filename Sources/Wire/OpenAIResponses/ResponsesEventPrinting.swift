public import Chat

extension OpenAIResponses {
    /// Prints the typed events of one streamed response: `start`, then deltas, then `finish`, or `failure` where it
    /// breaks. Items are begun and ended as the kinds of deltas change; calls stay open together, since their pieces
    /// may come interleaved. Every event has the next sequence number, from 0.
    public struct EventPrinter: Sendable {
        private let heading: Heading
        private var items: ResponseItems
        private var open: [Int] = []
        private var sequence = 0

        public init(_ heading: Heading) {
            self.heading = heading
            items = ResponseItems(responseID: heading.id)
        }

        /// `response.created` and `response.in_progress`.
        public mutating func start() -> [ServerSentEvents.Event] {
            let response = OpenAIResponses.response(heading, nil, output: [])
            return ["response.created", "response.in_progress"].map { event($0, ["response": response]) }
        }

        public mutating func delta(_ kind: Delta.Kind) -> [ServerSentEvents.Event] {
            switch kind {
            case .text(let text): return piece(text, .message, "response.output_text.delta")
            case .reasoning(let text): return piece(text, .reasoning, "response.reasoning_text.delta")
            case .toolCall(let index, let id, let name, let arguments):
                return call(index, id: id, name: name, arguments)
            }
        }

        /// The closing events; the last is `response.completed`, or `response.incomplete` where the answer was cut
        /// short or filtered.
        public mutating func finish(_ reply: ChatReply) -> [ServerSentEvents.Event] {
            var events: [ServerSentEvents.Event] = []
            if items.items.isEmpty { events = begin(.message) }
            events += close(reply)
            let response = OpenAIResponses.response(heading, reply, output: OpenAIResponses.output(items, reply))
            let name = "response." + OpenAIResponses.status(reply.finishReason).name
            return events + [event(name, ["response": response])]
        }

        /// The last event of a stream that breaks. Beside the dialect's own members it has the `error` that the
        /// official SDKs raise.
        public mutating func failure(message: String, type: String, code: String?) -> ServerSentEvents.Event {
            let code = code.map { JSONValue.string($0) } ?? .null
            return event(
                "error",
                [
                    "code": code, "message": .string(message), "param": .null,
                    "error": ["message": .string(message), "type": .string(type), "param": .null, "code": code],
                ])
        }

        private mutating func piece(
            _ text: String, _ kind: ResponseItems.Kind, _ name: String
        ) -> [ServerSentEvents.Event] {
            var events: [ServerSentEvents.Event] = []
            if open.last == nil || items.place(of: kind) != open.last { events = close(nil) + begin(kind) }
            let place = items.items.count - 1
            items.append(text, to: place)
            var members = address(place, hasPart: true) + [.init(key: "delta", value: .string(text))]
            if kind == .message { members.append(.init(key: "logprobs", value: [])) }
            return events + [event(name, members)]
        }

        private mutating func call(
            _ index: Int, id: String?, name: String?, _ arguments: String
        ) -> [ServerSentEvents.Event] {
            var events: [ServerSentEvents.Event] = []
            if items.place(of: .call(index)) == nil {
                if open.contains(where: { !items.items[$0].isCall }) { events = close(nil) }
                events += begin(.call(index), callID: id, name: name)
            }
            guard let place = items.place(of: .call(index)), !arguments.isEmpty else { return events }
            items.append(arguments, to: place)
            let delta = JSONValue.Member(key: "delta", value: .string(arguments))
            return events + [event("response.function_call_arguments.delta", address(place) + [delta])]
        }

        private mutating func begin(
            _ kind: ResponseItems.Kind, callID: String? = nil, name: String? = nil
        ) -> [ServerSentEvents.Event] {
            let place = items.begin(kind, callID: callID, name: name)
            open.append(place)
            let item = items.json(place, status: "in_progress")
            var events = [
                event("response.output_item.added", ["output_index": .number(place), "item": item])
            ]
            if !items.items[place].isCall {
                let part = ResponseItems.part(of: items.items[place], text: "")
                let members = address(place, hasPart: true) + [.init(key: "part", value: part)]
                events.append(event("response.content_part.added", members))
            }
            return events
        }

        /// Ends what is open.
        /// - Parameter reply: the whole answer, where it ends.
        private mutating func close(_ reply: ChatReply?) -> [ServerSentEvents.Event] {
            var events: [ServerSentEvents.Event] = []
            for place in open { events += close(place, reply) }
            open = []
            return events
        }

        private mutating func close(_ place: Int, _ reply: ChatReply?) -> [ServerSentEvents.Event] {
            let item = items.items[place]
            let text = JSONValue.string(item.text)
            let logprobs = reply?.logprobs ?? []
            var events: [ServerSentEvents.Event] = []
            switch item.kind {
            case .call:
                let members = address(place) + [
                    .init(key: "name", value: .string(item.name)), .init(key: "arguments", value: text),
                ]
                events.append(event("response.function_call_arguments.done", members))
            case .message, .reasoning:
                let isMessage = item.kind == .message
                var members = address(place, hasPart: true) + [.init(key: "text", value: text)]
                if isMessage { members.append(.init(key: "logprobs", value: .array(logprobs))) }
                events.append(event(isMessage ? "response.output_text.done" : "response.reasoning_text.done", members))
                let part = ResponseItems.part(of: item, logprobs: logprobs)
                let ending = address(place, hasPart: true) + [.init(key: "part", value: part)]
                events.append(event("response.content_part.done", ending))
            }
            let status = reply.map { OpenAIResponses.status($0.finishReason).name } ?? "completed"
            let whole = items.json(place, status: status, logprobs: logprobs)
            return events + [event("response.output_item.done", ["output_index": .number(place), "item": whole])]
        }

        /// Where a piece belongs.
        private func address(_ place: Int, hasPart: Bool = false) -> [JSONValue.Member] {
            let members: [JSONValue.Member] = [
                .init(key: "item_id", value: .string(items.items[place].id)),
                .init(key: "output_index", value: .number(place)),
            ]
            return hasPart ? members + [.init(key: "content_index", value: 0)] : members
        }

        private mutating func event(
            _ name: String, _ members: KeyValuePairs<String, JSONValue>
        ) -> ServerSentEvents.Event {
            event(name, members.map { .init(key: $0.key, value: $0.value) })
        }

        private mutating func event(_ name: String, _ members: [JSONValue.Member]) -> ServerSentEvents.Event {
            defer { sequence += 1 }
            let head: [JSONValue.Member] = [
                .init(key: "type", value: .string(name)), .init(key: "sequence_number", value: .number(sequence)),
            ]
            return ServerSentEvents.Event(data: JSONValue.object(head + members).bytes, name: name)
        }
    }
}

extension ResponseItems.Item {
    fileprivate var isCall: Bool { if case .call = kind { true } else { false } }
}
