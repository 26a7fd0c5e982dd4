public import Chat

extension OpenAIChat {
    /// What hosts of this dialect do differently in requests.
    public struct RequestQuirks: Sendable, Hashable {
        /// The member that bounds the answer: OpenAI's own newer models take `max_completion_tokens` alone, most other
        /// hosts know `max_tokens` alone.
        public var maxTokensKey: String
        /// The member for the seed: `random_seed` at Mistral.
        public var seedKey: String
        /// Whether a stream's usage is to be asked for with `stream_options`; some hosts refuse the member.
        public var asksForStreamUsage: Bool

        public init(
            maxTokensKey: String = "max_tokens", seedKey: String = "seed", asksForStreamUsage: Bool = true
        ) {
            self.maxTokensKey = maxTokensKey
            self.seedKey = seedKey
            self.asksForStreamUsage = asksForStreamUsage
        }
    }

    /// The body of a request.
    ///
    /// Where the request still has the client's body in this dialect, only `model`, `stream` and `stream_options` are
    /// rewritten in it; all other bytes go on as they came.
    /// - Parameters:
    ///   - model: the model's name at the vendor, without the provider.
    ///   - stream: whether to ask for a stream; usage is asked for with it.
    public static func printRequest(
        _ request: ChatRequest, model: String, stream: Bool, quirks: RequestQuirks = RequestQuirks()
    ) -> [UInt8] {
        if let body = request.wireBody, body.dialect == .openAIChat, let spans = JSONSpans(of: body.bytes) {
            return rewrite(body.bytes, spans, model: model, stream: stream, quirks: quirks)
        }
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("messages") { bytes in
            write(request.messages, to: &bytes)
        }
        writeParameters(request.parameters, quirks: quirks, to: &out)
        if !request.tools.isEmpty { out.write("tools", .array(request.tools)) }
        if let choice = request.toolChoice { out.write("tool_choice", choice) }
        if let format = request.responseFormat { out.write("response_format", format) }
        if stream { out.write("stream", true) }
        let asksForUsage = stream && quirks.asksForStreamUsage
        if asksForUsage { out.write("stream_options", ["include_usage": true]) }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) where !streamKeys.contains(key) {
            out.writeNew(key, value)
        }
        return out.finished()
    }

    private static let streamKeys: Set<String> = ["stream", "stream_options"]

    private static func rewrite(
        _ bytes: [UInt8], _ spans: JSONSpans, model: String, stream: Bool, quirks: RequestQuirks
    ) -> [UInt8] {
        var changes: [(key: String, value: JSONValue)] = [("model", .string(model))]
        if stream || spans["stream"] != nil { changes.append(("stream", .bool(stream))) }
        if !stream {
            if spans["stream_options"] != nil { changes.append(("stream_options", .null)) }
        } else if quirks.asksForStreamUsage {
            let sent = spans["stream_options"].flatMap { try? JSONValue.parse(bytes[$0]) }?.objectValue ?? []
            let options = sent.filter { $0.key != "include_usage" } + [.init(key: "include_usage", value: true)]
            changes.append(("stream_options", .object(options)))
        }
        return spans.rewriting(bytes, changes)
    }

    private static func writeParameters(
        _ parameters: ChatRequest.Parameters, quirks: RequestQuirks, to out: inout ObjectWriter
    ) {
        if let value = parameters.temperature { out.write("temperature", .number(value)) }
        if let value = parameters.topP { out.write("top_p", .number(value)) }
        if let value = parameters.maxTokens { out.write(quirks.maxTokensKey, .number(value)) }
        if !parameters.stop.isEmpty { out.write("stop", .array(parameters.stop.map { .string($0) })) }
        if let value = parameters.seed { out.write(quirks.seedKey, .number(value)) }
        if let value = parameters.presencePenalty { out.write("presence_penalty", .number(value)) }
        if let value = parameters.frequencyPenalty { out.write("frequency_penalty", .number(value)) }
    }

    private static func write(_ messages: [Message], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, message) in messages.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            var out = ObjectWriter(appendingTo: bytes)
            bytes = []
            out.write("role", .string(message.role.rawValue))
            out.write("content", message.content)
            if let name = message.name { out.write("name", .string(name)) }
            if !message.toolCalls.isEmpty { out.write("tool_calls", .array(message.toolCalls)) }
            if let id = message.toolCallID { out.write("tool_call_id", .string(id)) }
            bytes = out.finished()
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
