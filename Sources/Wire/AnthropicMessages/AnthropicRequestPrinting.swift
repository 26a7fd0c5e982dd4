public import Chat

extension AnthropicMessages {
    /// What a model of the vendor's does not take.
    public struct ModelQuirks: Sendable, Hashable {
        /// Members that the model refuses: `temperature`, `top_p`, `top_k` since Claude Opus 4.7.
        public var refused: Set<String>
        /// Whether `output_config.effort` is known, which stands for OpenAI's `reasoning_effort`.
        public var takesEffort: Bool

        public init(refused: Set<String> = [], takesEffort: Bool = true) {
            self.refused = refused
            self.takesEffort = takesEffort
        }
    }

    /// The body of a request.
    ///
    /// Where the request still has the client's body in this dialect, only `model`, `stream` and what the model refuses
    /// are rewritten in it. Otherwise system messages become `system`, tool calls and results blocks, and consecutive
    /// messages of one side one message, as the dialect wants it.
    /// - Throws: `.invalidRequest` for a tool call or a part of content that the dialect cannot say.
    public static func printRequest(
        _ request: ChatRequest, model: String, stream: Bool, quirks: ModelQuirks = ModelQuirks()
    ) throws(ChatError) -> PrintedRequest {
        var omissions = Omissions(model: model)
        if let body = request.wireBody, body.dialect == .anthropicMessages, let spans = JSONSpans(of: body.bytes) {
            let refused = quirks.refused.filter { spans[$0] != nil }
            for key in refused.sorted() { omissions.leaveOut(key) }
            var changes: [(key: String, value: JSONValue)] = [("model", .string(model))]
            if stream || spans["stream"] != nil { changes.append(("stream", .bool(stream))) }
            return PrintedRequest(
                bytes: spans.rewriting(body.bytes, changes, removing: refused), warnings: omissions.warnings)
        }
        let conversation = Conversation(request.messages)
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("max_tokens", .number(request.parameters.maxTokens ?? standardMaxTokens))
        if let system = system(conversation) { out.write("system", system) }
        out.write("messages", .array(try messages(of: conversation)))
        for (key, value) in sampling(request, &omissions) {
            if quirks.refused.contains(key) { omissions.leaveOut(key) } else { out.write(key, value) }
        }
        if !request.tools.isEmpty { out.write("tools", .array(request.tools.map(tool))) }
        if let choice = toolChoice(request) { out.write("tool_choice", choice) }
        if let config = outputConfig(request, quirks: quirks, &omissions) { out.write("output_config", config) }
        if stream { out.write("stream", true) }
        for (key, value) in extra(request, &omissions) {
            if quirks.refused.contains(key) { omissions.leaveOut(key, value) } else { out.writeNew(key, value) }
        }
        let moved = conversation.movesInstructions ? [Conversation.movedInstructions] : []
        return PrintedRequest(bytes: out.finished(), warnings: moved + omissions.warnings)
    }

    /// The instructions: text where they are bare, blocks where some mark the cache.
    private static func system(_ conversation: Conversation) -> JSONValue? {
        let blocks = conversation.system.flatMap { message in
            ContentPart.parts(of: message.content).compactMap { part -> JSONValue? in
                guard case .text(let text, let whole) = part, !text.isEmpty else { return nil }
                return textBlock(text, cache: whole["cache_control"] ?? message.extra["cache_control"])
            }
        }
        if blocks.isEmpty { return nil }
        if blocks.contains(where: { $0["cache_control"] != nil }) { return .array(blocks) }
        return .string(blocks.compactMap { $0["text"]?.stringValue }.joined(separator: "\n\n"))
    }

    static func textBlock(_ text: String, cache: JSONValue? = nil) -> JSONValue {
        .object(["type": "text", "text": .string(text), "cache_control": cache])
    }

    private static func sampling(
        _ request: ChatRequest, _ omissions: inout Omissions
    ) -> [(String, JSONValue)] {
        let parameters = request.parameters
        if parameters.seed != nil { omissions.leaveOut("seed") }
        if parameters.presencePenalty != nil { omissions.leaveOut("presence_penalty") }
        if parameters.frequencyPenalty != nil { omissions.leaveOut("frequency_penalty") }
        var members: [(String, JSONValue)] = []
        if let value = parameters.temperature { members.append(("temperature", .number(value))) }
        if let value = parameters.topP { members.append(("top_p", .number(value))) }
        if !parameters.stop.isEmpty {
            members.append(("stop_sequences", .array(parameters.stop.map { .string($0) })))
        }
        return members
    }

    private static func tool(_ tool: JSONValue) -> JSONValue {
        guard let function = FunctionTool(tool) else { return tool }
        return .object([
            "name": function.name, "description": function.description, "input_schema": function.parameters,
            "strict": function.isStrict ? true : nil, "cache_control": tool["cache_control"],
        ])
    }

    private static func toolChoice(_ request: ChatRequest) -> JSONValue? {
        let isSingle = request.extra["parallel_tool_calls"]?.boolValue == false && !request.tools.isEmpty
        var choice: JSONValue?
        switch request.toolChoice {
        case .string("none")?: return ["type": "none"]
        case .string("required")?, .string("any")?: choice = ["type": "any"]
        case .string?: choice = ["type": "auto"]
        case .object(let members)?:
            if let name = request.toolChoice?["function"]?["name"] {
                choice = ["type": "tool", "name": name]
            } else {
                choice = .object(members)
            }
        case .null?, .bool?, .number?, .array?, nil: choice = isSingle ? ["type": "auto"] : nil
        }
        guard isSingle, let members = choice?.objectValue else { return choice }
        return .object(members + [.init(key: "disable_parallel_tool_use", value: true)])
    }

    /// Structured output and effort.
    private static func outputConfig(
        _ request: ChatRequest, quirks: ModelQuirks, _ omissions: inout Omissions
    ) -> JSONValue? {
        var members = request.extra["output_config"]?.objectValue ?? []
        switch ResponseFormat(request.responseFormat) {
        case .text: break
        case .json: omissions.leaveOut("response_format without a schema")
        case .schema(let schema):
            members.append(.init(key: "format", value: ["type": "json_schema", "schema": schema]))
        }
        if let effort = request.extra["reasoning_effort"]?.stringValue, !members.contains(where: { $0.key == "effort" })
        {
            if quirks.takesEffort, effort != "none" {
                members.append(.init(key: "effort", value: .string(effort == "minimal" ? "low" : effort)))
            } else {
                omissions.leaveOut("reasoning_effort")
            }
        }
        return members.isEmpty ? nil : .object(members)
    }

    /// What is said beyond the typed parts, in the vendor's words or with a note that it has none.
    private static func extra(_ request: ChatRequest, _ omissions: inout Omissions) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "output_config", "reasoning_effort", "parallel_tool_calls": break
            case "user": members.append(("metadata", ["user_id": value]))
            case "metadata" where value["user_id"] != nil: members.append((key, value))
            case "service_tier" where value == "auto" || value == "standard_only": members.append((key, value))
            case _ where !ForeignMembers.openAI.contains(key): members.append((key, value))
            default: if !ForeignMembers.saysNothing(key, value) { omissions.leaveOut(key) }
            }
        }
        return members
    }
}
