public import Chat

/// Anthropic's Messages on the wire, both ways: what a client sends and reads, and what a server reads and sends.
///
/// - `printRequest`, `readReply`, `readEvent`, `readError`: the client's side.
/// - `readRequest`, `printReply`, `EventPrinter`, `printError`: the server's side.
///
/// Source: Anthropic, API reference, Messages and Streaming Messages, and the official Python SDK's types.
public enum AnthropicMessages {
    /// The version of the dialect, as the header `anthropic-version` has it.
    public static let version = "2023-06-01"

    /// Most tokens of an answer where a request does not say: the vendor wants a bound, and every model takes this one.
    public static let standardMaxTokens = 4096

    /// Why an answer ended, as Anthropic spells it.
    public static func spelling(of reason: ChatReply.FinishReason) -> String {
        switch reason {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .tool: "tool_use"
        case .refused: "refusal"
        }
    }

    /// What a stop reason says, and a warning where its spelling is new to us.
    static func finishReason(_ spelling: String, secrets: Secrets) -> (ChatReply.FinishReason, warnings: [String]) {
        switch spelling {
        case "end_turn", "stop_sequence": (.stop, [])
        case "max_tokens", "model_context_window_exceeded": (.length, [])
        case "tool_use": (.tool, [])
        case "refusal": (.refused, [])
        case "pause_turn": (.stop, ["the vendor paused the turn: the answer may go on when it is sent back"])
        default: (.stop, ["an unknown stop reason counts as stop: \(secrets.line(spelling, limit: 60))"])
        }
    }

    /// Reads a usage: tokens read from and written to the cache stand beside the input's, not within; thinking is
    /// within the output's.
    public static func readUsage(_ raw: JSONValue) -> UsageReading {
        guard let fresh = OpenAIChat.count(raw["input_tokens"]), let output = OpenAIChat.count(raw["output_tokens"]),
            let written = OpenAIChat.count(raw["cache_creation_input_tokens"] ?? 0),
            let read = OpenAIChat.count(raw["cache_read_input_tokens"] ?? 0),
            let hour = OpenAIChat.count(raw["cache_creation"]?["ephemeral_1h_input_tokens"] ?? 0),
            let thinking = OpenAIChat.count(raw["output_tokens_details"]?["thinking_tokens"] ?? 0),
            let usage = TokenUsage(
                inputFresh: fresh, cacheRead: read, cacheWrite5m: written - hour, cacheWrite1h: hour,
                outputText: output - thinking, reasoning: thinking, raw: raw, surcharge: surcharge(in: raw))
        else { return .unreadable(raw) }
        return .known(usage)
    }

    /// What is billed besides tokens at their listed prices, or nil.
    private static func surcharge(in raw: JSONValue) -> String? {
        if let tier = raw["service_tier"]?.stringValue, tier != "standard" { return "service tier \(tier)" }
        if let speed = raw["speed"]?.stringValue, speed != "standard" { return "speed \(speed)" }
        if let place = raw["inference_geo"]?.stringValue, !["global", "not_available", ""].contains(place) {
            return "inference in \(place)"
        }
        let tools = raw["server_tool_use"]?.objectValue ?? []
        return tools.first { $0.value.intValue.map { $0 > 0 } ?? false }.map { "tool \($0.key)" }
    }
}

extension ChatStream {
    /// A stream of Messages events.
    public static func anthropic(model: String, secrets: Secrets = .none) -> ChatStream {
        ChatStream(
            dialect: .anthropicMessages, framing: .serverSentEvents, model: model, secrets: secrets
        ) { data, memory throws(ChatError) in
            try AnthropicMessages.readEvent(data, memory: &memory, secrets: secrets)
        }
    }
}
