public import Chat

extension AnthropicMessages {
    /// The body of a full answer.
    /// - Parameter id: "msg_…".
    public static func printReply(_ reply: ChatReply, id: String) -> [UInt8] {
        var blocks = reply.thinkingBlocks
        if blocks.isEmpty, let reasoning = reply.reasoning {
            blocks.append(["type": "thinking", "thinking": .string(reasoning), "signature": ""])
        }
        if !reply.text.isEmpty || reply.toolCalls.isEmpty { blocks.append(textBlock(reply.text)) }
        for call in reply.toolCalls {
            let function = call["function"]
            let input = (function?["arguments"]?.stringValue).flatMap { try? JSONValue.parse($0) }
            blocks.append([
                "type": "tool_use", "id": call["id"] ?? "", "name": function?["name"] ?? "",
                "input": input?.objectValue == nil ? .object([]) : input ?? .object([]),
            ])
        }
        let body: JSONValue = [
            "id": .string(id), "type": "message", "role": "assistant", "model": .string(reply.model),
            "content": .array(blocks), "stop_reason": .string(spelling(of: reply.finishReason)),
            "stop_sequence": .null, "usage": printUsage(reply.usage),
        ]
        return body.bytes
    }

    /// A usage in Anthropic's members: tokens of the cache stand beside the input's. The dialect cannot say that a
    /// count is unknown; it is 0 then.
    public static func printUsage(_ usage: TokenUsage?) -> JSONValue {
        guard let usage else { return ["input_tokens": 0, "output_tokens": 0] }
        return [
            "input_tokens": .number(usage.inputFresh),
            "cache_creation_input_tokens": .number(usage.cacheWrite5m + usage.cacheWrite1h),
            "cache_read_input_tokens": .number(usage.cacheRead),
            "cache_creation": [
                "ephemeral_5m_input_tokens": .number(usage.cacheWrite5m),
                "ephemeral_1h_input_tokens": .number(usage.cacheWrite1h),
            ],
            "output_tokens": .number(usage.output),
        ]
    }

    /// Prints the events of one streamed answer: `start`, then deltas, then `finish`. Blocks are opened and closed as
    /// the kinds of deltas change; calls stay open together, since their pieces may come interleaved.
    public struct EventPrinter: Sendable {
        private enum Block: Hashable {
            case text, thinking
            case call(Int)
        }

        private let id: String
        private let model: String
        private var current: Block?
        private var lastIndex = -1
        private var open: [Int] = []
        private var calls: [Int: Int] = [:]

        public init(id: String, model: String) {
            self.id = id
            self.model = model
        }

        /// The first event.
        /// - Parameter usage: what is known before the answer; the counts of the last event hold.
        public func start(usage: TokenUsage? = nil) -> ServerSentEvents.Event {
            event([
                "type": "message_start",
                "message": [
                    "id": .string(id), "type": "message", "role": "assistant", "model": .string(model), "content": [],
                    "stop_reason": .null, "stop_sequence": .null, "usage": printUsage(usage),
                ],
            ])
        }

        public mutating func delta(_ kind: Delta.Kind) -> [ServerSentEvents.Event] {
            switch kind {
            case .text(let text):
                let events = move(to: .text, start: textBlock(""))
                return events + [piece(["type": "text_delta", "text": .string(text)])]
            case .reasoning(let text):
                let events = move(to: .thinking, start: ["type": "thinking", "thinking": "", "signature": ""])
                return events + [piece(["type": "thinking_delta", "thinking": .string(text)])]
            case .toolCall(let index, let id, let name, let arguments):
                return call(index, id: id, name: name, arguments: arguments)
            }
        }

        /// The closing events, usage included.
        public mutating func finish(
            _ reason: ChatReply.FinishReason, usage: TokenUsage?
        ) -> [ServerSentEvents.Event] {
            var events = close()
            // An answer without a block is none to most clients.
            if lastIndex < 0 {
                events += move(to: .text, start: textBlock("")) + close()
            }
            events.append(
                event([
                    "type": "message_delta",
                    "delta": ["stop_reason": .string(spelling(of: reason)), "stop_sequence": .null],
                    "usage": printUsage(usage),
                ]))
            return events + [event(["type": "message_stop"])]
        }

        private mutating func call(
            _ index: Int, id: String?, name: String?, arguments: String
        ) -> [ServerSentEvents.Event] {
            var events: [ServerSentEvents.Event] = []
            if calls[index] == nil {
                events = move(
                    to: .call(index),
                    start: [
                        "type": "tool_use", "id": .string(id ?? "call_\(index)"), "name": .string(name ?? ""),
                        "input": .object([]),
                    ])
                calls[index] = lastIndex
            }
            guard !arguments.isEmpty else { return events }
            let delta: JSONValue = ["type": "input_json_delta", "partial_json": .string(arguments)]
            return events + [piece(delta, block: calls[index])]
        }

        private mutating func move(to block: Block, start: JSONValue) -> [ServerSentEvents.Event] {
            guard current != block else { return [] }
            var events: [ServerSentEvents.Event] = []
            if case .call = block, case .call? = current {} else { events = close() }
            current = block
            lastIndex += 1
            open.append(lastIndex)
            return events + [
                event(["type": "content_block_start", "index": .number(lastIndex), "content_block": start])
            ]
        }

        private mutating func close() -> [ServerSentEvents.Event] {
            let events = open.map { event(["type": "content_block_stop", "index": .number($0)]) }
            open = []
            current = nil
            return events
        }

        private func piece(_ delta: JSONValue, block: Int? = nil) -> ServerSentEvents.Event {
            event(["type": "content_block_delta", "index": .number(block ?? lastIndex), "delta": delta])
        }

        private func event(_ data: JSONValue) -> ServerSentEvents.Event {
            ServerSentEvents.Event(data: data.bytes, name: data["type"]?.stringValue)
        }
    }
}
