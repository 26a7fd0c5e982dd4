public import Chat

extension OllamaChat {
    /// The body of a request. `extra` members stand at the top (`keep_alive`, `think` …), but for `options`, which is
    /// joined with the sampling parameters; those win.
    /// - Throws: `.invalidRequest` for a tool call whose arguments are no JSON, or a picture that does not stand in the
    ///   request itself, as Ollama fetches none.
    public static func printRequest(
        _ request: ChatRequest, model: String, stream: Bool
    ) throws(ChatError) -> PrintedRequest {
        var omissions = Omissions(model: model)
        let conversation = Conversation(request.messages)
        var messages: [JSONValue] = []
        for (index, message) in request.messages.enumerated() {
            messages.append(try self.message(message, at: index, of: conversation))
        }
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("messages", .array(messages))
        out.write("stream", .bool(stream))
        if !request.tools.isEmpty, request.toolChoice != "none" { out.write("tools", .array(request.tools)) }
        if let choice = request.toolChoice, choice != "auto", choice != "none" { omissions.leaveOut("tool_choice") }
        if let format = format(request.responseFormat) { out.write("format", format) }
        let options = options(request)
        if !options.isEmpty { out.write("options", .object(options)) }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) where key != "options" {
            switch key {
            case "logprobs", "top_logprobs": out.write(key, value)
            case "reasoning_effort": out.writeNew("think", value == "none" ? false : value)
            case _ where !ForeignMembers.openAI.contains(key): out.writeNew(key, value)
            default: if !ForeignMembers.saysNothing(key, value) { omissions.leaveOut(key) }
            }
        }
        return PrintedRequest(bytes: out.finished(), warnings: omissions.warnings)
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
        switch ResponseFormat(format) {
        case .text: nil
        case .json: "json"
        case .schema(let schema): schema
        }
    }

    private static func message(
        _ message: Message, at index: Int, of conversation: Conversation
    ) throws(ChatError) -> JSONValue {
        let path = "messages[\(index)]"
        var calls: [JSONValue] = []
        for (place, call) in message.toolCalls.enumerated() {
            let call = try ReadCall(call, at: "\(path).tool_calls[\(place)]")
            calls.append(["function": ["name": .string(call.name), "arguments": call.arguments]])
        }
        let images = try images(in: message.content, at: path)
        let tool = message.role == .tool ? conversation.functionName(answeredAt: index) : nil
        return .object([
            "role": .string(message.role.rawValue),
            "content": .string(message.text),
            "images": images.isEmpty ? nil : .array(images),
            "tool_calls": calls.isEmpty ? nil : .array(calls),
            "tool_name": tool.map { .string($0) },
        ])
    }

    /// Images in bare base64.
    private static func images(in content: JSONValue, at path: String) throws(ChatError) -> [JSONValue] {
        var images: [JSONValue] = []
        for (index, part) in ContentPart.parts(of: content).enumerated() {
            switch part {
            case .text: break
            case .data(let base64, let type, name: _) where type.hasPrefix("image/"): images.append(.string(base64))
            case .data, .other:
                throw ChatError(.invalidRequest, "\(path).content[\(index)]: Ollama takes text and images alone")
            case .link:
                throw ChatError(
                    .invalidRequest, "\(path).content[\(index)]: Ollama fetches no images; send it as a data: URL")
            }
        }
        return images
    }
}
