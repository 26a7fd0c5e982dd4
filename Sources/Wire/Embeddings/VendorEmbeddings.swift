public import Chat

extension Gemini {
    /// The body of a `batchEmbedContents`. Extra members (`taskType` …) go into the request of each text.
    /// - Throws: `.invalidRequest` for inputs given as tokens.
    public static func printEmbeddings(_ request: EmbeddingRequest, model: String) throws(ChatError) -> [UInt8] {
        let extra = request.extra.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: $0.value) }
        let requests = try request.texts().map { text in
            let own = JSONValue.object([
                "model": .string("models/\(model)"), "content": ["parts": [["text": .string(text)]]],
                "outputDimensionality": request.dimensions.map { .number($0) },
            ])
            return JSONValue.object((own.objectValue ?? []) + extra)
        }
        return JSONValue.object(["requests": .array(requests)]).bytes
    }

    /// Reads the answer to a `batchEmbedContents`; tokens are counted by newer models alone.
    /// - Throws: `ChatError.invalidResponse` for fewer or more vectors than inputs, or vectors of several lengths.
    public static func readEmbeddings(
        _ bytes: [UInt8], count: Int, model: String, secrets: Secrets = .none
    ) throws(ChatError) -> EmbeddingReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let body = received.value
        if let error = body.present("error") { throw Gemini.error(error, status: nil, secrets: secrets) }
        guard let items = body["embeddings"]?.arrayValue, items.count == count else {
            throw received.invalid("embeddings", expected: "a list of \(count)")
        }
        let vectors = try EmbeddingVectors.read(items.map { $0["values"] ?? .null }, received: received)
        let raw = body.present("usageMetadata")
        let usage = OpenAIChat.count(raw?["promptTokenCount"]).flatMap {
            TokenUsage(inputFresh: $0, outputText: 0, raw: raw)
        }
        return EmbeddingReply(vectors: vectors, model: model, usage: usage)
    }
}

extension OllamaChat {
    /// The body of an `/api/embed`.
    /// - Throws: `.invalidRequest` for inputs given as tokens.
    public static func printEmbeddings(_ request: EmbeddingRequest, model: String) throws(ChatError) -> [UInt8] {
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write("input", .array(try request.texts().map { .string($0) }))
        if let dimensions = request.dimensions { out.write("dimensions", .number(dimensions)) }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) { out.writeNew(key, value) }
        return out.finished()
    }

    /// Reads the answer to an `/api/embed`.
    /// - Throws: `ChatError.invalidResponse` for fewer or more vectors than inputs, or vectors of several lengths.
    public static func readEmbeddings(
        _ bytes: [UInt8], count: Int, model: String, secrets: Secrets = .none
    ) throws(ChatError) -> EmbeddingReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let body = received.value
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        guard let items = body["embeddings"]?.arrayValue, items.count == count else {
            throw received.invalid("embeddings", expected: "a list of \(count)")
        }
        let vectors = try EmbeddingVectors.read(items, received: received)
        let usage = OpenAIChat.count(body["prompt_eval_count"]).flatMap {
            TokenUsage(inputFresh: $0, outputText: 0, raw: .object(["prompt_eval_count": .number($0)]))
        }
        return EmbeddingReply(vectors: vectors, model: body["model"]?.stringValue ?? model, usage: usage)
    }
}
