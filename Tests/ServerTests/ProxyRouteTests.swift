import Chat
import CurlTransport
import Providers
import Telemetry
import Testing

@testable import Server

@Suite struct ProxyRouteTests {
    /// The bodies of NeuralBridge's README.
    static let examples = [
        """
        {
            "query": "Explique machine learning",
            "session_id": "minha_sessao_123"
          }
        """,
        """
        {
            "query": "Explique machine learning",
            "session_id": "minha_sessao_123",
            "provider": "openai",
            "model": "gpt-4"
          }
        """,
    ]

    @Test(arguments: examples) func `NeuralBridge's own examples are answered in its form`(_ body: String) async throws {
        let rows = Locked<[InferenceRecord]>([])
        let telemetry = GatewayTelemetry(writeRow: { row in rows.withLock { $0.append(row) } })
        let model = Scripted([.text("Aprender com dados.", usage: nil, cost: NanoUSD(1_500))])
        try await withGateway(model, telemetry: telemetry) { gateway in
            let answer = try await gateway.query(body)
            #expect(answer.status == 200)
            let json = try #require(answer.json)
            #expect(json.objectValue?.map(\.key) == ["success", "response", "metadata", "session_id"])
            #expect(json["success"] == true && json["response"] == "Aprender com dados.")
            #expect(json["session_id"] == "minha_sessao_123")
            let metadata = try #require(json["metadata"])
            #expect(
                metadata.objectValue?.map(\.key) == [
                    "source", "confidence_score", "processing_time_ms", "rag_context_used", "model_used",
                ])
            #expect(metadata["source"] == "llm" && metadata["model_used"] == "scripted")
            #expect(metadata["processing_time_ms"]?.doubleValue.map { $0 >= 0 } == true)
            // What every other route says of an answer is said of this one.
            #expect(answer.headers["x-nexus-source"] == "llm" && answer.headers["x-nexus-cache"] == "off")
            #expect(answer.headers["x-nexus-cost-usd"].flatMap(Double.init) == 0.0000015)
            #expect(answer.headers["x-request-id"]?.hasPrefix("req_") == true)
            #expect(answer.headers["x-nexus-overhead-ms"] != nil)
            let row = try #require(rows.withLock { $0 }.first)
            #expect(row.route == "/api/proxy/query" && row.session == "minha_sessao_123" && row.status == 200)
            let metrics = try await gateway.get("/api/admin/metrics")
            #expect(metrics.text.contains(#"nexus_requests_total{route="/api/proxy/query",result="ok""#))
        }
        let asked = try #require(model.calls.first)
        #expect(asked.request.model == (body.contains("gpt-4") ? "openai/gpt-4" : "default"))
        #expect(asked.request.messages == [Message(.user, "Explique machine learning")])
        #expect(asked.context.session == "minha_sessao_123")
    }

    @Test func `a session remembers, a session without a name gets one of 128 bits`() async throws {
        let shelf = try Conversations()
        let parts = GatewayParts(conversations: shelf)
        try await withGateway(shelf.remembering(Telling()), parts: parts) { gateway in
            let first = try await gateway.query(#"{"query":"one","user_id":"u1","temperature":0.5}"#)
            let id = try #require(first.json?["session_id"]?.stringValue)
            #expect(id.wholeMatch(of: /ses_[0-9a-f]{32}/) != nil)
            let second = try await gateway.query(#"{"query":"two","session_id":"\#(id)"}"#)
            #expect(second.json?["response"] == "[one|[one]|two]")
            let summary = try #require(try await gateway.get("/api/conversations/\(id)").json)
            #expect(summary["turns"] == 2 && summary["message_count"] == 4 && summary["session_id"] == .string(id))
            let history = try await gateway.get("/api/conversations/\(id)/history")
            let messages = try #require(history.json?["history"]?.arrayValue)
            #expect(messages.compactMap { $0["role"]?.stringValue } == ["user", "assistant", "user", "assistant"])
            #expect(messages[2]["content"] == "two" && messages[3]["content"] == "[one|[one]|two]")
            #expect(messages[3]["model"] == "teller" && messages[3]["timestamp"]?.stringValue?.hasSuffix("Z") == true)
            #expect(try await gateway.get("/api/proxy/stats").json?["conversations"] == ["active": 1, "turns": 2])
            #expect(try await gateway.delete("/api/conversations/\(id)").json?["deleted"] == true)
            #expect(try await gateway.delete("/api/conversations/\(id)").status == 404)
            #expect(try await gateway.query(#"{"query":"new","session_id":"\#(id)"}"#).json?["response"] == "[new]")
        }
    }

    @Test func `another key's conversation is not found, whatever is asked of it`() async throws {
        let shelf = try Conversations()
        let options = ServerOptions(port: 0, keys: ["sesame", "tree"])
        let parts = GatewayParts(conversations: shelf)
        try await withGateway(shelf.remembering(Telling()), options: options, parts: parts) { gateway in
            let mine = [("Authorization", "Bearer sesame")], other = [("x-api-key", "tree")]
            let body = #"{"query":"secret","session_id":"shared"}"#
            #expect(try await gateway.query(body, headers: mine).status == 200)
            for path in ["/api/conversations/shared", "/api/conversations/shared/history"] {
                let foreign = try await gateway.get(path, headers: other)
                let none = try await gateway.get(path.replacing("shared", with: "nobody"), headers: other)
                #expect(foreign.status == 404 && foreign.json?["error"] == "invalid_params")
                #expect(foreign.json?["message"] == "there is no conversation 'shared'")
                #expect(none.json?["message"] == "there is no conversation 'nobody'")
                #expect(!foreign.text.contains("secret"))
            }
            #expect(try await gateway.delete("/api/conversations/shared", headers: other).status == 404)
            let answer = try await gateway.query(body.replacing("secret", with: "hi"), headers: other)
            #expect(answer.json?["response"] == "[hi]")
            #expect(try await gateway.get("/api/conversations/shared", headers: mine).json?["turns"] == 1)
            for path in ["/api/conversations/shared", "/api/proxy/stats", "/api/admin/system", "/api/none"] {
                let refused = try await gateway.get(path)
                #expect(refused.status == 401 && refused.json?["error"] == "unauthorized")
                #expect(refused.json?["success"] == false && refused.json?["details"] != nil)
            }
        }
    }

    @Test func `a stream starts, has its tokens and is completed by the whole answer`() async throws {
        let shelf = try Conversations()
        try await withGateway(shelf.remembering(InPieces(pieces: ["a ", "b ", "ç🙂"]))) { gateway in
            let answer = try await gateway.query(#"{"query":"q","session_id":"s","streaming":true}"#)
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/event-stream")
            #expect(
                answer.names == ["stream_start", "stream_token", "stream_token", "stream_token", "stream_complete"])
            let events = try answer.events.map { try JSONValue.parse($0) }
            #expect(events.first == ["session_id": "s"])
            #expect(events.compactMap { $0["token"]?.stringValue } == ["a ", "b ", "ç🙂"])
            let last = try #require(events.last)
            #expect(last["success"] == true && last["response"] == "a b ç🙂" && last["session_id"] == "s")
            #expect(last["metadata"]?["model_used"] == "upstream-1" && last["nexus"]?["cache"] == "off")
            #expect(try await shelf.turns("s", caller: nil)?.map(\.answer) == ["a b ç🙂"])
        }
    }

    @Test func `a stream that breaks ends in stream_error, and leaves no turn`() async throws {
        let shelf = try Conversations()
        let model = InPieces(pieces: ["half "], failure: ChatError(.cut, "the upstream closed the connection"))
        try await withGateway(shelf.remembering(model)) { gateway in
            let answer = try await gateway.query(#"{"query":"q","session_id":"s","streaming":true}"#)
            #expect(answer.names == ["stream_start", "stream_token", "stream_error"])
            let last = try JSONValue.parse(answer.events.last ?? "")
            #expect(last["success"] == false && last["error"] == "service_unavailable")
            #expect(last["message"] == "the upstream closed the connection")
            #expect(last["details"]?["code"] == "upstream_cut")
            #expect(try await shelf.turns("s", caller: nil) == nil)
        }
    }

    @Test(arguments: [
        ("[1]", 400, "invalid_params", "the body must be a mapping, not a list"),
        ("{", 400, "invalid_params", "the body is not JSON"),
        ("{}", 400, "invalid_params", "query: required"),
        (#"{"query":""}"#, 400, "invalid_params", "query: required"),
        (#"{"query":null}"#, 400, "invalid_params", "query: required"),
        (#"{"query":7}"#, 422, "validation_failed", "query: must be a string, found a number"),
        (#"{"query":"a","query":"b"}"#, 400, "invalid_params", "the key 'query' stands twice in the body"),
        (#"{"qeury":"a"}"#, 422, "validation_failed", "qeury: unknown; did you mean 'query'?"),
        (#"{"query":"a","sesion_id":"s"}"#, 422, "validation_failed", "sesion_id: unknown; did you mean 'session_id'?"),
        (#"{"query":"a","session_id":7}"#, 422, "validation_failed", "session_id: must be a string, found a number"),
        (#"{"query":"a","session_id":"a b"}"#, 422, "validation_failed", "session_id: expected 1 to 256 printable"),
        (#"{"query":"a","session_id":"é"}"#, 422, "validation_failed", "session_id: expected 1 to 256 printable"),
        (#"{"query":"a","session_id":""}"#, 422, "validation_failed", "session_id: expected 1 to 256 printable"),
        (#"{"query":"a","streaming":"yes"}"#, 422, "validation_failed", "streaming: must be true or false, found a s"),
        (#"{"query":"a","temperature":2.5}"#, 422, "validation_failed", "temperature: found 2.5; expected 0 to 2"),
        (#"{"query":"a","temperature":"hot"}"#, 422, "validation_failed", "temperature: must be a number, found a st"),
        (#"{"query":"a","model":"m\r\nx: y"}"#, 422, "validation_failed", "model: expected 1 to 256 bytes without c"),
        (#"{"query":"a","provider":"openai"}"#, 422, "validation_failed", "provider: no model is set for 'openai'"),
        (#"{"query":"a","model":"none"}"#, 404, "invalid_params", "there is no model 'none'"),
    ])
    func `a body that cannot be taken is refused in words`(
        _ body: String, status: Int, code: String, message: String
    ) async throws {
        let far = FarModel(ChatReply(text: "x", model: "far"))
        try await withGateway(far) { gateway in
            let answer = try await gateway.query(body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json?["success"] == false && answer.json?["error"] == .string(code))
            #expect(answer.json?["message"]?.stringValue?.hasPrefix(message) == true, "\(answer.text)")
            #expect(answer.json?["details"]?["request_id"]?.stringValue == answer.headers["x-request-id"])
        }
        #expect(far.calls.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        (ChatError(.invalidRequest, "no", status: 422), 422, "validation_failed"),
        (ChatError(.invalidRequest, "no"), 400, "invalid_params"),
        (ChatError(.authentication, "no", status: 401), 502, "service_unavailable"),
        (ChatError(.rateLimited, "no", status: 429, retryAfter: .milliseconds(1_200)), 429, "rate_limited"),
        (ChatError(.upstreamFailure, "no", status: 529), 529, "service_unavailable"),
        (ChatError(.upstreamFailure, "no", status: 500), 500, "processing_failed"),
        (ChatError(.timeout, "no"), 504, "service_unavailable"),
        (ChatError(.refused, "no"), 400, "validation_failed"),
        (ChatError(.internal, "no"), 500, "processing_failed"),
        (ChatError(.internal, "no", code: "out_of_resources"), 503, "service_unavailable"),
    ])
    func `an upstream's failure keeps its meaning, streamed or not`(
        _ error: ChatError, status: Int, code: String
    ) async throws {
        let model = Scripted { _, _ throws(ChatError) in .error(error) }
        try await withGateway(model) { gateway in
            for isStreamed in [false, true] {
                let answer = try await gateway.query(#"{"query":"q","streaming":\#(isStreamed)}"#)
                #expect(answer.status == status)
                #expect(answer.json?["error"] == .string(code) && answer.json?["message"] == "no")
                #expect(answer.headers["retry-after"] == (error.retryAfter == nil ? nil : "2"))
            }
        }
    }

    @Test func `/v1 with x-nexus-session remembers single questions, and leaves whole histories alone`() async throws {
        let shelf = try Conversations()
        try await withGateway(shelf.remembering(Telling())) { (gateway: Gateway) async throws in
            func ask(_ messages: String) async throws -> String? {
                let answer = try await gateway.post(
                    "/v1/chat/completions", #"{"model":"m","messages":[\#(messages)]}"#,
                    headers: [("x-nexus-session", "s")])
                return answer.json?["choices"]?.arrayValue?.first?["message"]?["content"]?.stringValue
            }
            #expect(try await ask(#"{"role":"user","content":"one"}"#) == "[one]")
            #expect(try await ask(#"{"role":"user","content":"two"}"#) == "[one|[one]|two]")
            let whole = #"{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}"#
            #expect(try await ask(whole) == "[a|b|c]")
            #expect(try await shelf.turns("s", caller: nil)?.count == 2)
        }
    }
}
