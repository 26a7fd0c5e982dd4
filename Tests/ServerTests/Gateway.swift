import Chat
import CurlTransport
import Gateway
import HTTPServing
import Providers
import Server
import Telemetry

/// One scripted model behind a gateway on a real socket.
struct Gateway: Sendable {
    let port: Int
    let loop: CurlLoop

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var json: JSONValue? { try? JSONValue.parse(text) }
        /// The data of each event, in order.
        var events: [String] {
            text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        }
        /// The names of the events that have one.
        var names: [String] {
            text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        }
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(HTTPRequest(url: "http://127.0.0.1:\(port)\(path)", headers: headers))
    }

    func delete(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(HTTPRequest(url: "http://127.0.0.1:\(port)\(path)", method: "DELETE", headers: headers))
    }

    func query(_ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await post("/api/proxy/query", body, headers: headers)
    }

    func post(_ path: String, _ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(
            HTTPRequest(
                url: "http://127.0.0.1:\(port)\(path)", method: "POST",
                headers: headers + [("Content-Type", "application/json")], body: Array(body.utf8)))
    }

    func chat(stream: Bool = false, model: String = "m", extra: String = "") async throws -> Answer {
        try await post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"stream":\#(stream)\#(extra)}"#)
    }

    func message(stream: Bool = false) async throws -> Answer {
        try await post(
            "/v1/messages",
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"stream":\#(stream)}"#)
    }

    private func send(_ request: HTTPRequest) async throws -> Answer {
        let response = try await loop.exchange(request)
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: response.status, headers: response.headers, text: String(decoding: bytes, as: UTF8.self))
    }
}

/// A catalog with the one model `m`, which is also the standard one and all of the provider `openai`'s.
private struct OneModel: ModelCatalog {
    let model: any ChatModel
    let embeddings: (any EmbeddingModel)?
    let counter: TokenCounter?
    let stages: PipelineStages?
    var names: [String] { ["m"] }

    func model(named name: String) throws(ChatError) -> any ChatModel {
        guard name == "m" || name == "default" || name.hasPrefix("openai/") else {
            throw ChatError(.notFound, "there is no model '\(name)'")
        }
        return model
    }

    func embeddings(named name: String) throws(ChatError) -> any EmbeddingModel {
        guard name == "m", let embeddings else { throw ChatError(.notFound, "there is no model '\(name)'") }
        return embeddings
    }

    func tokenCounter(named name: String) throws(ChatError) -> TokenCounter? {
        _ = try model(named: name)
        return counter
    }

    func guarded(
        _ request: ChatRequest, pipeline: String?, context: CallContext
    ) async throws(ChatError) -> ChatRequest {
        try await stages?.guarded(request, context: context) ?? request
    }
}

/// Runs `body` with a gateway on a free port, and stops it behind.
func withGateway<Result: Sendable>(
    _ model: any ChatModel, embeddings: (any EmbeddingModel)? = nil, counter: TokenCounter? = nil,
    guards stages: PipelineStages? = nil,
    options: ServerOptions = ServerOptions(port: 0), telemetry: GatewayTelemetry = GatewayTelemetry(),
    parts: GatewayParts = GatewayParts(), _ body: (Gateway) async throws -> Result
) async throws -> Result {
    let catalog = OneModel(model: model, embeddings: embeddings, counter: counter, stages: stages)
    let server = GatewayServer(options: options, catalog: catalog, telemetry: telemetry, parts: parts)
    let loop = try CurlLoop(userAgent: "test")
    return try await whileServing({ try await server.run(onReady: $0) }) { port in
        try await body(Gateway(port: port, loop: loop))
    }
}

/// Answers in pieces, then ends as told.
struct InPieces: ChatModel {
    var pieces: [String]
    var pause: Duration = .zero
    var failure: ChatError?
    /// Told when a call was cancelled.
    var onCancel: @Sendable () -> Void = {}

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        for piece in pieces {
            do { try await Task.sleep(for: pause) } catch {
                onCancel()
                throw ChatError(.cancelled, "cancelled")
            }
            try await call.onDelta?(.text(piece, receivedAt: .now))
        }
        if let failure { throw failure }
        let usage = TokenUsage(inputFresh: 3, cacheRead: 0, outputText: 5)
        return ChatReply(text: pieces.joined(), model: "upstream-1", usage: usage)
    }
}
