public import Chat

extension OllamaChat {
    /// Reads a full answer.
    /// - Throws: `ChatError.invalidResponse` with the start of the body, or what an error in the body says.
    public static func readReply(
        _ bytes: [UInt8], model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        var memory = StreamMemory()
        let piece = try piece(of: received, memory: &memory, secrets: secrets)
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
        reply.logprobs = piece.logprobs
        reply.usage = piece.usage?.usage
        reply.warnings = piece.warnings + (piece.usage?.warnings ?? [])
        reply.wireBody = received.warnings.isEmpty ? WireBody(dialect: .ollamaChat, bytes: bytes) : nil
        return reply
    }

    /// Reads one line of a streamed answer.
    /// - Parameter memory: how many calls came before; each stands whole in its line.
    /// - Throws: `ChatError.invalidResponse` with the line, or what an error line says.
    public static func readLine(
        _ line: [UInt8], memory: inout StreamMemory, secrets: Secrets = .none
    ) throws(ChatError) -> StreamPiece {
        try piece(of: try ReceivedJSON(line, secrets: secrets), memory: &memory, secrets: secrets)
    }

    /// Reads an answer with an error status: `{"error": "…"}`.
    public static func readError(status: Int, body: [UInt8], secrets: Secrets = .none) -> ChatError {
        var error = OpenAIChat.readError(status: status, body: body, secrets: secrets)
        if status == 404, error.message.contains("model") { error.kind = .notFound }
        return error
    }

    private static func piece(
        of received: ReceivedJSON, memory: inout StreamMemory, secrets: Secrets
    ) throws(ChatError) -> StreamPiece {
        let body = received.value
        guard body.objectValue != nil else { throw received.invalid("the answer is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        let isEnd = body["done"]?.boolValue ?? false
        var piece = StreamPiece(
            model: body["model"]?.stringValue, logprobs: body["logprobs"]?.arrayValue ?? [],
            warnings: received.warnings, isEnd: isEnd)
        if let message = body.present("message") {
            try read(message, into: &piece, memory: &memory, received: received)
        } else if !isEnd {
            throw received.invalid("message", expected: "a mapping")
        }
        if isEnd {
            let reason = body["done_reason"]?.stringValue ?? "stop"
            if reason == "load" || reason == "unload" {
                throw ChatError(.upstreamFailure, "the upstream gave no answer: \(reason)", code: reason)
            }
            piece.finishReason = reason == "length" ? .length : .stop
            piece.usage = usage(in: body)
        }
        return piece
    }

    private static func read(
        _ message: JSONValue, into piece: inout StreamPiece, memory: inout StreamMemory, received: ReceivedJSON
    ) throws(ChatError) {
        guard message.objectValue != nil else { throw received.invalid("message", expected: "a mapping") }
        if let text = message["thinking"]?.stringValue, !text.isEmpty { piece.deltas.append(.reasoning(text)) }
        if let content = message.present("content") {
            guard let text = content.stringValue else {
                throw received.invalid("message.content", expected: "a string")
            }
            piece.holdsContent = true
            if !text.isEmpty { piece.deltas.append(.text(text)) }
        } else if !piece.isEnd, message["content"] == .null, piece.deltas.isEmpty, message["tool_calls"] == nil {
            // A line whose text is null, and that says nothing else, is a piece that was lost.
            throw received.invalid("message.content", expected: "a string")
        }
        for (index, call) in (message["tool_calls"]?.arrayValue ?? []).enumerated() {
            guard let name = call["function"]?["name"]?.stringValue else {
                throw received.invalid("message.tool_calls[\(index)].function.name", expected: "a string")
            }
            let arguments = call["function"]?["arguments"] ?? .object([])
            let id = call["id"]?.stringValue ?? "call_\(memory.calls)"
            piece.deltas.append(.toolCall(index: memory.calls, id: id, name: name, arguments: arguments.text))
            memory.calls += 1
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
