public import Chat

/// OpenAI's embeddings on the wire, both ways; Mistral and most hosts speak it too.
///
/// Source: OpenAI, API reference, Embeddings, and the official Python SDK, which asks for base64 by itself.
public enum OpenAIEmbeddings {
    /// A request as a client sent it.
    public struct ReceivedRequest: Sendable {
        public var request: EmbeddingRequest
        /// Whether vectors shall be printed as base64 of little-endian 32-bit floats.
        public var usesBase64: Bool
    }

    /// The body of a request.
    /// - Parameters:
    ///   - model: the model's name at the vendor.
    ///   - dimensionsKey: the member for the vectors' length: `output_dimension` at Mistral.
    ///   - asksForBase64: whether to ask for base64, which is a quarter of the size; not every host knows it.
    public static func printRequest(
        _ request: EmbeddingRequest, model: String, dimensionsKey: String = "dimensions", asksForBase64: Bool = false
    ) -> [UInt8] {
        var out = ObjectWriter()
        out.write("model", .string(model))
        out.write(
            "input",
            .array(
                request.inputs.map { input in
                    switch input {
                    case .text(let text): .string(text)
                    case .tokens(let tokens): .array(tokens.map { .number($0) })
                    }
                }))
        if let dimensions = request.dimensions { out.write(dimensionsKey, .number(dimensions)) }
        if asksForBase64 { out.write("encoding_format", "base64") }
        for (key, value) in request.extra.sorted(by: { $0.key < $1.key }) { out.writeNew(key, value) }
        return out.finished()
    }

    /// Reads the vectors, floats or base64, in the order of their indices.
    /// - Parameter count: how many inputs were sent.
    /// - Throws: `ChatError.invalidResponse` for fewer or more vectors, or vectors of several lengths.
    public static func readReply(
        _ bytes: [UInt8], count: Int, model: String, secrets: Secrets = .none
    ) throws(ChatError) -> EmbeddingReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let body = received.value
        if let error = body.present("error") { throw OpenAIChat.error(error, status: nil, secrets: secrets) }
        guard let items = body["data"]?.arrayValue else { throw received.invalid("data", expected: "a list") }
        let places = items.enumerated().map { $0.element["index"]?.intValue ?? $0.offset }
        var values: [JSONValue] = Array(repeating: .null, count: count)
        for (item, place) in zip(items, places) where (0..<count).contains(place) {
            values[place] = item["embedding"] ?? .null
        }
        guard items.count == count else { throw received.invalid("data", expected: "a list of \(count)") }
        let vectors = try EmbeddingVectors.read(values, received: received)
        return EmbeddingReply(
            vectors: vectors, model: body["model"]?.stringValue ?? model, usage: usage(in: body["usage"]))
    }

    private static func usage(in raw: JSONValue?) -> TokenUsage? {
        guard let raw, let tokens = OpenAIChat.count(raw["prompt_tokens"] ?? raw["total_tokens"]) else { return nil }
        return TokenUsage(inputFresh: tokens, outputText: 0, raw: raw)
    }

    /// Reads the body of a request.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readRequest(_ bytes: [UInt8]) throws(ChatError) -> ReceivedRequest {
        let reader = try RequestReader(bytes)
        let model = try reader.requiredText("model")
        let format = try reader.text("encoding_format") ?? "float"
        guard format == "float" || format == "base64" else {
            throw ChatError(.invalidRequest, "encoding_format: must be float or base64")
        }
        let dimensions = try reader.integer("dimensions")
        if let dimensions, dimensions < 1 {
            throw ChatError(.invalidRequest, "dimensions: must be at least 1, found \(dimensions)")
        }
        let request = EmbeddingRequest(
            model: model, inputs: try reader.inputs(), dimensions: dimensions,
            extra: reader.extra(besides: ["model", "input", "encoding_format", "dimensions"]))
        return ReceivedRequest(request: request, usesBase64: format == "base64")
    }

    /// The body of an answer. Tokens that nobody counted are told as 0, as the dialect knows no unknown.
    public static func printReply(_ reply: EmbeddingReply, model: String, usesBase64: Bool) -> [UInt8] {
        var out = ObjectWriter()
        out.write("object", "list")
        out.write("data") { bytes in
            bytes.append(UInt8(ascii: "["))
            for (index, vector) in reply.vectors.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: #"{"object":"embedding","index":\#(index),"embedding":"#.utf8)
                EmbeddingVectors.write(vector, usesBase64: usesBase64, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(UInt8(ascii: "]"))
        }
        out.write("model", .string(model))
        let tokens = JSONValue.number(reply.usage?.input ?? 0)
        out.write("usage", ["prompt_tokens": tokens, "total_tokens": tokens])
        return out.finished()
    }
}

extension RequestReader {
    fileprivate func inputs() throws(ChatError) -> [EmbeddingRequest.Input] {
        guard let value = body.present("input") else { throw ChatError(.invalidRequest, "input: required") }
        if let text = value.stringValue { return [.text(text)] }
        guard let items = value.arrayValue, !items.isEmpty else {
            throw wrong("input", "a string or a list that is not empty", value)
        }
        // A bare list of numbers is one text as tokens.
        if items[0].intValue != nil { return [.tokens(try tokens(value, at: "input"))] }
        var inputs: [EmbeddingRequest.Input] = []
        for (index, item) in items.enumerated() {
            if let text = item.stringValue {
                inputs.append(.text(text))
            } else {
                inputs.append(.tokens(try tokens(item, at: "input[\(index)]")))
            }
        }
        return inputs
    }

    private func tokens(_ value: JSONValue, at path: String) throws(ChatError) -> [Int] {
        let tokens = value.arrayValue?.compactMap(\.intValue)
        guard let tokens, tokens.count == value.arrayValue?.count, !tokens.isEmpty else {
            throw wrong(path, "a string or a list of tokens", value)
        }
        return tokens
    }
}
