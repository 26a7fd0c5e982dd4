import Chat

/// The part of a reply that a cache keeps, as JSON: what was said, by whom, and the tokens it took.
enum CachedReply {
    /// Rises with every change of what entries look like: an entry of another format is none.
    static let format = 2

    /// Whether a reply may be kept: a whole answer from the model itself, neither cut short nor refused nor another's,
    /// its tool calls whole.
    static func isKept(_ reply: ChatReply) -> Bool {
        guard reply.source == .model || reply.source == .baseline, !reply.isStandIn else { return false }
        switch reply.finishReason {
        case .stop, .tool: return reply.toolCalls.allSatisfy(isWhole)
        case .length, .refused: return false
        }
    }

    /// Whether a tool call has a name and arguments that are a JSON object.
    private static func isWhole(_ call: JSONValue) -> Bool {
        guard let function = call["function"], function["name"]?.stringValue?.isEmpty == false,
            let arguments = function["arguments"]?.stringValue
        else { return false }
        return (try? JSONValue.parse(arguments))?.objectValue != nil
    }

    static func encode(_ reply: ChatReply) -> JSONValue {
        .object([
            "citations": reply.citations.isEmpty ? nil : .array(reply.citations),
            "confidence": reply.confidence.map { .number($0) },
            "finish_reason": .string(reply.finishReason.rawValue),
            "format": .number(format),
            "logprobs": reply.logprobs.isEmpty ? nil : .array(reply.logprobs),
            "model": .string(reply.model),
            "reasoning": reply.reasoning.map { .string($0) },
            "text": .string(reply.text),
            "thinking_blocks": reply.thinkingBlocks.isEmpty ? nil : .array(reply.thinkingBlocks),
            "tool_calls": reply.toolCalls.isEmpty ? nil : .array(reply.toolCalls),
            "usage": reply.usage.map(encode),
        ])
    }

    /// The reply as the cache gives it: free of charge, its source the cache. Nil where the entry cannot be read.
    static func decode(_ entry: JSONValue) -> ChatReply? {
        guard entry["format"]?.intValue == format, let text = entry["text"]?.stringValue,
            let model = entry["model"]?.stringValue,
            let finish = entry["finish_reason"]?.stringValue.flatMap(ChatReply.FinishReason.init)
        else { return nil }
        var reply = ChatReply(
            text: text, reasoning: entry["reasoning"]?.stringValue,
            thinkingBlocks: entry["thinking_blocks"]?.arrayValue ?? [],
            toolCalls: entry["tool_calls"]?.arrayValue ?? [], logprobs: entry["logprobs"]?.arrayValue ?? [],
            finishReason: finish, model: model, usage: entry["usage"].flatMap(decodeUsage), cost: .zero,
            source: .cache)
        reply.confidence = entry["confidence"]?.doubleValue
        reply.citations = entry["citations"]?.arrayValue ?? []
        return reply
    }

    private static func encode(_ usage: TokenUsage) -> JSONValue {
        .object([
            "cache_read": .number(usage.cacheRead),
            "cache_write_1h": .number(usage.cacheWrite1h),
            "cache_write_5m": .number(usage.cacheWrite5m),
            "input_fresh": .number(usage.inputFresh),
            "output_text": .number(usage.outputText),
            "raw": usage.raw,
            "reasoning": .number(usage.reasoning),
        ])
    }

    private static func decodeUsage(_ value: JSONValue) -> TokenUsage? {
        func count(_ key: String) -> Int { value[key]?.intValue ?? 0 }
        return TokenUsage(
            inputFresh: count("input_fresh"), cacheRead: count("cache_read"), cacheWrite5m: count("cache_write_5m"),
            cacheWrite1h: count("cache_write_1h"), outputText: count("output_text"), reasoning: count("reasoning"),
            raw: value["raw"])
    }
}
