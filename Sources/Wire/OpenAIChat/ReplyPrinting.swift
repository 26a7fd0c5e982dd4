public import Chat

extension OpenAIChat {
    /// The body of a full answer.
    /// - Parameters:
    ///   - id: "chatcmpl-…", the same in every chunk of one answer.
    ///   - created: seconds since 1970.
    public static func printReply(_ reply: ChatReply, id: String, created: Int) -> [UInt8] {
        var message = ObjectWriter()
        message.write("role", "assistant")
        let isSilent = reply.text.isEmpty && !reply.toolCalls.isEmpty
        message.write("content", isSilent ? .null : .string(reply.text))
        if let reasoning = reply.reasoning { message.write("reasoning_content", .string(reasoning)) }
        if !reply.thinkingBlocks.isEmpty { message.write("thinking_blocks", .array(reply.thinkingBlocks)) }
        message.write("refusal", .null)
        if !reply.toolCalls.isEmpty { message.write("tool_calls", .array(reply.toolCalls)) }
        let messageBytes = message.finished()
        var out = ObjectWriter()
        out.write("id", .string(id))
        out.write("object", "chat.completion")
        out.write("created", .number(created))
        out.write("model", .string(reply.model))
        out.write("choices") { bytes in
            bytes.append(contentsOf: #"[{"index":0,"message":"#.utf8)
            bytes.append(contentsOf: messageBytes)
            bytes.append(contentsOf: #","logprobs":"#.utf8)
            let tokens: JSONValue = ["content": .array(reply.logprobs), "refusal": .null]
            (reply.logprobs.isEmpty ? JSONValue.null : tokens).write(to: &bytes)
            bytes.append(contentsOf: #","finish_reason":""#.utf8)
            bytes.append(contentsOf: spelling(of: reply.finishReason).utf8)
            bytes.append(contentsOf: #""}]"#.utf8)
        }
        if let usage = reply.usage { out.write("usage", printUsage(usage)) }
        return out.finished()
    }

    /// The body of an answer that is given more than once, with an empty id in the place of each time's own.
    /// - Parameter created: seconds since 1970.
    public static func printKept(_ reply: ChatReply, created: Int) -> WireBody {
        let bytes = printReply(reply, id: "", created: created)
        return WireBody(dialect: .openAIChat, bytes: bytes, outline: JSONSpans(of: bytes)?.outline)
    }

    /// A usage in OpenAI's members: cached tokens within the prompt's, reasoning tokens within the completion's.
    public static func printUsage(_ usage: TokenUsage) -> JSONValue {
        let written = usage.cacheWrite5m + usage.cacheWrite1h
        return .object([
            "prompt_tokens": .number(usage.input),
            "completion_tokens": .number(usage.output),
            "total_tokens": .number(usage.input + usage.output),
            "prompt_tokens_details": .object([
                "cached_tokens": .number(usage.cacheRead),
                "cache_write_tokens": written == 0 ? nil : .number(written),
            ]),
            "completion_tokens_details": .object(["reasoning_tokens": .number(usage.reasoning)]),
        ])
    }

    /// Prints the chunks of one streamed answer: `role`, then deltas, then `finish`, then, where usage is asked for,
    /// `usage`; then `doneData`. Each is the data of one event, for `ServerSentEvents.print(data:)`.
    ///
    /// What all chunks share is printed once.
    public struct ChunkPrinter: Sendable {
        private let head: [UInt8]
        private let tail: [UInt8]
        private let usageHead: [UInt8]

        /// - Parameter includesUsage: whether the client asked for usage; every other chunk then says `"usage":null`.
        public init(id: String, created: Int, model: String, includesUsage: Bool = false) {
            var shared: [UInt8] = Array(#"{"id":"#.utf8)
            JSONValue.write(id, to: &shared)
            shared.append(contentsOf: #","object":"chat.completion.chunk","created":"#.utf8)
            shared.append(contentsOf: String(created).utf8)
            shared.append(contentsOf: #","model":"#.utf8)
            JSONValue.write(model, to: &shared)
            usageHead = shared + Array(#","choices":[],"usage":"#.utf8)
            head = shared + Array(#","choices":[{"index":0,"delta":"#.utf8)
            tail = Array((includesUsage ? #"}],"usage":null}"# : "}]}").utf8)
        }

        /// The first chunk, which names the role.
        public func role() -> [UInt8] {
            chunk(delta: ["role": "assistant", "content": ""], reason: nil)
        }

        public func delta(_ kind: Delta.Kind) -> [UInt8] {
            switch kind {
            case .text(let text): return chunk(delta: ["content": .string(text)], reason: nil)
            case .reasoning(let text): return chunk(delta: ["reasoning_content": .string(text)], reason: nil)
            case .toolCall(let index, let id, let name, let arguments):
                let call: JSONValue = .object([
                    "index": .number(index), "id": id.map { .string($0) },
                    "type": id == nil ? nil : "function",
                    "function": .object(["name": name.map { .string($0) }, "arguments": .string(arguments)]),
                ])
                return chunk(delta: ["tool_calls": [call]], reason: nil)
            }
        }

        /// The chunk that says why the answer ended.
        public func finish(_ reason: ChatReply.FinishReason) -> [UInt8] {
            chunk(delta: .object([]), reason: reason)
        }

        /// The last chunk where usage was asked for; unknown usage is null.
        public func usage(_ usage: TokenUsage?) -> [UInt8] {
            var out = usageHead
            (usage.map(printUsage) ?? .null).write(to: &out)
            out.append(UInt8(ascii: "}"))
            return out
        }

        /// A chunk without choices and usage.
        public func closing() -> [UInt8] { usageHead.dropLast(#","usage":"#.utf8.count) + Array("}".utf8) }

        private func chunk(delta: JSONValue, reason: ChatReply.FinishReason?) -> [UInt8] {
            var out = head
            out.reserveCapacity(head.count + tail.count + 128)
            delta.write(to: &out)
            out.append(contentsOf: #","logprobs":null,"finish_reason":"#.utf8)
            (reason.map { .string(spelling(of: $0)) } ?? JSONValue.null).write(to: &out)
            out.append(contentsOf: tail)
            return out
        }
    }
}
