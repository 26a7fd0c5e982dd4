public import Chat

extension OpenAIResponses {
    /// Reads the body of a request.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readRequest(_ bytes: [UInt8]) throws(ChatError) -> ReceivedRequest {
        let reader = try RequestReader(bytes)
        let body = reader.body
        let model = try reader.requiredText("model")
        try reader.refuseStored()
        let maxTokens = try reader.integer("max_output_tokens")
        if let maxTokens, maxTokens < 1 {
            throw ChatError(.invalidRequest, "max_output_tokens: must be at least 1, found \(maxTokens)")
        }
        var request = ChatRequest(model: model, messages: try reader.instructions() + reader.input())
        request.parameters = ChatRequest.Parameters(
            temperature: try reader.number("temperature"), topP: try reader.number("top_p"), maxTokens: maxTokens)
        request.tools = try reader.tools()
        request.toolChoice = try reader.toolChoice()
        request.stream = try reader.bool("stream") ?? false
        request.extra = reader.extra(besides: knownKeys)
        reader.readText(into: &request)
        if let effort = body["reasoning"]?.present("effort") { request.extra["reasoning_effort"] = effort }
        let included = body["include"]?.arrayValue ?? []
        if included.contains("message.output_text.logprobs") || body.present("top_logprobs") != nil {
            request.extra["logprobs"] = true
        }
        return ReceivedRequest(request: request, echo: echo(of: body))
    }

    private static let knownKeys: Set<String> = [
        "model", "input", "instructions", "max_output_tokens", "temperature", "top_p", "tools", "tool_choice",
        "stream", "stream_options", "text", "reasoning", "include", "previous_response_id", "conversation", "prompt",
        "background", "store", "metadata", "truncation", "max_tool_calls",
    ]

    /// The members that a response tells again, with the dialect's defaults for those that were left out.
    private static func echo(of body: JSONValue) -> JSONValue {
        let asked: [(String, JSONValue)] = [
            ("instructions", .null), ("max_output_tokens", .null), ("metadata", .object([])),
            ("parallel_tool_calls", true), ("reasoning", ["effort": .null, "summary": .null]),
            ("temperature", .null), ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []),
            ("top_p", .null), ("truncation", "disabled"),
        ]
        return .object(asked.map { key, standard in .init(key: key, value: body.present(key) ?? standard) })
    }
}

extension RequestReader {
    /// What lives at the vendor between two requests.
    fileprivate func refuseStored() throws(ChatError) {
        for key in ["previous_response_id", "conversation"] where body.present(key) != nil {
            throw ChatError(
                .invalidRequest, "\(key): no response is kept here; send the whole conversation in input")
        }
        if body.present("prompt") != nil {
            throw ChatError(.invalidRequest, "prompt: no prompt is kept here; send instructions and input")
        }
        if try bool("background") ?? false {
            throw ChatError(.invalidRequest, "background: a response is given at once or streamed; leave it out")
        }
    }

    fileprivate func instructions() throws(ChatError) -> [Message] {
        guard let value = body.present("instructions") else { return [] }
        guard let text = value.stringValue else { throw wrong("instructions", "a string", value) }
        return [Message(.system, text)]
    }

    /// The text of an answer: its format, and how wordy it shall be.
    fileprivate func readText(into request: inout ChatRequest) {
        guard let text = body.present("text") else { return }
        if let verbosity = text.present("verbosity") { request.extra["verbosity"] = verbosity }
        guard let format = text.present("format") else { return }
        if format["type"] == "json_schema" {
            let members = (format.objectValue ?? []).filter { $0.key != "type" }
            request.responseFormat = ["type": "json_schema", "json_schema": .object(members)]
        } else if format["type"] != "text" {
            request.responseFormat = format
        }
    }

    /// Tools stand flat in this dialect.
    fileprivate func tools() throws(ChatError) -> [JSONValue] {
        var tools: [JSONValue] = []
        for (index, tool) in (try list("tools") ?? []).enumerated() {
            let type = tool["type"]?.stringValue ?? ""
            guard type == "function", tool["name"]?.stringValue != nil else {
                let found = Secrets.none.line(type, limit: 40)
                throw ChatError(
                    .invalidRequest, "tools[\(index)]: must be a function with a name, found type '\(found)'")
            }
            tools.append([
                "type": "function", "function": .object((tool.objectValue ?? []).filter { $0.key != "type" }),
            ])
        }
        return tools
    }

    fileprivate func toolChoice() throws(ChatError) -> JSONValue? {
        guard let choice = body.present("tool_choice") else { return nil }
        if choice.stringValue != nil { return choice }
        guard choice["type"] == "function", let name = choice["name"] else {
            throw ChatError(.invalidRequest, "tool_choice: must be none, auto, required or a function's name")
        }
        return ["type": "function", "function": ["name": name]]
    }
}
