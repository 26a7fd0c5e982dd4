public import Chat

extension OpenAIChat {
    /// Reads the body of a full answer; the first choice is the answer.
    /// - Parameter model: stands in the reply where the body does not name the model.
    /// - Throws: `ChatError.invalidResponse` with the start of the body for whatever cannot be read as an answer,
    ///   `.refused` where the vendor's filter left no text, or what an error in the body says.
    public static func readReply(
        _ bytes: [UInt8], model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        if let reply = plainReply(bytes, model: model) { return reply }
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let body = received.value
        guard body.objectValue != nil else { throw received.invalid("the answer is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        guard let choices = body["choices"]?.arrayValue else { throw received.invalid("choices", expected: "a list") }
        guard let choice = choices.first(where: { $0["index"]?.intValue == 0 }) ?? choices.first else {
            throw received.invalid("choices of the answer is empty")
        }
        guard let message = choice["message"], message.objectValue != nil else {
            throw received.invalid("choices[0].message", expected: "a mapping")
        }
        let parts = try AnswerParts(message, received: received)
        let ending = try ending(of: choice, received: received, secrets: secrets)
        let reason = parts.refusal != nil ? .refused : parts.reason(told: ending?.0)
        let text = try text(of: parts, reason: reason, received: received)
        let usage = OpenAIChat.usage(in: body)
        // What only some hosts of the dialect say is told anew instead of passed on.
        let isOwn =
            received.warnings.isEmpty && message["content"]?.arrayValue == nil
            && finishReasons.contains(choice["finish_reason"]?.stringValue ?? "stop")
        return ChatReply(
            text: text, reasoning: parts.reasoning, thinkingBlocks: parts.thinkingBlocks, toolCalls: parts.toolCalls,
            logprobs: choice["logprobs"]?["content"]?.arrayValue ?? [], finishReason: reason,
            model: body["model"]?.stringValue ?? model, usage: usage?.usage,
            wireBody: isOwn ? WireBody(dialect: .openAIChat, bytes: bytes) : nil,
            warnings: received.warnings + (ending?.warnings ?? []) + (usage?.warnings ?? []))
    }

    private static func ending(
        of choice: JSONValue, received: ReceivedJSON, secrets: Secrets
    ) throws(ChatError) -> (ChatReply.FinishReason, warnings: [String])? {
        guard let value = choice.present("finish_reason") else { return nil }
        guard let spelling = value.stringValue else {
            throw received.invalid("choices[0].finish_reason", expected: "a string")
        }
        return try finishReason(spelling, secrets: secrets)
    }

    private static func text(
        of parts: AnswerParts, reason: ChatReply.FinishReason, received: ReceivedJSON
    ) throws(ChatError) -> String {
        if let text = parts.text ?? parts.refusal { return text }
        // Without content: fine beside tool calls, and where thinking took all the tokens that were allowed.
        if !parts.toolCalls.isEmpty || reason == .length { return "" }
        if reason == .refused { throw ChatError(.refused, "the provider's filter withheld the answer") }
        throw received.invalid("choices[0].message.content of the answer is null")
    }
}

/// The members of a message that make an answer.
private struct AnswerParts {
    let text: String?
    let refusal: String?
    let reasoning: String?
    let thinkingBlocks: [JSONValue]
    let toolCalls: [JSONValue]

    init(_ message: JSONValue, received: ReceivedJSON) throws(ChatError) {
        switch message["content"] {
        case .string(let content)?: text = content
        case .array(let parts)?: text = OpenAIChat.text(of: parts)
        case .null?, nil: text = nil
        case .bool?, .number?, .object?: throw received.invalid("choices[0].message.content", expected: "a string")
        }
        refusal = message["refusal"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        reasoning = OpenAIChat.reasoning(in: message)
        thinkingBlocks = message["thinking_blocks"]?.arrayValue ?? []
        guard let calls = message.present("tool_calls") else {
            toolCalls = []
            return
        }
        guard let items = calls.arrayValue, items.allSatisfy({ $0["function"]?["name"]?.stringValue != nil }) else {
            throw received.invalid("choices[0].message.tool_calls", expected: "a list of calls")
        }
        toolCalls = items
    }

    /// A vendor that says `stop` beside tool calls, or nothing at all, means them.
    func reason(told: ChatReply.FinishReason?) -> ChatReply.FinishReason {
        guard let told, told != .stop else { return toolCalls.isEmpty ? .stop : .tool }
        return told
    }
}

extension OpenAIChat {
    /// The text of content in parts.
    static func text(of parts: [JSONValue]) -> String {
        parts.compactMap { $0["text"]?.stringValue }.joined()
    }

    /// What a message or delta shows of the model's thinking; hosts spell it in three ways.
    static func reasoning(in message: JSONValue) -> String? {
        var text = message["reasoning_content"]?.stringValue ?? message["reasoning"]?.stringValue
        if text == nil, let parts = message["content"]?.arrayValue {
            text = parts.compactMap { $0["thinking"]?.arrayValue.map(OpenAIChat.text) ?? $0["thinking"]?.stringValue }
                .joined()
        }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The usage of a body or chunk, or nil where there is none.
    static func usage(in body: JSONValue) -> UsageReading? {
        let tier = body["service_tier"]?.stringValue ?? "default"
        let surcharge = ["", "auto", "default", "standard"].contains(tier) ? nil : "service tier \(tier)"
        return (body.present("usage") ?? body["x_groq"]?.present("usage")).map { readUsage($0, surcharge: surcharge) }
    }

    /// Reads a usage: cached tokens are part of the prompt's, reasoning tokens part of the completion's.
    /// - Parameter surcharge: what makes the call cost other than its tokens at their listed prices.
    public static func readUsage(_ raw: JSONValue, surcharge: String? = nil) -> UsageReading {
        guard let prompt = count(raw["prompt_tokens"]), let completion = count(raw["completion_tokens"]) else {
            return .unreadable(raw)
        }
        let details = raw["prompt_tokens_details"]
        guard let cached = count(details?["cached_tokens"] ?? raw["prompt_cache_hit_tokens"] ?? 0),
            let written = count(details?["cache_write_tokens"] ?? 0),
            let reasoning = count(raw["completion_tokens_details"]?["reasoning_tokens"] ?? 0),
            let usage = TokenUsage(
                inputFresh: prompt - cached - written, cacheRead: cached, cacheWrite5m: written,
                outputText: completion - reasoning, reasoning: reasoning, raw: raw, surcharge: surcharge)
        else { return .unreadable(raw) }
        return .known(usage)
    }

    /// A count within bounds, so that no sum of counts can overflow; null counts as none.
    static func count(_ value: JSONValue?) -> Int? {
        guard let value else { return nil }
        if value.isNull { return 0 }
        guard let count = value.intValue, (0...TokenUsage.maximumCount).contains(count) else { return nil }
        return count
    }
}
