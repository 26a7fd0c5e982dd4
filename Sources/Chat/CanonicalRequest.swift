extension ChatRequest {
    /// The whole request as canonical JSON: model, messages, parameters, tools, choice, response format, seed and extra
    /// members, with the keys of every mapping sorted. Two requests that must be answered alike give equal bytes, and
    /// any difference that may change the answer changes them.
    public var canonicalBytes: [UInt8] {
        var out = CanonicalWriter()
        // In the order of their keys, as everywhere below.
        out.object { out in
            out.members("extra", extra)
            out.value("frequency_penalty", parameters.frequencyPenalty.map { .number($0) })
            out.value("max_tokens", parameters.maxTokens.map { .number($0) })
            out.key("messages")
            out.list(messages) { message, out in message.write(to: &out) }
            out.text("model", model)
            out.value("presence_penalty", parameters.presencePenalty.map { .number($0) })
            out.value("response_format", responseFormat)
            out.value("seed", parameters.seed.map { .number($0) })
            out.value("stop", parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) }))
            out.value("temperature", parameters.temperature.map { .number($0) })
            out.value("tool_choice", toolChoice)
            out.value("tools", tools.isEmpty ? nil : .array(tools))
            out.value("top_p", parameters.topP.map { .number($0) })
        }
        return out.bytes
    }
}

extension Message {
    fileprivate func write(to out: inout CanonicalWriter) {
        out.object { out in
            out.value("content", content)
            out.members("extra", extra)
            out.text("name", name)
            out.text("role", role.rawValue)
            out.text("tool_call_id", toolCallID)
            out.value("tool_calls", toolCalls.isEmpty ? nil : .array(toolCalls))
        }
    }
}

/// Writes canonical JSON straight into bytes. Whoever writes an object's members does so in the order of their keys;
/// a member that is nil is left out.
private struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1_024) }

    mutating func object(_ write: (inout CanonicalWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        write(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func list<Item>(_ items: [Item], _ write: (Item, inout CanonicalWriter) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(item, &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func key(_ key: StaticString) {
        // No value ends so: only of an object's first member is this the byte before.
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(key)
        bytes.append("\":")
    }

    mutating func value(_ key: StaticString, _ value: JSONValue?) {
        guard let value else { return }
        self.key(key)
        value.write(to: &bytes, sorted: true)
    }

    mutating func text(_ key: StaticString, _ text: String?) {
        guard let text else { return }
        self.key(key)
        JSONValue.write(text, to: &bytes)
    }

    /// A mapping; one that is empty is left out.
    mutating func members(_ key: StaticString, _ members: [String: JSONValue]) {
        guard !members.isEmpty else { return }
        value(key, .object(members.map { JSONValue.Member(key: $0.key, value: $0.value) }))
    }
}

extension [UInt8] {
    /// Appends a text of the program's own.
    @inlinable
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}
