import Chat
import Wire

/// Google's `generateContent`, `streamGenerateContent?alt=sse`, `embedContent` and `batchEmbedContents`.
///
/// Written from Google AI for Developers, Gemini API reference, and apart from the client's reading of the dialect, so
/// that one checks the other. Members are taken in camel and in snake case, as Google's own clients mix them.
struct GeminiDialect: Dialect {
    let idPrefix = ""
    let answerKeys = ["candidates"]
    let absurdUsage: [String: JSONValue] = [
        "usageMetadata": [
            "promptTokenCount": .number("1000000000000000000"), "candidatesTokenCount": .number(-5),
            "totalTokenCount": .number("1e400"),
        ]
    ]

    /// - Parameter model: as the address has it.
    static func read(_ body: [UInt8], model: String, isStream: Bool) throws(ChatError) -> Asked {
        let body = try document(body)
        guard let contents = body["contents"]?.arrayValue, !contents.isEmpty else {
            throw ChatError(.invalidRequest, "contents is not specified")
        }
        let system = body.either("systemInstruction", "system_instruction").map { [$0] } ?? []
        let config = body.either("generationConfig", "generation_config")
        let prompt = contents.last { ($0["role"]?.stringValue ?? "user") == "user" }.map(text) ?? ""
        return Asked(
            model: model, prompt: prompt, isStream: isStream,
            inputTokens: (system + contents).reduce(0) { $0 + TokenPieces.count(text($1)) },
            maxTokens: config?.either("maxOutputTokens", "max_output_tokens")?.intValue, tool: demandedTool(body))
    }

    /// Reads a request for one vector or for many.
    static func readEmbeddings(_ body: [UInt8], model: String, isBatch: Bool) throws(ChatError) -> Asked {
        let body = try document(body)
        let requests = isBatch ? body["requests"]?.arrayValue ?? [] : [body]
        let texts = requests.compactMap { $0["content"].map(text) }
        let dimensions = requests.first?.either("outputDimensionality", "output_dimensionality")?.intValue
        let vectors = Asked.Vectors(
            texts: texts, dimensions: dimensions ?? 64, key: isBatch ? "embeddings" : "embedding"
        ) { vectors, _, _ in
            let values: [JSONValue] = vectors.map { vector in
                ["values": .array(vector.map { .number(Double($0)) })]
            }
            let body: JSONValue =
                isBatch ? ["embeddings": .array(values)] : ["embedding": values.first ?? .null]
            return body.bytes
        }
        return try Asked(embedding: vectors, model: model)
    }

    private static func document(_ bytes: [UInt8]) throws(ChatError) -> JSONValue {
        guard let body = try? JSONValue.parse(bytes), body.objectValue != nil else {
            throw ChatError(.invalidRequest, "Invalid JSON payload received")
        }
        return body
    }

    private static func text(_ content: JSONValue) -> String {
        (content["parts"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined(separator: "\n")
    }

    private static func demandedTool(_ body: JSONValue) -> String? {
        let config = body.either("toolConfig", "tool_config")?
            .either("functionCallingConfig", "function_calling_config")
        guard config?["mode"]?.stringValue == "ANY" else { return nil }
        let allowed = config?.either("allowedFunctionNames", "allowed_function_names")?.arrayValue?.first?.stringValue
        let declared = (body["tools"]?.arrayValue ?? [])
            .flatMap { $0.either("functionDeclarations", "function_declarations")?.arrayValue ?? [] }
        return allowed ?? declared.first?["name"]?.stringValue
    }

    func reply(_ reply: ChatReply, id: String, created: Int) -> [UInt8] {
        let call = reply.toolCalls.first?["function"]
        let part = call.map {
            GeminiDialect.call($0["name"]?.stringValue ?? "", $0["arguments"]?.stringValue ?? "")
        }
        return GeminiDialect.answer(
            part ?? ["text": .string(reply.text)], reply.finishReason, reply.usage, model: reply.model, id: id)
    }

    func printer(_ asked: Asked, id: String, created: Int) -> any EventPrinter {
        Printer(model: asked.model, id: id)
    }

    /// The vendor has no header for how long to wait; it says so in the body.
    func retryAfterHeader(_ error: ErrorAnswer) -> String? { nil }

    func error(_ error: ErrorAnswer, requestID: String) -> [UInt8] {
        var details: [JSONValue] = []
        if let wait = error.retryAfter {
            let delay = Double(wait) == nil ? wait : wait + "s"
            details.append([
                "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string(delay),
            ])
        }
        return JSONValue.object([
            "error": .object([
                "code": .number(error.status), "message": .string(error.message),
                "status": .string(GeminiDialect.statusName(error.status)),
                "details": details.isEmpty ? nil : .array(details),
            ])
        ]).bytes
    }

    /// The name of google.rpc.Code that belongs to a status.
    private static func statusName(_ status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 409: "ABORTED"
        case 429: "RESOURCE_EXHAUSTED"
        case 499: "CANCELLED"
        case 500: "INTERNAL"
        case 504: "DEADLINE_EXCEEDED"
        case 501...: "UNAVAILABLE"
        default: "INVALID_ARGUMENT"
        }
    }

    private static func call(_ name: String, _ arguments: String) -> JSONValue {
        let arguments = (try? JSONValue.parse(arguments)) ?? .object([])
        return ["functionCall": ["name": .string(name), "args": arguments]]
    }

    /// One answer or event.
    private static func answer(
        _ part: JSONValue, _ reason: ChatReply.FinishReason?, _ usage: TokenUsage?, model: String, id: String
    ) -> [UInt8] {
        let spelling = reason.map { JSONValue.string($0 == .length ? "MAX_TOKENS" : "STOP") }
        return JSONValue.object([
            "candidates": [
                .object([
                    "content": ["parts": [part], "role": "model"], "finishReason": spelling, "index": 0,
                ])
            ],
            "usageMetadata": usage.map { usage in
                [
                    "promptTokenCount": .number(usage.input), "candidatesTokenCount": .number(usage.output),
                    "totalTokenCount": .number(usage.input + usage.output),
                ]
            },
            "modelVersion": .string(model), "responseId": .string(id),
        ]).bytes
    }

    private struct Printer: EventPrinter {
        let model: String
        let id: String
        /// The call so far; it stands whole in the last event.
        var name: String?
        var arguments = ""

        func start() -> [ServerSentEvents.Event] { [] }

        mutating func piece(_ kind: Delta.Kind) -> [ServerSentEvents.Event] {
            switch kind {
            case .text(let text), .reasoning(let text):
                return [.init(data: answer(["text": .string(text)], nil, nil, model: model, id: id))]
            case .toolCall(_, _, let name, let arguments):
                self.name = self.name ?? name
                self.arguments += arguments
                return []
            }
        }

        func ending(_ reason: ChatReply.FinishReason, usage: TokenUsage?) -> [ServerSentEvents.Event] {
            let part: JSONValue = name.map { call($0, arguments) } ?? ["text": ""]
            return [.init(data: answer(part, reason, usage, model: model, id: id))]
        }
    }
}

extension JSONValue {
    /// The member of one of two spellings.
    fileprivate func either(_ camel: String, _ snake: String) -> JSONValue? { self[camel] ?? self[snake] }
}
