public import Chat

extension OpenAIChat {
    /// The body of a request.
    ///
    /// Where the request still has the client's body in this dialect, only `model`, `stream`, `stream_options` and what
    /// the host has quirks about are rewritten in it; all other bytes go on as they came.
    /// - Parameters:
    ///   - model: the model's name at the vendor, without the provider.
    ///   - stream: whether to ask for a stream; usage is asked for with it.
    public static func printRequest(
        _ request: ChatRequest, model: String, stream: Bool, quirks: RequestQuirks = RequestQuirks()
    ) -> PrintedRequest {
        var omissions = Omissions(model: model)
        if let body = request.wireBody, body.dialect == .openAIChat, quirks.takesCallIDs(of: request.messages),
            let spans = JSONSpans(of: body)
        {
            let bytes = rewrite(body.bytes, spans, model: model, stream: stream, quirks: quirks, &omissions)
            return PrintedRequest(bytes: bytes, warnings: omissions.warnings)
        }
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("messages") { bytes in
            write(request.messages, quirks: quirks, to: &bytes)
        }
        for (key, value) in members(of: request) {
            if let (key, value) = taken(key, value, quirks: quirks, &omissions) { out.writeNew(key, value) }
        }
        if stream { out.write("stream", true) }
        let asksForUsage = stream && quirks.asksForStreamUsage
        if asksForUsage { out.write("stream_options", ["include_usage": true]) }
        return PrintedRequest(bytes: out.finished(), warnings: omissions.warnings)
    }

    /// The member as the host takes it, or nil where it does not.
    private static func taken(
        _ key: String, _ value: JSONValue, quirks: RequestQuirks, _ omissions: inout Omissions
    ) -> (String, JSONValue)? {
        if quirks.refused.contains(key) {
            omissions.leaveOut(key, value)
            return nil
        }
        if key == "tool_choice", value == "required" { return (key, .string(quirks.requiredToolChoice)) }
        if key == "response_format", !quirks.takesSchema, value["type"]?.stringValue == "json_schema" {
            omissions.note("the schema of response_format was left out and JSON of any shape asked for")
            return (key, ["type": "json_object"])
        }
        return (quirks.renamed[key] ?? key, value)
    }

    private static func rewrite(
        _ bytes: [UInt8], _ spans: JSONSpans, model: String, stream: Bool, quirks: RequestQuirks,
        _ omissions: inout Omissions
    ) -> [UInt8] {
        var changes: [(key: String, value: JSONValue)] = [("model", .string(model))]
        var removed: Set<String> = []
        for member in spans.members where quirks.touches(member.key) {
            let value = (try? JSONValue.parse(bytes[member.valueRange])) ?? .null
            guard let (key, newValue) = taken(member.key, value, quirks: quirks, &omissions) else {
                removed.insert(member.key)
                continue
            }
            if key != member.key {
                removed.insert(member.key)
                if spans[key] == nil, !changes.contains(where: { $0.key == key }) { changes.append((key, newValue)) }
            } else if newValue != value {
                changes.append((key, newValue))
            }
        }
        if stream || spans["stream"] != nil { changes.append(("stream", .bool(stream))) }
        if !stream {
            if spans["stream_options"] != nil { changes.append(("stream_options", .null)) }
        } else if quirks.asksForStreamUsage {
            let sent = spans["stream_options"].flatMap { try? JSONValue.parse(bytes[$0]) }?.objectValue ?? []
            let options = sent.filter { $0.key != "include_usage" } + [.init(key: "include_usage", value: true)]
            changes.append(("stream_options", .object(options)))
        } else if spans["stream_options"] != nil {
            removed.insert("stream_options")
        }
        return spans.rewriting(bytes, changes, removing: removed)
    }

    private static let streamKeys: Set<String> = ["stream", "stream_options"]

    /// What a request says besides its model and messages, what is typed first.
    private static func members(of request: ChatRequest) -> [(String, JSONValue)] {
        let parameters = request.parameters
        let typed: [(String, JSONValue?)] = [
            ("temperature", parameters.temperature.map { .number($0) }),
            ("top_p", parameters.topP.map { .number($0) }),
            ("max_tokens", parameters.maxTokens.map { .number($0) }),
            ("stop", parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) })),
            ("seed", parameters.seed.map { .number($0) }),
            ("presence_penalty", parameters.presencePenalty.map { .number($0) }),
            ("frequency_penalty", parameters.frequencyPenalty.map { .number($0) }),
            ("tools", request.tools.isEmpty ? nil : .array(request.tools)),
            ("tool_choice", request.toolChoice),
            ("response_format", request.responseFormat),
        ]
        let extra = request.extra.sorted { $0.key < $1.key }.filter { !streamKeys.contains($0.key) }
        return typed.compactMap { key, value in value.map { (key, $0) } } + extra.map { ($0.key, $0.value) }
    }

    private static func write(_ messages: [Message], quirks: RequestQuirks, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, message) in messages.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            var out = ObjectWriter(appendingTo: bytes)
            bytes = []
            out.write("role", .string(message.role.rawValue))
            out.write("content", content(of: message))
            if let name = message.name { out.write("name", .string(name)) }
            if !message.toolCalls.isEmpty {
                out.write("tool_calls", .array(message.toolCalls.map { call($0, quirks: quirks) }))
            }
            if let id = message.toolCallID { out.write("tool_call_id", .string(quirks.callID(id))) }
            for (key, value) in message.extra.sorted(by: { $0.key < $1.key }) where !foreignKeys.contains(key) {
                out.writeNew(key, value)
            }
            bytes = out.finished()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Members of messages that mean something to Anthropic alone.
    private static let foreignKeys: Set<String> = ["thinking_blocks", "is_error"]

    /// The content without what marks Anthropic's cache.
    private static func content(of message: Message) -> JSONValue {
        guard let parts = message.content.arrayValue, parts.contains(where: { $0["cache_control"] != nil }) else {
            return message.content
        }
        return .array(
            parts.map { part in .object((part.objectValue ?? []).filter { $0.key != "cache_control" }) })
    }

    private static func call(_ call: JSONValue, quirks: RequestQuirks) -> JSONValue {
        guard quirks.callIDLength != nil, let members = call.objectValue else { return call }
        return .object(
            members.map { member in
                guard member.key == "id", let id = member.value.stringValue else { return member }
                return .init(key: "id", value: .string(quirks.callID(id)))
            })
    }
}
