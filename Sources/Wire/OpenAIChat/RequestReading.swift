public import Chat

extension OpenAIChat {
    /// A request as a client sent it.
    public struct ReceivedRequest: Sendable {
        public var request: ChatRequest
        /// Whether a stream shall end with a chunk of usage.
        public var includesUsage: Bool
    }

    /// Reads the body of a request; the request keeps the bytes for passing on.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readRequest(_ bytes: [UInt8]) throws(ChatError) -> ReceivedRequest {
        if let plain = plainRequest(bytes) { return plain }
        let reader = try RequestReader(bytes)
        let body = reader.body
        let model = try reader.requiredText("model")
        var request = ChatRequest(model: model, messages: try reader.messages(), parameters: try reader.parameters())
        request.tools = try reader.list("tools") ?? []
        request.toolChoice = body.present("tool_choice")
        request.responseFormat = body.present("response_format")
        request.stream = try reader.bool("stream") ?? false
        request.extra = reader.extra(besides: knownKeys)
        request.wireBody = WireBody(dialect: .openAIChat, bytes: bytes)
        let includesUsage = body["stream_options"]?["include_usage"]?.boolValue ?? false
        return ReceivedRequest(request: request, includesUsage: includesUsage)
    }

    private static let knownKeys: Set<String> = [
        "model", "messages", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed",
        "presence_penalty", "frequency_penalty", "tools", "tool_choice", "response_format", "stream", "stream_options",
    ]
}

extension RequestReader {
    /// The sampling parameters by OpenAI's names.
    func parameters() throws(ChatError) -> ChatRequest.Parameters {
        var maxTokens = try integer("max_completion_tokens")
        if maxTokens == nil { maxTokens = try integer("max_tokens") }
        if let maxTokens, maxTokens < 1 {
            throw ChatError(.invalidRequest, "max_tokens: must be at least 1, found \(maxTokens)")
        }
        return ChatRequest.Parameters(
            temperature: try number("temperature"), topP: try number("top_p"), maxTokens: maxTokens, stop: try stop(),
            seed: try integer("seed"), presencePenalty: try number("presence_penalty"),
            frequencyPenalty: try number("frequency_penalty"))
    }

    private func stop() throws(ChatError) -> [String] {
        guard let value = body.present("stop") else { return [] }
        if let one = value.stringValue { return [one] }
        let texts = value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count == value.arrayValue?.count else {
            throw wrong("stop", "a string or a list of strings", value)
        }
        return texts
    }

    fileprivate func messages() throws(ChatError) -> [Message] {
        guard let items = try list("messages"), !items.isEmpty else {
            throw ChatError(.invalidRequest, "messages: at least one message is required")
        }
        var messages: [Message] = []
        messages.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { messages.append(try message(item, at: "messages[\(index)]")) }
        return messages
    }

    private func message(_ item: JSONValue, at path: String) throws(ChatError) -> Message {
        guard item.objectValue != nil else { throw wrong(path, "a mapping", item) }
        let spelling = item["role"] ?? .null
        guard let name = spelling.stringValue else { throw wrong(path + ".role", "a string", spelling) }
        // OpenAI's newer name for what every other host calls system.
        guard let role = name == "developer" ? .system : Message.Role(rawValue: name) else {
            let found = Secrets.none.line(name, limit: 40)
            let roles = "system, developer, user, assistant or tool"
            throw ChatError(.invalidRequest, "\(path).role: must be \(roles), found '\(found)'")
        }
        let content = item["content"] ?? .null
        let calls = item.present("tool_calls")?.arrayValue ?? []
        switch content {
        case .string, .array: break
        case .null where role == .assistant: break
        case .null, .bool, .number, .object: throw wrong(path + ".content", "a string or a list of parts", content)
        }
        var message = Message(
            role: role, content: content, name: item["name"]?.stringValue, toolCalls: calls,
            toolCallID: item["tool_call_id"]?.stringValue)
        for member in item.objectValue ?? [] where !RequestReader.messageKeys.contains(member.key) {
            if !member.value.isNull { message.extra[member.key] = member.value }
        }
        return message
    }

    private static let messageKeys: Set<String> = ["role", "content", "name", "tool_calls", "tool_call_id"]
}
