import Chat
import Wire

/// OpenAI's, and of all that speak like it: `/v1/chat/completions` and `/v1/embeddings`.
struct OpenAIDialect: Dialect {
    let idPrefix = "chatcmpl-"
    let answerKeys = ["choices"]
    let hasEndMark = true
    let absurdUsage: [String: JSONValue] = [
        "usage": [
            "prompt_tokens": .number("1000000000000000000"), "completion_tokens": .number(-5),
            "total_tokens": .number("1e400"),
        ]
    ]

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        let received = try OpenAIChat.readRequest(body)
        return Asked(received.request, includesUsage: received.includesUsage)
    }

    static func readEmbeddings(_ body: [UInt8]) throws(ChatError) -> Asked {
        let received = try OpenAIEmbeddings.readRequest(body)
        let texts = received.request.inputs.map { input in
            switch input {
            case .text(let text): text
            case .tokens(let tokens): tokens.map { String($0) }.joined(separator: " ")
            }
        }
        // The second spelling is Mistral's.
        let dimensions = received.request.dimensions ?? received.request.extra["output_dimension"]?.intValue
        let model = received.request.model, usesBase64 = received.usesBase64
        let vectors = Asked.Vectors(
            texts: texts, dimensions: dimensions ?? 64, key: "data"
        ) { vectors, tokens, id in
            let reply = EmbeddingReply(
                vectors: vectors, model: model, usage: TokenUsage(inputFresh: tokens, outputText: 0))
            let body = OpenAIEmbeddings.printReply(reply, model: model, usesBase64: usesBase64)
            // Mistral's client wants an id here too.
            return Array("{\"id\":\"\(id)\",".utf8) + body.dropFirst()
        }
        return try Asked(embedding: vectors, model: model)
    }

    func reply(_ reply: ChatReply, id: String, created: Int) -> [UInt8] {
        OpenAIChat.printReply(reply, id: id, created: created)
    }

    func printer(_ asked: Asked, id: String, created: Int) -> any EventPrinter {
        let chunks = OpenAIChat.ChunkPrinter(
            id: id, created: created, model: asked.model, includesUsage: asked.includesUsage)
        return Printer(chunks: chunks, includesUsage: asked.includesUsage)
    }

    func error(_ error: ErrorAnswer, requestID: String) -> [UInt8] {
        OpenAIChat.printError(message: error.message, type: error.type, code: error.code)
    }

    private struct Printer: EventPrinter {
        let chunks: OpenAIChat.ChunkPrinter
        let includesUsage: Bool

        func start() -> [ServerSentEvents.Event] { [.init(data: chunks.role())] }

        func piece(_ kind: Delta.Kind) -> [ServerSentEvents.Event] { [.init(data: chunks.delta(kind))] }

        func ending(_ reason: ChatReply.FinishReason, usage: TokenUsage?) -> [ServerSentEvents.Event] {
            var events = [chunks.finish(reason)]
            if includesUsage, let usage { events.append(chunks.usage(usage)) }
            return (events + [OpenAIChat.doneData]).map { .init(data: $0) }
        }
    }
}
