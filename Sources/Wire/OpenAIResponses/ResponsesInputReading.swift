import Chat

extension RequestReader {
    /// The messages that a text or a list of items stands for: calls go with the assistant's words before them.
    func input() throws(ChatError) -> [Message] {
        guard let value = body.present("input") else { throw ChatError(.invalidRequest, "input: required") }
        if let text = value.stringValue { return [Message(.user, text)] }
        guard let items = value.arrayValue, !items.isEmpty else {
            throw wrong("input", "a string or a list that is not empty", value)
        }
        var messages: [Message] = []
        // Thoughts wait for the words or calls that they led to.
        var thoughts: [JSONValue] = []
        for (index, item) in items.enumerated() {
            let path = "input[\(index)]"
            guard item.objectValue != nil else { throw wrong(path, "a mapping", item) }
            switch item["type"]?.stringValue ?? "message" {
            case "message":
                var message = try message(item, at: path)
                take(&thoughts, into: &message)
                messages.append(message)
            case "function_call":
                let call = try functionCall(item, at: path)
                if thoughts.isEmpty, messages.last?.role == .assistant {
                    messages[messages.count - 1].toolCalls.append(call)
                } else {
                    var message = Message(role: .assistant, content: .null, toolCalls: [call])
                    take(&thoughts, into: &message)
                    messages.append(message)
                }
            case "function_call_output":
                messages.append(try output(item, at: path))
            case "reasoning":
                thoughts += OpenAIResponses.unsealed(item["encrypted_content"]) ?? []
            case let type:
                let found = Secrets.none.line(type, limit: 40)
                let types = "message, function_call, function_call_output or reasoning"
                throw ChatError(.invalidRequest, "\(path).type: must be \(types), found '\(found)'")
            }
        }
        return messages
    }

    private func take(_ thoughts: inout [JSONValue], into message: inout Message) {
        guard !thoughts.isEmpty, message.role == .assistant else { return }
        message.extra["thinking_blocks"] = .array(thoughts)
        thoughts = []
    }

    private func message(_ item: JSONValue, at path: String) throws(ChatError) -> Message {
        let spelling = item["role"]?.stringValue ?? ""
        guard let role = spelling == "developer" ? .system : Message.Role(rawValue: spelling), role != .tool else {
            let found = Secrets.none.line(spelling, limit: 40)
            throw ChatError(
                .invalidRequest, "\(path).role: must be user, assistant, system or developer, found '\(found)'")
        }
        return Message(role: role, content: try content(item["content"] ?? .null, at: path + ".content"))
    }

    /// Text, or parts in OpenAI's other shape; one bare text stands as a string.
    private func content(_ content: JSONValue, at path: String) throws(ChatError) -> JSONValue {
        if content.stringValue != nil { return content }
        guard let items = content.arrayValue else { throw wrong(path, "a string or a list of parts", content) }
        var parts: [JSONValue] = []
        for (index, item) in items.enumerated() { parts.append(try part(item, at: "\(path)[\(index)]")) }
        if parts.count == 1, parts[0]["type"] == "text", let text = parts[0]["text"] { return text }
        return .array(parts)
    }

    private func part(_ part: JSONValue, at path: String) throws(ChatError) -> JSONValue {
        switch part["type"]?.stringValue {
        case "input_text"?, "output_text"?, "text"?: return ["type": "text", "text": part["text"] ?? ""]
        case "refusal"?: return ["type": "text", "text": part["refusal"] ?? ""]
        case "input_image"?:
            guard let url = part.present("image_url") else {
                throw ChatError(.invalidRequest, "\(path).image_url: required; no files are kept here")
            }
            return ["type": "image_url", "image_url": .object(["url": url, "detail": part.present("detail")])]
        case "input_file"?:
            guard let data = part.present("file_data") else {
                throw ChatError(.invalidRequest, "\(path).file_data: required; no files are kept here")
            }
            return ["type": "file", "file": .object(["filename": part.present("filename"), "file_data": data])]
        case "input_audio"?: return part
        default:
            let found = Secrets.none.line(part["type"]?.stringValue ?? "", limit: 40)
            throw ChatError(
                .invalidRequest, "\(path).type: must be input_text, input_image or input_file, found '\(found)'")
        }
    }

    private func functionCall(_ item: JSONValue, at path: String) throws(ChatError) -> JSONValue {
        guard let id = item["call_id"]?.stringValue, let name = item["name"]?.stringValue, !name.isEmpty else {
            throw ChatError(.invalidRequest, "\(path): a function_call needs a call_id and a name")
        }
        return OpenAIChat.toolCall(id: id, name: name, arguments: item["arguments"]?.stringValue ?? "{}")
    }

    private func output(_ item: JSONValue, at path: String) throws(ChatError) -> Message {
        guard let id = item["call_id"]?.stringValue else {
            throw ChatError(.invalidRequest, "\(path).call_id: required")
        }
        let output = try content(item["output"] ?? .null, at: path + ".output")
        return Message(role: .tool, content: output, toolCallID: id)
    }
}
