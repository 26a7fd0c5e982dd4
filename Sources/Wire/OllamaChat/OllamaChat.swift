public import Chat

/// Ollama's `/api/chat` on the wire: requests and answers, whole or as lines of JSON.
///
/// Source: Ollama, API documentation, "Generate a chat completion".
public enum OllamaChat {
    /// The body of a request. `extra` members stand at the top (`keep_alive`, `think` …), but for `options`, which is
    /// joined with the sampling parameters; those win.
    public static func printRequest(_ request: ChatRequest, model: String, stream: Bool) -> [UInt8] {
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("messages", .array(request.messages.map(message)))
        out.write("stream", .bool(stream))
        if !request.tools.isEmpty { out.write("tools", .array(request.tools)) }
        if let format = format(request.responseFormat) { out.write("format", format) }
        let options = options(request)
        if !options.isEmpty { out.write("options", .object(options)) }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) where key != "options" {
            out.writeNew(key, value)
        }
        return out.finished()
    }

    private static func options(_ request: ChatRequest) -> [JSONValue.Member] {
        let parameters = request.parameters
        let typed = JSONValue.object([
            "temperature": parameters.temperature.map { .number($0) },
            "top_p": parameters.topP.map { .number($0) },
            "num_predict": parameters.maxTokens.map { .number($0) },
            "seed": parameters.seed.map { .number($0) },
            "stop": parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) }),
            "presence_penalty": parameters.presencePenalty.map { .number($0) },
            "frequency_penalty": parameters.frequencyPenalty.map { .number($0) },
        ])
        let own = typed.objectValue ?? []
        let further = request.extra["options"]?.objectValue ?? []
        return own + further.filter { member in !own.contains { $0.key == member.key } }
    }

    /// OpenAI's response format as Ollama's: "json", or the schema itself.
    private static func format(_ format: JSONValue?) -> JSONValue? {
        switch format?["type"]?.stringValue {
        case "json_object": "json"
        case "json_schema": format?["json_schema"]?["schema"] ?? "json"
        default: nil
        }
    }

    private static func message(_ message: Message) -> JSONValue {
        .object([
            "role": .string(message.role.rawValue),
            "content": .string(message.text),
            "images": images(in: message.content),
            "tool_calls": message.toolCalls.isEmpty ? nil : .array(message.toolCalls.map(call)),
            "tool_name": message.role == .tool ? message.name.map { .string($0) } : nil,
        ])
    }

    /// Images given as data URLs, in bare base64; Ollama fetches none by itself.
    private static func images(in content: JSONValue) -> JSONValue? {
        let images = (content.arrayValue ?? []).compactMap { part -> JSONValue? in
            guard let url = part["image_url"]?["url"]?.stringValue, url.hasPrefix("data:"),
                let comma = url.firstIndex(of: ",")
            else { return nil }
            return .string(String(url[url.index(after: comma)...]))
        }
        return images.isEmpty ? nil : .array(images)
    }

    /// A call whose arguments are a mapping, where OpenAI has them as text.
    private static func call(_ call: JSONValue) -> JSONValue {
        let function = call["function"]
        let text = function?["arguments"]?.stringValue ?? "{}"
        return [
            "function": [
                "name": function?["name"] ?? "",
                "arguments": (try? JSONValue.parse(text)) ?? .object([]),
            ]
        ]
    }
}

extension ChatStream {
    /// A stream of `/api/chat` lines.
    public static func ollama(model: String, secrets: Secrets = .none) -> ChatStream {
        ChatStream(dialect: .ollamaChat, framing: .lines, model: model, secrets: secrets) {
            line throws(ChatError) in
            try OllamaChat.readLine(line, secrets: secrets)
        }
    }
}
