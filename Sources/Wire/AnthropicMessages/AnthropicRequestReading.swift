public import Chat

extension AnthropicMessages {
    /// Reads the body of a request into OpenAI's shape; the request keeps the bytes for passing on.
    ///
    /// What the shape has no place for (a block of the vendor's own tools, `thinking`, `top_k`) is kept as it came.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readRequest(_ bytes: [UInt8]) throws(ChatError) -> ChatRequest {
        try readRequest(bytes, needsMaxTokens: true)
    }

    static func readRequest(_ bytes: [UInt8], needsMaxTokens: Bool) throws(ChatError) -> ChatRequest {
        let reader = try RequestReader(bytes)
        let body = reader.body
        let model = try reader.requiredText("model")
        let maxTokens = try reader.integer("max_tokens")
        if maxTokens == nil, needsMaxTokens { throw ChatError(.invalidRequest, "max_tokens: required") }
        if let maxTokens, maxTokens < 1 {
            throw ChatError(.invalidRequest, "max_tokens: must be at least 1, found \(maxTokens)")
        }
        var request = ChatRequest(model: model, messages: try reader.system() + reader.turns())
        request.parameters = ChatRequest.Parameters(
            temperature: try reader.number("temperature"), topP: try reader.number("top_p"), maxTokens: maxTokens,
            stop: (try reader.list("stop_sequences") ?? []).compactMap(\.stringValue))
        request.tools = (try reader.list("tools") ?? []).map(tool)
        request.stream = try reader.bool("stream") ?? false
        request.extra = reader.extra(besides: knownKeys)
        readChoice(body.present("tool_choice"), into: &request)
        readOutputConfig(body.present("output_config"), into: &request)
        if let user = body["metadata"]?.present("user_id") { request.extra["user"] = user }
        request.wireBody = WireBody(dialect: .anthropicMessages, bytes: bytes)
        return request
    }

    private static let knownKeys: Set<String> = [
        "model", "max_tokens", "system", "messages", "temperature", "top_p", "stop_sequences", "tools", "stream",
        "tool_choice", "output_config", "metadata",
    ]

    private static func tool(_ tool: JSONValue) -> JSONValue {
        guard let schema = tool["input_schema"], tool["type"] == nil || tool["type"] == "custom" else { return tool }
        return .object([
            "type": "function",
            "function": .object([
                "name": tool["name"] ?? "", "description": tool["description"], "parameters": schema,
                "strict": tool["strict"],
            ]),
            "cache_control": tool["cache_control"],
        ])
    }

    private static func readChoice(_ choice: JSONValue?, into request: inout ChatRequest) {
        guard let choice else { return }
        if choice["disable_parallel_tool_use"]?.boolValue == true { request.extra["parallel_tool_calls"] = false }
        switch choice["type"]?.stringValue {
        case "any"?: request.toolChoice = "required"
        case "none"?: request.toolChoice = "none"
        case "tool"?: request.toolChoice = ["type": "function", "function": ["name": choice["name"] ?? ""]]
        default: request.toolChoice = "auto"
        }
    }

    private static func readOutputConfig(_ config: JSONValue?, into request: inout ChatRequest) {
        guard let members = config?.objectValue else { return }
        if let schema = config?["format"]?["schema"] {
            request.responseFormat = [
                "type": "json_schema", "json_schema": ["name": "answer", "schema": schema, "strict": true],
            ]
        }
        if let effort = config?["effort"] { request.extra["reasoning_effort"] = effort }
        let rest = members.filter { $0.key != "format" && $0.key != "effort" }
        if !rest.isEmpty { request.extra["output_config"] = .object(rest) }
    }
}

extension RequestReader {
    fileprivate func system() throws(ChatError) -> [Message] {
        guard let system = body.present("system") else { return [] }
        guard system.stringValue != nil || system.arrayValue != nil else {
            throw wrong("system", "a string or a list of blocks", system)
        }
        return [Message(role: .system, content: system)]
    }

    fileprivate func turns() throws(ChatError) -> [Message] {
        guard let items = try list("messages"), !items.isEmpty else {
            throw ChatError(.invalidRequest, "messages: at least one message is required")
        }
        var messages: [Message] = []
        for (index, item) in items.enumerated() { messages += try turn(item, at: "messages[\(index)]") }
        return messages
    }

    private func turn(_ item: JSONValue, at path: String) throws(ChatError) -> [Message] {
        guard item.objectValue != nil else { throw wrong(path, "a mapping", item) }
        let spelling = item["role"]?.stringValue
        guard let role = spelling.flatMap(Message.Role.init), role == .user || role == .assistant else {
            let found = spelling.map { "'\(Secrets.none.line($0, limit: 40))'" } ?? "none"
            throw ChatError(.invalidRequest, "\(path).role: must be user or assistant, found \(found)")
        }
        let content = item["content"] ?? .null
        if content.stringValue != nil { return [Message(role: role, content: content)] }
        guard let blocks = content.arrayValue else {
            throw wrong(path + ".content", "a string or a list of blocks", content)
        }
        var message = Message(role: role, content: .null)
        var answers: [Message] = []
        var parts: [JSONValue] = []
        for (index, block) in blocks.enumerated() {
            let path = "\(path).content[\(index)]"
            switch block["type"]?.stringValue {
            case nil: throw ChatError(.invalidRequest, "\(path).type: required")
            case "tool_result"?: answers.append(answer(block))
            case "tool_use"?: message.toolCalls.append(try call(block, at: path))
            case "thinking"?, "redacted_thinking"?:
                message.extra["thinking_blocks"] = .array(
                    (message.extra["thinking_blocks"]?.arrayValue ?? []) + [block])
            default: parts.append(part(block))
            }
        }
        message.content = joined(parts)
        let isBare = parts.isEmpty && message.toolCalls.isEmpty && message.extra.isEmpty
        return answers + (isBare && !answers.isEmpty ? [] : [message])
    }

    /// One bare text stands as a string, as most clients send it.
    private func joined(_ parts: [JSONValue]) -> JSONValue {
        if parts.isEmpty { return .null }
        if parts.count == 1, parts[0].objectValue?.count == 2, let text = parts[0]["text"] { return text }
        return .array(parts)
    }

    private func answer(_ block: JSONValue) -> Message {
        let content = block["content"] ?? ""
        let parts = content.arrayValue.map { joined($0.map(part)) }
        return Message(
            role: .tool, content: parts ?? content, toolCallID: block["tool_use_id"]?.stringValue,
            extra: block["is_error"]?.boolValue == true ? ["is_error": true] : [:])
    }

    private func call(_ block: JSONValue, at path: String) throws(ChatError) -> JSONValue {
        guard let name = block["name"]?.stringValue, let input = block["input"], input.objectValue != nil else {
            throw ChatError(.invalidRequest, "\(path): a tool_use needs a name and an input that is a mapping")
        }
        return OpenAIChat.toolCall(id: block["id"]?.stringValue ?? "", name: name, arguments: input.text)
    }

    private func part(_ block: JSONValue) -> JSONValue {
        let source = block["source"]
        switch (block["type"]?.stringValue, source?["type"]?.stringValue) {
        case ("image"?, "base64"?), ("document"?, "base64"?):
            guard let data = source?["data"]?.stringValue, let type = source?["media_type"]?.stringValue else {
                return block
            }
            let url = JSONValue.string(ContentPart.dataURL(base64: data, type: type))
            if block["type"] == "image" { return ["type": "image_url", "image_url": ["url": url]] }
            return ["type": "file", "file": .object(["filename": block["title"], "file_data": url])]
        case ("image"?, "url"?):
            return ["type": "image_url", "image_url": ["url": source?["url"] ?? ""]]
        default:
            return block
        }
    }
}
