public import Chat

extension OpenAIChat {
    /// Reads the data of one event of a stream.
    /// - Throws: `ChatError.invalidResponse` with the data where it cannot be read, or what an error event says.
    public static func readChunk(_ data: [UInt8], secrets: Secrets = .none) throws(ChatError) -> StreamPiece {
        if let piece = plainChunk(data) { return piece }
        if data.starts(with: doneData) {
            return StreamPiece(isEnd: true)
        }
        let received = try ReceivedJSON(data, secrets: secrets)
        let body = received.value
        guard body.objectValue != nil else { throw received.invalid("an event is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        var piece = StreamPiece(
            model: body["model"]?.stringValue, usage: usage(in: body), warnings: received.warnings)
        piece.isMended = !received.warnings.isEmpty
        guard let value = body.present("choices") else {
            // Some hosts tell the usage in an event of its own.
            guard piece.usage != nil else { throw received.invalid("choices", expected: "a list") }
            return piece
        }
        guard let choices = value.arrayValue else { throw received.invalid("choices", expected: "a list") }
        for choice in choices where (choice["index"]?.intValue ?? 0) == 0 {
            try read(choice, into: &piece, received: received, secrets: secrets)
        }
        return piece
    }

    private static func read(
        _ choice: JSONValue, into piece: inout StreamPiece, received: ReceivedJSON, secrets: Secrets
    ) throws(ChatError) {
        guard choice.objectValue != nil else { throw received.invalid("choices[0]", expected: "a mapping") }
        if let delta = choice.present("delta") {
            guard let members = delta.objectValue else {
                throw received.invalid("choices[0].delta", expected: "a mapping")
            }
            // Null stands beside reasoning or calls, or at the end; by itself it is a piece of the answer that got
            // lost.
            if members.count == 1, members[0].key == "content", members[0].value.isNull, !choice.isFinished {
                throw received.invalid("choices[0].delta.content of the answer is null")
            }
            try read(delta: delta, into: &piece, received: received)
        }
        piece.logprobs += choice["logprobs"]?["content"]?.arrayValue ?? []
        guard let value = choice.present("finish_reason") else { return }
        guard let spelling = value.stringValue else {
            throw received.invalid("choices[0].finish_reason", expected: "a string")
        }
        // Some hosts send an empty string until the end.
        guard !spelling.isEmpty else { return }
        let (reason, warnings) = try finishReason(spelling, secrets: secrets)
        piece.isForeign = piece.isForeign || !finishReasons.contains(spelling)
        piece.finishReason = reason
        piece.warnings += warnings
    }

    private static func read(
        delta: JSONValue, into piece: inout StreamPiece, received: ReceivedJSON
    ) throws(ChatError) {
        if let text = reasoning(in: delta) { piece.deltas.append(.reasoning(text)) }
        switch delta["content"] {
        case .string(let text)?:
            piece.holdsContent = true
            if !text.isEmpty { piece.deltas.append(.text(text)) }
        case .array(let parts)?:
            piece.isForeign = true
            let text = text(of: parts)
            if !text.isEmpty { piece.deltas.append(.text(text)) }
        case .null?, nil: break
        case .bool?, .number?, .object?: throw received.invalid("choices[0].delta.content", expected: "a string")
        }
        if let refusal = delta["refusal"]?.stringValue, !refusal.isEmpty {
            piece.deltas.append(.text(refusal))
            piece.isRefusal = true
        }
        guard let calls = delta.present("tool_calls") else { return }
        guard let items = calls.arrayValue else {
            throw received.invalid("choices[0].delta.tool_calls", expected: "a list")
        }
        for (position, item) in items.enumerated() {
            let index = item["index"]?.intValue ?? position
            guard (0..<1024).contains(index) else {
                throw received.invalid("choices[0].delta.tool_calls[\(position)].index", expected: "a small number")
            }
            let function = item["function"]
            piece.deltas.append(
                .toolCall(
                    index: index, id: item["id"]?.stringValue, name: function?["name"]?.stringValue,
                    arguments: function?["arguments"]?.stringValue ?? ""))
        }
    }
}

extension JSONValue {
    fileprivate var isFinished: Bool { present("finish_reason") != nil }
}
