public import Chat

extension AnthropicMessages {
    /// Reads the data of one event of a stream. Events of kinds that are not known say nothing.
    /// - Parameter memory: what the events before it said: open blocks, and usage so far.
    /// - Throws: `ChatError.invalidResponse` with the data where it cannot be read, or what an error event says.
    public static func readEvent(
        _ data: [UInt8], memory: inout StreamMemory, secrets: Secrets = .none
    ) throws(ChatError) -> StreamPiece {
        let received = try ReceivedJSON(data, secrets: secrets)
        let event = received.value
        guard event.objectValue != nil else { throw received.invalid("an event is \(event.kindName), not a mapping") }
        if let error = event.present("error") { throw AnthropicMessages.error(error, status: nil, secrets: secrets) }
        guard let type = event["type"]?.stringValue else { throw received.invalid("type", expected: "a string") }
        var piece = StreamPiece(warnings: received.warnings)
        piece.isMended = !received.warnings.isEmpty
        switch type {
        case "message_start":
            guard let message = event["message"], message.objectValue != nil else {
                throw received.invalid("message", expected: "a mapping")
            }
            piece.model = message["model"]?.stringValue
            memory.usage = message["usage"]?.objectValue ?? []
        case "content_block_start":
            try start(event, &piece, &memory, received)
        case "content_block_delta":
            try delta(event, &piece, &memory, received)
        case "content_block_stop":
            stop(event, &piece, &memory)
        case "message_delta":
            try finish(event, &piece, &memory, received, secrets)
        case "message_stop":
            piece.isEnd = true
        case "error":
            throw AnthropicMessages.error(.null, status: nil, secrets: secrets)
        default:
            break
        }
        return piece
    }

    private static func index(of event: JSONValue, _ received: ReceivedJSON) throws(ChatError) -> Int {
        guard let index = event["index"]?.intValue, (0..<4096).contains(index) else {
            throw received.invalid("index", expected: "a small number")
        }
        return index
    }

    private static func start(
        _ event: JSONValue, _ piece: inout StreamPiece, _ memory: inout StreamMemory, _ received: ReceivedJSON
    ) throws(ChatError) {
        let index = try index(of: event, received)
        guard let block = event["content_block"], let type = block["type"]?.stringValue else {
            throw received.invalid("content_block.type", expected: "a string")
        }
        memory.blocks[index] = StreamMemory.Block()
        switch type {
        case "text":
            piece.holdsContent = true
            if let text = block["text"]?.stringValue, !text.isEmpty { piece.deltas.append(.text(text)) }
        case "thinking", "redacted_thinking":
            memory.blocks[index]?.thought = block
            if let text = block["thinking"]?.stringValue, !text.isEmpty { piece.deltas.append(.reasoning(text)) }
        case "tool_use":
            guard let name = block["name"]?.stringValue else {
                throw received.invalid("content_block.name", expected: "a string")
            }
            let call = memory.calls
            memory.calls += 1
            memory.blocks[index]?.call = call
            // Some hosts tell the whole input at once.
            let input = block["input"].flatMap { $0.objectValue?.isEmpty ?? true ? nil : $0.text } ?? ""
            memory.blocks[index]?.hasArguments = !input.isEmpty
            piece.deltas.append(
                .toolCall(index: call, id: block["id"]?.stringValue ?? "call_\(call)", name: name, arguments: input))
        default: break
        }
    }

    private static func delta(
        _ event: JSONValue, _ piece: inout StreamPiece, _ memory: inout StreamMemory, _ received: ReceivedJSON
    ) throws(ChatError) {
        let index = try index(of: event, received)
        guard let delta = event["delta"], let type = delta["type"]?.stringValue else {
            throw received.invalid("delta.type", expected: "a string")
        }
        func text(_ key: String) throws(ChatError) -> String {
            guard let text = delta[key]?.stringValue else {
                throw received.invalid("delta.\(key)", expected: "a string")
            }
            return text
        }
        switch type {
        case "text_delta":
            let text = try text("text")
            piece.holdsContent = true
            if !text.isEmpty { piece.deltas.append(.text(text)) }
        case "thinking_delta":
            let text = try text("thinking")
            memory.blocks[index]?.append(text, to: "thinking")
            if !text.isEmpty { piece.deltas.append(.reasoning(text)) }
        case "signature_delta":
            memory.blocks[index]?.append(try text("signature"), to: "signature")
        case "input_json_delta":
            let json = try text("partial_json")
            // Inputs of the vendor's own tools are nobody's calls.
            guard let call = memory.blocks[index]?.call, !json.isEmpty else { return }
            memory.blocks[index]?.hasArguments = true
            piece.deltas.append(.toolCall(index: call, id: nil, name: nil, arguments: json))
        default: break
        }
    }

    /// A thought is whole with its block, and a call without arguments has empty ones.
    private static func stop(_ event: JSONValue, _ piece: inout StreamPiece, _ memory: inout StreamMemory) {
        guard let index = event["index"]?.intValue, let block = memory.blocks.removeValue(forKey: index) else { return }
        if let thought = block.thought { piece.thinkingBlocks.append(thought) }
        if let call = block.call, !block.hasArguments {
            piece.deltas.append(.toolCall(index: call, id: nil, name: nil, arguments: "{}"))
        }
    }

    private static func finish(
        _ event: JSONValue, _ piece: inout StreamPiece, _ memory: inout StreamMemory, _ received: ReceivedJSON,
        _ secrets: Secrets
    ) throws(ChatError) {
        for member in event["usage"]?.objectValue ?? [] where !member.value.isNull {
            memory.usage.removeAll { $0.key == member.key }
            memory.usage.append(member)
        }
        if !memory.usage.isEmpty { piece.usage = readUsage(.object(memory.usage)) }
        guard let value = event["delta"]?.present("stop_reason") else { return }
        guard let spelling = value.stringValue else {
            throw received.invalid("delta.stop_reason", expected: "a string")
        }
        let (reason, warnings) = finishReason(spelling, secrets: secrets)
        piece.finishReason = reason
        piece.warnings += warnings
        // The vendor does end a turn without a word, which is an empty answer and no lost one.
        piece.holdsContent = reason == .stop
    }
}

extension StreamMemory.Block {
    /// Appends to a text member of a thought.
    fileprivate mutating func append(_ text: String, to key: String) {
        guard var members = thought?.objectValue else { return }
        if let place = members.firstIndex(where: { $0.key == key }) {
            members[place].value = .string((members[place].value.stringValue ?? "") + text)
        } else {
            members.append(.init(key: key, value: .string(text)))
        }
        thought = .object(members)
    }
}
