import Chat
import Foundation
import Wire

/// Ollama's `/api/chat`, as lines of JSON unless `stream` is false, and `/api/embed`.
///
/// Source: Ollama, API documentation, "Generate a chat completion" and "Generate Embeddings".
struct OllamaDialect: Dialect {
    let idPrefix = ""
    let streamType = "application/x-ndjson"
    let answerKeys = ["message"]
    let absurdUsage: [String: JSONValue] = [
        "prompt_eval_count": .number("1000000000000000000"), "eval_count": .number(-5),
    ]

    static func read(_ body: [UInt8]) throws(ChatError) -> Asked {
        let body = try document(body)
        let messages = body["messages"]?.arrayValue ?? []
        let texts = messages.map { $0["content"]?.stringValue ?? "" }
        let last = messages.lastIndex { $0["role"]?.stringValue == "user" }
        return Asked(
            model: try model(body), prompt: last.map { texts[$0] } ?? "", isStream: body["stream"]?.boolValue ?? true,
            inputTokens: texts.reduce(0) { $0 + TokenPieces.count($1) },
            maxTokens: body["options"]?["num_predict"]?.intValue.flatMap { $0 < 0 ? nil : $0 })
    }

    static func readEmbeddings(_ body: [UInt8]) throws(ChatError) -> Asked {
        let body = try document(body)
        let input = body["input"] ?? .null
        let texts = input.stringValue.map { [$0] } ?? (input.arrayValue ?? []).compactMap(\.stringValue)
        let model = try model(body)
        let vectors = Asked.Vectors(
            texts: texts, dimensions: body["dimensions"]?.intValue ?? 64, key: "embeddings"
        ) { vectors, tokens, _ in
            let values = vectors.map { vector in JSONValue.array(vector.map { .number(Double($0)) }) }
            let reply: JSONValue = [
                "model": .string(model), "embeddings": .array(values), "total_duration": 1_000_000,
                "load_duration": 1000, "prompt_eval_count": .number(tokens),
            ]
            return reply.bytes
        }
        return try Asked(embedding: vectors, model: model)
    }

    private static func document(_ bytes: [UInt8]) throws(ChatError) -> JSONValue {
        guard let body = try? JSONValue.parse(bytes), body.objectValue != nil else {
            throw ChatError(.invalidRequest, "the body is not a JSON mapping")
        }
        return body
    }

    /// A name without a tag means `:latest`, and the script's names have none.
    private static func model(_ body: JSONValue) throws(ChatError) -> String {
        guard let name = body["model"]?.stringValue, !name.isEmpty else {
            throw ChatError(.invalidRequest, "model is required")
        }
        return name.hasSuffix(":latest") ? String(name.dropLast(7)) : name
    }

    func reply(_ reply: ChatReply, id: String, created: Int) -> [UInt8] {
        OllamaDialect.line(reply.text, reply.model, created, (reply.finishReason, reply.usage))
    }

    func printer(_ asked: Asked, id: String, created: Int) -> any EventPrinter {
        Printer(model: asked.model, created: created)
    }

    func frame(_ event: ServerSentEvents.Event) -> [UInt8] { event.data + [UInt8(ascii: "\n")] }

    func error(_ error: ErrorAnswer, requestID: String) -> [UInt8] {
        JSONValue.object(["error": .string(error.message)]).bytes
    }

    /// One line; the last has an end with the reason and the counts. Durations are nanoseconds.
    private static func line(
        _ text: String, _ model: String, _ created: Int, _ end: (ChatReply.FinishReason, TokenUsage?)?
    ) -> [UInt8] {
        let created = Date(timeIntervalSince1970: Double(created)).formatted(.iso8601)
        var members = JSONValue.object([
            "model": .string(model), "created_at": .string(created),
            "message": ["role": "assistant", "content": .string(text)], "done": .bool(end != nil),
        ]).objectValue ?? []
        if let (reason, usage) = end {
            let tail = JSONValue.object([
                "done_reason": reason == .length ? "length" : "stop", "total_duration": 2_000_000,
                "load_duration": 1000, "prompt_eval_count": usage.map { .number($0.input) },
                "prompt_eval_duration": 1_000_000, "eval_count": usage.map { .number($0.output) },
                "eval_duration": 1_000_000,
            ])
            members += tail.objectValue ?? []
        }
        return JSONValue.object(members).bytes
    }

    private struct Printer: EventPrinter {
        let model: String
        let created: Int

        func start() -> [ServerSentEvents.Event] { [] }

        func piece(_ kind: Delta.Kind) -> [ServerSentEvents.Event] {
            guard case .text(let text) = kind else { return [] }
            return [.init(data: line(text, model, created, nil))]
        }

        func ending(_ reason: ChatReply.FinishReason, usage: TokenUsage?) -> [ServerSentEvents.Event] {
            [.init(data: line("", model, created, (reason, usage)))]
        }
    }
}
