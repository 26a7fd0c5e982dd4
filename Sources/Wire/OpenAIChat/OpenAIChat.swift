public import Chat

/// OpenAI's Chat Completions on the wire, both ways: what a client sends and reads, and what a server reads and sends.
///
/// - `printRequest`, `readReply`, `readChunk`, `readError`: the client's side.
/// - `readRequest`, `printReply`, `ChunkPrinter`, `printError`: the server's side.
///
/// Members that are not known are passed on or ignored, missing ones tolerated where the answer is clear without them.
/// Source: OpenAI, API reference, Chat Completions, and the official Python SDK's types.
public enum OpenAIChat {
    /// The data of the last event of a stream.
    public static let doneData = Array("[DONE]".utf8)

    /// Why an answer ended, as OpenAI spells it.
    public static func spelling(of reason: ChatReply.FinishReason) -> String {
        switch reason {
        case .stop: "stop"
        case .length: "length"
        case .tool: "tool_calls"
        case .refused: "content_filter"
        }
    }

    /// A tool call in OpenAI's shape; `arguments` is JSON as text.
    public static func toolCall(id: String, name: String, arguments: String) -> JSONValue {
        .object([
            "id": .string(id), "type": "function",
            "function": .object(["name": .string(name), "arguments": .string(arguments)]),
        ])
    }

    /// How the dialect's own clients know finish reasons; some hosts have others.
    static let finishReasons: Set<String> = ["stop", "length", "tool_calls", "content_filter", "function_call"]

    /// What a finish reason says, and a warning where its spelling is new to us.
    /// - Throws: `ChatError.upstreamFailure` where the vendor says that it failed.
    static func finishReason(
        _ spelling: String, secrets: Secrets
    ) throws(ChatError) -> (ChatReply.FinishReason, warnings: [String]) {
        switch spelling {
        case "stop", "eos", "stop_sequence", "end_turn": return (.stop, [])
        case "length", "max_tokens", "model_length": return (.length, [])
        case "tool_calls", "function_call": return (.tool, [])
        case "content_filter", "refusal": return (.refused, [])
        case "error", "insufficient_system_resource":
            throw ChatError(.upstreamFailure, "the upstream broke off the answer: \(spelling)", code: spelling)
        default: return (.stop, ["an unknown finish reason counts as stop: \(secrets.line(spelling, limit: 60))"])
        }
    }
}

extension ChatStream {
    /// A stream of Chat Completions chunks.
    public static func openAI(model: String, secrets: Secrets = .none) -> ChatStream {
        ChatStream(
            dialect: .openAIChat, framing: .serverSentEvents, model: model, secrets: secrets
        ) { data, _ throws(ChatError) in
            try OpenAIChat.readChunk(data, secrets: secrets)
        }
    }
}
