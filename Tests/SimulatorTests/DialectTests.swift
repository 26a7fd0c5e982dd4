import Chat
import Testing

@testable import Simulator

/// What a plain client sees of the dialects besides OpenAI's.
@Suite struct DialectTests {
    static let anthropicBody = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi there"}]"#
    static let geminiBody = #"{"contents":[{"role":"user","parts":[{"text":"hi there"}]}]}"#
    static let ollamaBody = #"{"model":"m:latest","messages":[{"role":"user","content":"hi there"}]"#
    static let version = "anthropic-version: 2023-06-01\r\n"

    @Test func `Anthropic: the events stand in order, each with its name`() async throws {
        try await withSimulator { simulation in
            let answer = await Socket.post(
                Self.anthropicBody + #","stream":true}"#, to: "/v1/messages", port: simulation.port,
                headers: Self.version)
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/event-stream")
            #expect(answer.header("request-id") == "req-sim-1")
            let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(
                names == [
                    "message_start", "content_block_start", "content_block_delta", "content_block_delta",
                    "content_block_stop", "message_delta", "message_stop",
                ])
        }
    }

    @Test func `Anthropic: without a version or without max_tokens a request is refused`() async throws {
        try await withSimulator { simulation in
            let bare = await Socket.post(Self.anthropicBody + "}", to: "/v1/messages", port: simulation.port)
            #expect(bare.status == 400)
            let body = try JSONValue.parse(bare.body)
            #expect(body["type"] == "error" && body["error"]?["type"] == "invalid_request_error")
            #expect(body["error"]?["message"] == "anthropic-version: header is required")
            let boundless = await Socket.post(
                #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, to: "/v1/messages",
                port: simulation.port, headers: Self.version)
            #expect(boundless.text.contains("max_tokens: required"))
        }
    }

    @Test(arguments: ["/v1beta", "/v1"]) func `Gemini: an answer, a stream, and errors with the wait inside`(
        root: String
    ) async throws {
        try await withSimulator("models: {m: {}, busy: {errors: [{kind: rate_limit, retry_after: 21}]}}") {
            simulation in
            let port = simulation.port
            let whole = await Socket.post(Self.geminiBody, to: root + "/models/m:generateContent", port: port)
            let body = try JSONValue.parse(whole.body)
            let candidate = try #require(body["candidates"]?.arrayValue?.first)
            #expect(candidate["content"]?["parts"]?.arrayValue?.first?["text"] == "hi there")
            #expect(candidate["finishReason"] == "STOP" && body["usageMetadata"]?["totalTokenCount"] == 4)
            let stream = await Socket.post(
                Self.geminiBody, to: root + "/models/m:streamGenerateContent?alt=sse", port: port)
            #expect(stream.text.contains("\"STOP\"") && !stream.text.contains("DONE"))
            let busy = await Socket.post(Self.geminiBody, to: root + "/models/busy:generateContent", port: port)
            let error = try JSONValue.parse(busy.body)["error"]
            #expect(busy.status == 429 && busy.header("retry-after") == nil)
            #expect(error?["status"] == "RESOURCE_EXHAUSTED")
            #expect(error?["details"]?.arrayValue?.first?["retryDelay"] == "21s")
            let none = await Socket.post(Self.geminiBody, to: root + "/models/none:generateContent", port: port)
            #expect(none.status == 404)
            #expect(try JSONValue.parse(none.body)["error"]?["status"] == "NOT_FOUND")
        }
    }

    @Test func `Ollama: lines of JSON unless a stream is declined`() async throws {
        try await withSimulator("models: {m: {}, bad: {errors: [{kind: server_error}]}}") { simulation in
            let lines = await Socket.post(Self.ollamaBody + "}", to: "/api/chat", port: simulation.port)
            #expect(lines.header("content-type") == "application/x-ndjson")
            let rows = try lines.text.split(separator: "\n").map { try JSONValue.parse(String($0)) }
            #expect(rows.map { $0["done"]?.boolValue } == [false, false, true])
            #expect(rows.last?["eval_count"] == 2 && rows.last?["done_reason"] == "stop")
            let whole = await Socket.post(
                Self.ollamaBody + #","stream":false}"#, to: "/api/chat", port: simulation.port)
            #expect(try JSONValue.parse(whole.body)["message"]?["content"] == "hi there")
            let bad = await Socket.post(
                #"{"model":"bad","messages":[]}"#, to: "/api/chat", port: simulation.port)
            #expect(bad.status == 500 && bad.text == #"{"error":"simulated 500"}"#)
        }
    }

    @Test func `each vendor lists the models in its own way`() async throws {
        try await withSimulator("models: {m: {}}") { simulation in
            let port = simulation.port
            let openAI = try JSONValue.parse(await Socket.get("/v1/models", port: port).body)
            #expect(openAI["data"]?.arrayValue?.first?["id"] == "m")
            let gemini = try JSONValue.parse(await Socket.get("/v1beta/models", port: port).body)
            #expect(gemini["models"]?.arrayValue?.first?["name"] == "models/m")
            let ollama = try JSONValue.parse(await Socket.get("/api/tags", port: port).body)
            #expect(ollama["models"]?.arrayValue?.first?["name"] == "m:latest")
            let request = "GET /v1/models HTTP/1.1\r\nhost: t\r\n\(Self.version)connection: close\r\n\r\n"
            let anthropic = try JSONValue.parse(await Socket.send(request, port: port).body)
            #expect(anthropic["data"]?.arrayValue?.first?["type"] == "model" && anthropic["has_more"] == false)
            #expect(await Socket.get("/", port: port).text == "Ollama is running")
            let wrong = await Socket.get("/api/chat", port: port)
            #expect(wrong.status == 405)
        }
    }

    @Test func `embeddings come as numbers or in base64`() async throws {
        try await withSimulator { simulation in
            let body = #"{"model":"m","input":["a","b"],"dimensions":4"#
            let floats = await Socket.post(body + "}", to: "/v1/embeddings", port: simulation.port)
            let data = try JSONValue.parse(floats.body)["data"]?.arrayValue
            #expect(data?.first?["embedding"]?.arrayValue?.count == 4)
            let packed = await Socket.post(
                body + #","encoding_format":"base64"}"#, to: "/v1/embeddings", port: simulation.port)
            let text = try JSONValue.parse(packed.body)["data"]?.arrayValue?.first?["embedding"]?.stringValue
            // Four numbers of four bytes each.
            #expect(text?.count == 24)
            let none = await Socket.post(#"{"model":"m","input":["a"],"dimensions":9000}"#, to: "/v1/embeddings",
                port: simulation.port)
            #expect(none.status == 400)
        }
    }
}
