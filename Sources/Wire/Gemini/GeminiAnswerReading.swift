public import Chat

extension Gemini {
    /// Reads the body of a full answer; the first candidate is the answer.
    /// - Throws: `ChatError.invalidResponse` with the start of the body for whatever cannot be read as an answer,
    ///   `.refused` where the prompt was blocked or the vendor's filter left no text, or what an error in the body
    ///   says.
    public static func readReply(
        _ bytes: [UInt8], model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        var memory = StreamMemory()
        let piece = try piece(of: received, memory: &memory, secrets: secrets)
        var gathered = GatheredReply(model: model)
        gathered.take(piece)
        guard piece.finishReason != nil else {
            throw received.invalid("candidates[0].finishReason", expected: "a string")
        }
        if !piece.holdsContent, piece.finishReason == .stop {
            throw received.invalid("candidates[0].content of the answer is empty")
        }
        var reply = try gathered.reply(isEnded: true)
        if received.warnings.isEmpty { reply.wireBody = WireBody(dialect: .gemini, bytes: bytes) }
        return reply
    }

    /// Reads the data of one event of a stream.
    /// - Parameter memory: how many calls came before.
    /// - Throws: `ChatError.invalidResponse` with the data where it cannot be read, `.refused` where the prompt was
    ///   blocked, or what an error event says.
    public static func readChunk(
        _ data: [UInt8], memory: inout StreamMemory, secrets: Secrets = .none
    ) throws(ChatError) -> StreamPiece {
        try piece(of: try ReceivedJSON(data, secrets: secrets), memory: &memory, secrets: secrets)
    }

    private static func piece(
        of received: ReceivedJSON, memory: inout StreamMemory, secrets: Secrets
    ) throws(ChatError) -> StreamPiece {
        // A streamed error may come as a list of one.
        let body = received.value.arrayValue?.first ?? received.value
        guard body.objectValue != nil else { throw received.invalid("the answer is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw Gemini.error(error, status: nil, secrets: secrets) }
        if let reason = body["promptFeedback"]?.present("blockReason") {
            let reason = secrets.line(reason.stringValue ?? "", limit: 60)
            throw ChatError(.refused, "the provider's filter blocked the prompt: \(reason)", code: reason)
        }
        var piece = StreamPiece(
            model: body["modelVersion"]?.stringValue, usage: body.present("usageMetadata").map(readUsage),
            warnings: received.warnings)
        guard let value = body.present("candidates") else {
            // The usage may come in an event of its own.
            guard piece.usage != nil else { throw received.invalid("candidates", expected: "a list") }
            return piece
        }
        guard let candidates = value.arrayValue else { throw received.invalid("candidates", expected: "a list") }
        guard let candidate = candidates.first(where: { ($0["index"]?.intValue ?? 0) == 0 }) else { return piece }
        guard candidate.objectValue != nil else { throw received.invalid("candidates[0]", expected: "a mapping") }
        let responseID = body["responseId"]?.stringValue
        try read(candidate, responseID: responseID, into: &piece, memory: &memory, received: received)
        guard let told = candidate.present("finishReason") else { return piece }
        guard let spelling = told.stringValue else {
            throw received.invalid("candidates[0].finishReason", expected: "a string")
        }
        let (reason, warnings) = try finishReason(spelling, secrets: secrets)
        piece.finishReason = reason
        piece.warnings += warnings
        return piece
    }

    private static func read(
        _ candidate: JSONValue, responseID: String?, into piece: inout StreamPiece, memory: inout StreamMemory,
        received: ReceivedJSON
    ) throws(ChatError) {
        piece.logprobs = logprobs(candidate["logprobsResult"])
        guard let content = candidate.present("content") else { return }
        guard content.objectValue != nil else { throw received.invalid("candidates[0].content", expected: "a mapping") }
        guard let value = content.present("parts") else { return }
        guard let parts = value.arrayValue else {
            throw received.invalid("candidates[0].content.parts", expected: "a list")
        }
        for (index, part) in parts.enumerated() {
            if let text = part.present("text") {
                guard let text = text.stringValue else {
                    throw received.invalid("candidates[0].content.parts[\(index)].text", expected: "a string")
                }
                let isThought = part["thought"]?.boolValue ?? false
                if !isThought { piece.holdsContent = true }
                if !text.isEmpty { piece.deltas.append(isThought ? .reasoning(text) : .text(text)) }
            }
            // A piece whose text is null is a piece that was lost.
            if part["text"] == .null, part.objectValue?.count == 1 {
                throw received.invalid("candidates[0].content.parts[\(index)].text", expected: "a string")
            }
            guard let call = part.present("functionCall") else { continue }
            guard let name = call["name"]?.stringValue else {
                throw received.invalid("candidates[0].content.parts[\(index)].functionCall.name", expected: "a string")
            }
            let own = call["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            var id = own ?? "call_\(responseID.map { $0 + "_" } ?? "")\(memory.calls)"
            if let signature = part["thoughtSignature"]?.stringValue { id += signatureMark + signature }
            let arguments = call.present("args") ?? .object([])
            piece.holdsContent = true
            piece.deltas.append(.toolCall(index: memory.calls, id: id, name: name, arguments: arguments.text))
            memory.calls += 1
        }
    }

    /// The vendor's log probabilities in OpenAI's shape: chosen tokens, each with the best of its place.
    private static func logprobs(_ result: JSONValue?) -> [JSONValue] {
        let tops = result?["topCandidates"]?.arrayValue ?? []
        return (result?["chosenCandidates"]?.arrayValue ?? []).enumerated().map { index, chosen in
            let best = index < tops.count ? tops[index]["candidates"]?.arrayValue ?? [] : []
            return token(chosen, top: best.map { token($0, top: nil) })
        }
    }

    private static func token(_ candidate: JSONValue, top: [JSONValue]?) -> JSONValue {
        .object([
            "token": candidate["token"] ?? "", "logprob": candidate["logProbability"] ?? 0, "bytes": .null,
            "top_logprobs": top.map { .array($0) },
        ])
    }
}
