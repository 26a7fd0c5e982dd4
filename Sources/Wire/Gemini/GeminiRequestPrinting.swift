public import Chat

extension Gemini {
    /// The body of a request; the model and whether to stream stand in its address.
    ///
    /// System messages become `systemInstruction`, tool calls and results parts, and consecutive messages of one side
    /// one content. `generationConfig` among the extra members is joined with the sampling parameters; those win.
    /// - Throws: `.invalidRequest` for a tool call or a part of content that the dialect cannot say.
    public static func printRequest(_ request: ChatRequest, model: String) throws(ChatError) -> PrintedRequest {
        var omissions = Omissions(model: model)
        if let body = request.wireBody, body.dialect == .gemini { return PrintedRequest(bytes: body.bytes) }
        let conversation = Conversation(request.messages)
        var out = ObjectWriter()
        let instructions = conversation.system.map(\.text).filter { !$0.isEmpty }
        if !instructions.isEmpty {
            let text = JSONValue.string(instructions.joined(separator: "\n\n"))
            out.write("systemInstruction", ["parts": [["text": text]]])
        }
        out.write("contents", .array(try contents(of: conversation)))
        let config = generationConfig(request, &omissions)
        if !config.isEmpty { out.write("generationConfig", .object(config)) }
        if !request.tools.isEmpty { out.write("tools", .array(tools(request.tools))) }
        if let choice = functionCalling(request.toolChoice) {
            out.write("toolConfig", ["functionCallingConfig": choice])
        }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) where !translated.contains(key) {
            if !ForeignMembers.openAI.contains(key) {
                out.writeNew(key, value)
            } else if !ForeignMembers.saysNothing(key, value) {
                omissions.leaveOut(key)
            }
        }
        let moved = conversation.movesInstructions ? [Conversation.movedInstructions] : []
        return PrintedRequest(bytes: out.finished(), warnings: moved + omissions.warnings)
    }

    /// Extra members that become part of something else.
    private static let translated: Set<String> = ["generationConfig", "logprobs", "top_logprobs", "top_k"]

    private static func generationConfig(
        _ request: ChatRequest, _ omissions: inout Omissions
    ) -> [JSONValue.Member] {
        let parameters = request.parameters
        let wantsLogprobs = request.extra["logprobs"]?.boolValue == true
        var schema: JSONValue?
        var type: JSONValue?
        switch ResponseFormat(request.responseFormat) {
        case .text: break
        case .json: type = "application/json"
        case .schema(let asked):
            type = "application/json"
            schema = asked
        }
        let typed = JSONValue.object([
            "temperature": parameters.temperature.map { .number($0) },
            "topP": parameters.topP.map { .number($0) },
            "topK": request.extra["top_k"],
            "maxOutputTokens": parameters.maxTokens.map { .number($0) },
            "stopSequences": parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) }),
            "seed": parameters.seed.map { .number($0) },
            "presencePenalty": parameters.presencePenalty.map { .number($0) },
            "frequencyPenalty": parameters.frequencyPenalty.map { .number($0) },
            "responseMimeType": type,
            "responseJsonSchema": schema,
            "responseLogprobs": wantsLogprobs ? true : nil,
            "logprobs": wantsLogprobs ? request.extra["top_logprobs"] : nil,
        ])
        let own = typed.objectValue ?? []
        let further = request.extra["generationConfig"]?.objectValue ?? []
        return own + further.filter { member in !own.contains { $0.key == member.key } }
    }

    /// Functions stand in one declaration; the vendor's own tools beside it.
    private static func tools(_ tools: [JSONValue]) -> [JSONValue] {
        let functions = tools.compactMap(FunctionTool.init).map { function in
            JSONValue.object([
                "name": function.name, "description": function.description,
                "parametersJsonSchema": function.parameters,
            ])
        }
        let own = tools.filter { FunctionTool($0) == nil }
        return (functions.isEmpty ? [] : [["functionDeclarations": .array(functions)]]) + own
    }

    private static func functionCalling(_ choice: JSONValue?) -> JSONValue? {
        switch choice {
        case .string("none")?: ["mode": "NONE"]
        case .string("required")?: ["mode": "ANY"]
        case .string?: ["mode": "AUTO"]
        case .object?:
            choice?["function"]?["name"].map { ["mode": "ANY", "allowedFunctionNames": [$0]] }
        case .null?, .bool?, .number?, .array?, nil: nil
        }
    }

    // MARK: contents

    private static func contents(of conversation: Conversation) throws(ChatError) -> [JSONValue] {
        var turns: [(role: String, parts: [JSONValue])] = []
        for (index, message) in conversation.turns {
            let role = message.role == .assistant ? "model" : "user"
            let path = "messages[\(index)]"
            let parts =
                message.role == .tool
                ? [try functionResponse(message, name: conversation.functionName(answeredAt: index), at: path)]
                : try parts(of: message, at: path)
            if let last = turns.last, last.role == role {
                turns[turns.count - 1].parts += parts
            } else {
                turns.append((role, parts))
            }
        }
        return turns.map { role, parts in
            ["role": .string(role), "parts": .array(parts.isEmpty ? [["text": ""]] : parts)]
        }
    }

    private static func parts(of message: Message, at path: String) throws(ChatError) -> [JSONValue] {
        var parts: [JSONValue] = []
        for (index, part) in ContentPart.parts(of: message.content).enumerated() {
            switch part {
            case .text(let text, part: _):
                if !text.isEmpty { parts.append(["text": .string(text)]) }
            case .data(let base64, let type, name: _):
                parts.append(["inlineData": ["mimeType": .string(type), "data": .string(base64)]])
            case .link(let url):
                parts.append(["fileData": ["fileUri": .string(url)]])
            case .other(let part):
                // A part of another vendor's has a type; the vendor's own have none.
                if let type = part["type"]?.stringValue {
                    let found = Secrets.none.line(type, limit: 40)
                    throw ChatError(.invalidRequest, "\(path).content[\(index)]: '\(found)' is not taken by this model")
                }
                parts.append(part)
            }
        }
        for (index, call) in message.toolCalls.enumerated() {
            let call = try ReadCall(call, at: "\(path).tool_calls[\(index)]")
            let signature = call.id.firstRange(of: signatureMark).map { String(call.id[$0.upperBound...]) }
            parts.append(
                .object([
                    "functionCall": ["name": .string(call.name), "args": call.arguments],
                    "thoughtSignature": signature.map { .string($0) },
                ]))
        }
        return parts
    }

    /// A tool's answer: the mapping that its text is, or a mapping around the text.
    private static func functionResponse(
        _ message: Message, name: String?, at path: String
    ) throws(ChatError) -> JSONValue {
        guard let name else {
            throw ChatError(.invalidRequest, "\(path): no call before it has the id of its tool_call_id")
        }
        let value = (try? JSONValue.parse(message.text)) ?? .string(message.text)
        let response = value.objectValue == nil ? ["result": value] : value
        return ["functionResponse": ["name": .string(name), "response": response]]
    }
}
