public import Chat

/// Google's generateContent on the wire, the client's side: `printRequest`, `readReply`, `readChunk`, `readError`.
///
/// A call's id carries the thought signature that the vendor wants back with it (`call_1__thought__…`), so that it
/// survives any client in between.
///
/// Source: Google AI for Developers, Gemini API reference, "Generating content", and the official Python SDK's types.
public enum Gemini {
    /// What stands between a call's id and the signature of the thought that led to it.
    static let signatureMark = "__thought__"

    /// What a finish reason says, and a warning where its spelling is new to us.
    /// - Throws: `ChatError.upstreamFailure` where the model broke off.
    static func finishReason(
        _ spelling: String, secrets: Secrets
    ) throws(ChatError) -> (ChatReply.FinishReason, warnings: [String]) {
        switch spelling {
        case "STOP": return (.stop, [])
        case "MAX_TOKENS": return (.length, [])
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
            return (.refused, [])
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
            "MALFORMED_RESPONSE", "LANGUAGE", "OTHER", "NO_IMAGE", "IMAGE_OTHER":
            throw ChatError(.upstreamFailure, "the upstream broke off the answer: \(spelling)", code: spelling)
        default: return (.stop, ["an unknown finish reason counts as stop: \(secrets.line(spelling, limit: 60))"])
        }
    }

    /// Reads a usage: cached tokens are part of the prompt's, thoughts stand beside the candidates'.
    public static func readUsage(_ raw: JSONValue) -> UsageReading {
        guard let prompt = OpenAIChat.count(raw["promptTokenCount"] ?? 0),
            let tools = OpenAIChat.count(raw["toolUsePromptTokenCount"] ?? 0),
            let cached = OpenAIChat.count(raw["cachedContentTokenCount"] ?? 0),
            let answer = OpenAIChat.count(raw["candidatesTokenCount"] ?? 0),
            let thoughts = OpenAIChat.count(raw["thoughtsTokenCount"] ?? 0), raw["promptTokenCount"] != nil,
            let usage = TokenUsage(
                inputFresh: prompt + tools - cached, cacheRead: cached, outputText: answer, reasoning: thoughts,
                raw: raw, surcharge: surcharge(in: raw))
        else { return .unreadable(raw) }
        return .known(usage)
    }

    private static func surcharge(in raw: JSONValue) -> String? {
        let tier = raw["serviceTier"]?.stringValue?.lowercased() ?? "standard"
        return ["", "standard", "unspecified"].contains(tier) ? nil : "service tier \(tier)"
    }
}

extension ChatStream {
    /// A stream of `streamGenerateContent?alt=sse`. It has no last word: it ends with the body.
    public static func gemini(model: String, secrets: Secrets = .none) -> ChatStream {
        ChatStream(
            dialect: .gemini, framing: .serverSentEvents, model: model, secrets: secrets
        ) { data, memory throws(ChatError) in
            try Gemini.readChunk(data, memory: &memory, secrets: secrets)
        }
    }
}
