import Chat

extension OpenAIChat {
    /// Reads a request as most are: messages of plain text, sampling parameters, no tools and no members of which we
    /// know nothing. Nil for every other, which is read as a tree; of these it says the same as that reading.
    static func plainRequest(_ bytes: [UInt8]) -> ReceivedRequest? {
        let found = bytes.withUnsafeBufferPointer { buffer -> PlainRequest? in
            var (walk, found) = (JSONWalk(buffer), PlainRequest())
            guard walk.document({ walk, key in found.take(key, &walk) }) else { return nil }
            found.outline.end = walk.end
            return found
        }
        guard let found, let model = found.model, !found.messages.isEmpty else { return nil }
        var request = ChatRequest(model: model, messages: found.messages, parameters: found.parameters)
        request.stream = found.isStream
        request.wireBody = WireBody(dialect: .openAIChat, bytes: bytes, outline: found.outline)
        return ReceivedRequest(request: request, includesUsage: found.includesUsage)
    }
}

/// What of a plain request was read so far. Whatever a reader would have to say something about ends the reading.
private struct PlainRequest {
    var model: String?
    var messages: [Message] = []
    var parameters = ChatRequest.Parameters()
    var isStream = false
    var includesUsage = false
    var outline = JSONOutline(members: [], end: 0)

    init() { outline.members.reserveCapacity(6) }

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
        if walk.holds(key, "messages") { return walk.items { walk, _ in takeMessage(&walk) } }
        if walk.holds(key, "model") {
            model = walk.string().flatMap { $0.hasEscape ? nil : walk.text($0) }
            return model.map { !$0.isEmpty && !$0.utf8.contains(0x7F) } ?? false
        }
        if walk.holds(key, "stream") { return PlainRequest.set(&isStream, walk.bool()) }
        if walk.holds(key, "stream_options") {
            return walk.members { walk, key in
                walk.holds(key, "include_usage") && PlainRequest.set(&includesUsage, walk.bool())
            }
        }
        if walk.holds(key, "temperature") { return PlainRequest.set(&parameters.temperature, double(&walk)) }
        if walk.holds(key, "top_p") { return PlainRequest.set(&parameters.topP, double(&walk)) }
        if walk.holds(key, "seed") { return PlainRequest.set(&parameters.seed, integer(&walk)) }
        if walk.holds(key, "max_tokens") {
            return PlainRequest.set(&parameters.maxTokens, integer(&walk)) && (parameters.maxTokens ?? 0) >= 1
        }
        if walk.holds(key, "presence_penalty") { return PlainRequest.set(&parameters.presencePenalty, double(&walk)) }
        if walk.holds(key, "frequency_penalty") {
            return PlainRequest.set(&parameters.frequencyPenalty, double(&walk))
        }
        return false
    }

    private mutating func takeMessage(_ walk: inout JSONWalk) -> Bool {
        var (role, content): (Message.Role?, String?)
        let isPlain = walk.members { walk, key in
            if walk.holds(key, "role") {
                role = walk.string().flatMap { PlainRequest.role($0, walk) }
                return role != nil
            }
            guard walk.holds(key, "content") else { return false }
            content = walk.string().flatMap { walk.text($0) }
            return content != nil
        }
        guard isPlain, let role, let content else { return false }
        messages.append(Message(role, content))
        return true
    }

    private static func role(_ text: JSONWalk.Text, _ walk: JSONWalk) -> Message.Role? {
        if walk.holds(text, "user") { return .user }
        if walk.holds(text, "assistant") { return .assistant }
        return walk.holds(text, "system") ? .system : nil
    }

    /// Sets what was found.
    /// - Returns: whether anything was.
    private static func set<Value>(_ place: inout Value, _ found: Value?) -> Bool {
        guard let found else { return false }
        place = found
        return true
    }

    private static func set<Value>(_ place: inout Value?, _ found: Value?) -> Bool {
        place = found
        return found != nil
    }

    private func double(_ walk: inout JSONWalk) -> Double? {
        walk.number().flatMap { Double(walk.spelling($0)) }.flatMap { $0.isFinite ? $0 : nil }
    }

    private func integer(_ walk: inout JSONWalk) -> Int? { walk.number().flatMap { Int(walk.spelling($0)) } }
}
