import Chat
import Hummingbird
import Wire

/// `/api/proxy/query`, in the form of NeuralBridge: one question, one answer, and a session that remembers both.
///
/// Streamed, the answer is server-sent events named as those of the WebSocket: `stream_start`, a `stream_token` for
/// each piece, and `stream_complete` with the body of a whole answer, or `stream_error`.
enum ProxySurface: Surface {
    static let idPrefix = "ans_"

    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8] {
        answer(reply, asked, elapsed: reply.timing.total ?? .zero).bytes
    }

    static func print(_ reply: ChatReply, id: String, asked: Asked, trace: Trace) -> [UInt8] {
        answer(reply, asked, elapsed: .now - trace.start).bytes
    }

    /// A whole answer.
    static func answer(_ reply: ChatReply, _ asked: Asked, elapsed: Duration) -> JSONValue {
        let milliseconds = (elapsed.milliseconds * 1000).rounded() / 1000
        return [
            "success": true, "response": .string(reply.text),
            "metadata": [
                "source": .string(source(of: reply)),
                "confidence_score": reply.confidence.map { JSONValue.number($0) } ?? .null,
                "processing_time_ms": .number(milliseconds), "rag_context_used": .bool(!reply.citations.isEmpty),
                "model_used": .string(reply.model),
            ],
            "session_id": asked.echo,
        ]
    }

    /// "cache", "llm" or "api_b": whatever else answers stands in for a model here.
    private static func source(of reply: ChatReply) -> String {
        switch reply.source {
        case .cache, .fallback: reply.source.rawValue
        case .model, .recorded, .baseline: ChatReply.Source.model.rawValue
        }
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        error(refusal, requestID: requestID).bytes
    }

    /// The body of an error; `details` has our own code, where there is a finer one, and the request's id.
    static func error(_ refusal: Refusal, requestID: String) -> JSONValue {
        let code = code(of: refusal)
        return [
            "success": false, "error": .string(code), "message": .string(refusal.message),
            "details": .object([
                "code": refusal.code == code ? nil : refusal.code.map { .string($0) },
                "request_id": .string(requestID), "status": .number(refusal.status),
            ]),
        ]
    }

    /// One of the codes that NeuralBridge's clients know.
    private static func code(of refusal: Refusal) -> String {
        switch refusal.status {
        case 401, 403: "unauthorized"
        case 422: "validation_failed"
        case 429: "rate_limited"
        case 502, 503, 504, 529: "service_unavailable"
        case 400..<499: refusal.code == "content_filter" ? "validation_failed" : "invalid_params"
        default: "processing_failed"
        }
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter { Printer(asked: asked) }

    private struct Printer: StreamPrinter {
        let asked: Asked
        let begin = ContinuousClock.now
        var hasBegun = false

        mutating func delta(_ delta: Delta) -> [UInt8] {
            // Thoughts and calls have no event of their own.
            guard case .text(let text) = delta.kind else { return start() }
            return start() + event("stream_token", ["token": .string(text)])
        }

        mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8] {
            var members = answer(reply, asked, elapsed: .now - begin).objectValue ?? []
            members.append(.init(key: "nexus", value: facts.json))
            return start() + event("stream_complete", .object(members))
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            start() + event("stream_error", error(refusal, requestID: requestID))
        }

        private mutating func start() -> [UInt8] {
            guard !hasBegun else { return [] }
            hasBegun = true
            return event("stream_start", ["session_id": asked.echo])
        }

        private func event(_ name: String, _ data: JSONValue) -> [UInt8] {
            ServerSentEvents.print(data: data.bytes, name: name)
        }
    }
}

extension Exchange {
    /// Answers `POST /api/proxy/query`, whole or streamed.
    func query() async -> Response {
        do throws(ChatError) {
            let query = try ProxyQuery(try await body())
            var own = self
            own.session = query.session
            own.beginsSession = query.beginsSession
            own.books.session = query.session
            return await own.response(ProxySurface.self, to: try query.asked(catalog))
        } catch {
            return refusal(error, ProxySurface.self)
        }
    }
}
