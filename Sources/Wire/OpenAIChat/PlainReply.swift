import Chat

extension OpenAIChat {
    /// Reads a full answer as most are: one choice of text that came to an end OpenAI has a word for, no tools, no
    /// reasoning, no log probabilities. Nil for every other, which is read as a tree; of these it says the same as that
    /// reading.
    /// - Parameter model: stands in the reply where the body does not name the model.
    static func plainReply(_ bytes: [UInt8], model: String) -> ChatReply? {
        let found = bytes.withUnsafeBufferPointer { buffer -> PlainReply? in
            var (walk, found) = (JSONWalk(buffer), PlainReply())
            guard walk.document({ walk, key in found.take(key, &walk) }) else { return nil }
            found.outline.end = walk.end
            return found
        }
        guard let found, let text = found.text, let reason = found.reason else { return nil }
        var usage: UsageReading?
        if let range = found.usage {
            guard let raw = try? JSONValue.parse(bytes[range]) else { return nil }
            usage = readUsage(raw)
        }
        return ChatReply(
            text: text, finishReason: reason, model: found.model ?? model, usage: usage?.usage,
            wireBody: WireBody(dialect: .openAIChat, bytes: bytes, outline: found.outline),
            warnings: usage?.warnings ?? [])
    }
}

/// What of a plain answer was read so far.
private struct PlainReply {
    var model: String?
    var text: String?
    var reason: ChatReply.FinishReason?
    var usage: Range<Int>?
    var outline = JSONOutline(members: [], end: 0)

    init() { outline.members.reserveCapacity(8) }

    /// Takes the value of a member.
    /// - Returns: whether it is plain.
    mutating func take(_ key: JSONWalk.Text, _ walk: inout JSONWalk) -> Bool {
        walk.skipSpace()
        let start = walk.position
        guard takeValue(key, &walk) else { return false }
        outline.members.append(walk.member(key, from: start))
        return true
    }

    private mutating func takeValue(_ key: JSONWalk.Text, _ walk: inout JSONWalk) -> Bool {
        if walk.holds(key, "choices") { return walk.items { walk, index in index == 0 && takeChoice(&walk) } }
        if walk.holds(key, "model") {
            model = walk.string().flatMap { walk.text($0) }
            return model != nil
        }
        if walk.holds(key, "usage") {
            guard !walk.null() else { return true }
            let start = walk.position
            defer { usage = start..<walk.position }
            return walk.value()
        }
        if walk.holds(key, "error") || walk.holds(key, "x_groq") { return false }
        // What the answer costs depends on its tier.
        if walk.holds(key, "service_tier") {
            return walk.null() || walk.string().map { walk.holds($0, "default") } ?? false
        }
        return walk.value()
    }

    private mutating func takeChoice(_ walk: inout JSONWalk) -> Bool {
        walk.members { walk, key in
            if walk.holds(key, "message") { return takeMessage(&walk) }
            if walk.holds(key, "finish_reason") {
                reason = walk.string().flatMap { PlainReply.reason($0, walk) }
                return reason != nil
            }
            if walk.holds(key, "logprobs") { return walk.null() }
            return walk.value()
        }
    }

    private mutating func takeMessage(_ walk: inout JSONWalk) -> Bool {
        walk.members { walk, key in
            if walk.holds(key, "content") {
                text = walk.string().flatMap { walk.text($0) }
                return text != nil
            }
            if walk.holds(key, "role") || walk.holds(key, "annotations") { return walk.value() }
            // What else there is may be a part of the answer, too.
            return walk.null()
        }
    }

    private static func reason(_ text: JSONWalk.Text, _ walk: JSONWalk) -> ChatReply.FinishReason? {
        if walk.holds(text, "stop") { return .stop }
        return walk.holds(text, "length") ? .length : nil
    }
}
