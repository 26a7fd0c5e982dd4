public import Chat

extension OllamaChat {
    /// Reads a full answer.
    /// - Throws: `ChatError.invalidResponse` with the start of the body, or what an error in the body says.
    public static func readReply(
        _ bytes: [UInt8], model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let piece = try piece(of: received, secrets: secrets)
        guard piece.isEnd, let reason = piece.finishReason else {
            throw received.invalid("done", expected: "true")
        }
        guard piece.holdsContent || !piece.deltas.isEmpty else {
            throw received.invalid("message.content", expected: "a string")
        }
        var reply = ChatReply(text: "", finishReason: reason, model: piece.model ?? model)
        for delta in piece.deltas {
            switch delta {
            case .text(let text): reply.text = text
            case .reasoning(let text): reply.reasoning = text
            case .toolCall(let index, let id, let name, let arguments):
                reply.toolCalls.append(
                    OpenAIChat.toolCall(id: id ?? "call_\(index)", name: name ?? "", arguments: arguments))
            }
        }
        if reason == .stop, !reply.toolCalls.isEmpty { reply.finishReason = .tool }
        reply.usage = piece.usage?.usage
        reply.warnings = piece.warnings + (piece.usage?.warnings ?? [])
        reply.wireBody = received.warnings.isEmpty ? WireBody(dialect: .ollamaChat, bytes: bytes) : nil
        return reply
    }

    /// Reads one line of a streamed answer.
    /// - Throws: `ChatError.invalidResponse` with the line, or what an error line says.
    public static func readLine(_ line: [UInt8], secrets: Secrets = .none) throws(ChatError) -> StreamPiece {
        try piece(of: try ReceivedJSON(line, secrets: secrets), secrets: secrets)
    }

    /// Reads an answer with an error status: `{"error": "…"}`.
    public static func readError(status: Int, body: [UInt8], secrets: Secrets = .none) -> ChatError {
        var error = OpenAIChat.readError(status: status, body: body, secrets: secrets)
        if status == 404, error.message.contains("model") { error.kind = .notFound }
        return error
    }

    private static func piece(of received: ReceivedJSON, secrets: Secrets) throws(ChatError) -> StreamPiece {
        let body = received.value
        guard body.objectValue != nil else { throw received.invalid("the answer is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        let isEnd = body["done"]?.boolValue ?? false
        var piece = StreamPiece(
            holdsWholeCalls: true, model: body["model"]?.stringValue, warnings: received.warnings, isEnd: isEnd)
        if let message = body.present("message") {
            try read(message, into: &piece, received: received)
        } else if !isEnd {
            throw received.invalid("message", expected: "a mapping")
        }
        if isEnd {
            piece.finishReason = body["done_reason"]?.stringValue == "length" ? .length : .stop
            piece.usage = usage(in: body)
        }
        return piece
    }

    private static func read(
        _ message: JSONValue, into piece: inout StreamPiece, received: ReceivedJSON
    ) throws(ChatError) {
        guard message.objectValue != nil else { throw received.invalid("message", expected: "a mapping") }
        if let text = message["thinking"]?.stringValue, !text.isEmpty { piece.deltas.append(.reasoning(text)) }
        if let content = message.present("content") {
            guard let text = content.stringValue else {
                throw received.invalid("message.content", expected: "a string")
            }
            piece.holdsContent = true
            if !text.isEmpty { piece.deltas.append(.text(text)) }
        }
        for (index, call) in (message["tool_calls"]?.arrayValue ?? []).enumerated() {
            guard let name = call["function"]?["name"]?.stringValue else {
                throw received.invalid("message.tool_calls[\(index)].function.name", expected: "a string")
            }
            let arguments = call["function"]?["arguments"] ?? .object([])
            piece.deltas.append(
                .toolCall(index: index, id: call["id"]?.stringValue, name: name, arguments: arguments.text))
        }
    }

    /// The counts of a last line; a prompt that was still in the model's memory is not counted, so its tokens are
    /// unknown.
    private static func usage(in body: JSONValue) -> UsageReading? {
        guard let output = body.present("eval_count"), let input = body.present("prompt_eval_count") else { return nil }
        let raw: JSONValue = ["prompt_eval_count": input, "eval_count": output]
        guard let inputCount = OpenAIChat.count(input), let outputCount = OpenAIChat.count(output),
            let usage = TokenUsage(inputFresh: inputCount, outputText: outputCount, raw: raw)
        else { return .unreadable(raw) }
        return .known(usage)
    }
}
