import Chat

extension AnthropicMessages {
    /// The turns as messages that alternate: a tool's answer is the user's, and goes before what the user says with it.
    static func messages(of conversation: Conversation) throws(ChatError) -> [JSONValue] {
        var turns: [(role: String, blocks: [JSONValue])] = []
        for (index, message) in conversation.turns {
            let role = message.role == .assistant ? "assistant" : "user"
            let blocks = try blocks(of: message, at: "messages[\(index)]")
            if let last = turns.last, last.role == role {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append((role, blocks))
            }
        }
        return turns.map { role, blocks in
            ["role": .string(role), "content": content(of: blocks)]
        }
    }

    /// One bare text stands as a string.
    private static func content(of blocks: [JSONValue]) -> JSONValue {
        if blocks.isEmpty { return "" }
        if blocks.count == 1, blocks[0]["cache_control"] == nil, blocks[0]["type"] == "text" {
            return blocks[0]["text"] ?? ""
        }
        return .array(blocks)
    }

    private static func blocks(of message: Message, at path: String) throws(ChatError) -> [JSONValue] {
        if message.role == .tool { return [try toolResult(message, at: path)] }
        var blocks = message.extra["thinking_blocks"]?.arrayValue ?? []
        blocks += try contentBlocks(message, at: path)
        for (index, call) in message.toolCalls.enumerated() {
            let call = try ReadCall(call, at: "\(path).tool_calls[\(index)]")
            blocks.append([
                "type": "tool_use", "id": .string(identifier(call.id)), "name": .string(call.name),
                "input": call.arguments,
            ])
        }
        return blocks
    }

    private static func toolResult(_ message: Message, at path: String) throws(ChatError) -> JSONValue {
        guard let id = message.toolCallID else {
            throw ChatError(.invalidRequest, "\(path).tool_call_id: required")
        }
        let content = try contentBlocks(message, at: path)
        return .object([
            "type": "tool_result", "tool_use_id": .string(identifier(id)),
            "content": content.isEmpty ? nil : self.content(of: content),
            "is_error": message.extra["is_error"]?.boolValue.map { .bool($0) },
            "cache_control": message.content.stringValue == nil ? message.extra["cache_control"] : nil,
        ])
    }

    private static func contentBlocks(_ message: Message, at path: String) throws(ChatError) -> [JSONValue] {
        var blocks: [JSONValue] = []
        for (index, part) in ContentPart.parts(of: message.content).enumerated() {
            switch part {
            case .text(let text, let whole):
                let cache = whole["cache_control"] ?? message.extra["cache_control"]
                // The vendor refuses empty blocks.
                if !text.isEmpty { blocks.append(textBlock(text, cache: cache)) }
            case .data(let base64, let type, let name):
                guard type.hasPrefix("image/") || type == "application/pdf" else {
                    throw ChatError(.invalidRequest, "\(path).content[\(index)]: \(type) is not taken by this model")
                }
                blocks.append(
                    .object([
                        "type": type.hasPrefix("image/") ? "image" : "document",
                        "source": ["type": "base64", "media_type": .string(type), "data": .string(base64)],
                        "title": name.map { .string($0) },
                    ]))
            case .link(let url):
                blocks.append(["type": "image", "source": ["type": "url", "url": .string(url)]])
            case .other(let block):
                blocks.append(block)
            }
        }
        return blocks
    }

    /// An id with the letters that the vendor takes.
    private static func identifier(_ id: String) -> String {
        String(
            id.map { letter in
                letter.isASCII && (letter.isLetter || letter.isNumber || letter == "_" || letter == "-") ? letter : "_"
            })
    }
}
