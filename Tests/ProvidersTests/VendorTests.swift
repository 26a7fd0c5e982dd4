import Chat
import CurlTransport
import Testing
import Wire

@testable import Providers

/// Each vendor's client against answers as that vendor sends them, to the byte.
@Suite struct VendorTests {
    private func sse(_ events: [String]) -> String {
        let body = events.map { data in
            let type = (try? JSONValue.parse(data))?["type"]?.stringValue.map { "event: \($0)\n" } ?? ""
            return "\(type)data: \(data)\n\n"
        }.joined()
        return CannedServer.response(type: "text/event-stream", body)
    }

    private func body(of request: String?) throws -> JSONValue {
        let request = try #require(request)
        let end = try #require(request.firstRange(of: "\r\n\r\n"))
        return try JSONValue.parse(String(request[end.upperBound...]))
    }

    // MARK: Anthropic

    @Test func `Anthropic: a full answer, its cost, and what was left out`() async throws {
        let answer =
            #"{"type":"message","model":"claude-sonnet-4-6","content":[{"type":"text","text":"Olá"}],"stop_reason":"end_turn","#
            + #""usage":{"input_tokens":1000,"cache_read_input_tokens":1000,"output_tokens":100,"service_tier":"standard"}}"#
        let headers =
            "anthropic-ratelimit-requests-remaining: 7\r\nanthropic-ratelimit-requests-reset: 1999-12-31T23:59:59Z\r\n"
        let server = try CannedServer([[CannedServer.response(headers: headers, answer)]])
        var call = call("Hi")
        call.request.parameters.seed = 1
        let reply = try await client(.anthropic, "claude-sonnet-4-6", at: server.origin).reply(to: call)
        #expect(reply.text == "Olá")
        #expect(reply.cost == NanoUSD(1000 * 3000 + 1000 * 300 + 100 * 15_000))
        #expect(reply.warnings == ["seed was left out: claude-sonnet-4-6 does not take it"])
        #expect(reply.rateLimits == RateLimits(remainingRequests: 7, resetRequests: .zero))
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/messages HTTP/1.1\r\n"))
        #expect(request.contains("x-api-key: nx-CANARY-0123456789\r\n"))
        #expect(request.contains("anthropic-version: 2023-06-01\r\n"))
        #expect(!request.lowercased().contains("authorization:"))
    }

    @Test func `Anthropic: a stream, by a base URL that names the version`() async throws {
        let server = try CannedServer([
            [
                sse([
                    #"{"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":5,"output_tokens":1}}}"#,
                    #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Olá"}}"#,
                    #"{"type":"content_block_stop","index":0}"#,
                    #"{"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":2}}"#,
                    #"{"type":"message_stop"}"#,
                ])
            ]
        ])
        let (call, heard) = listening("x")
        let reply = try await client(.anthropic, "claude-x", at: server.origin + "/v1/").reply(to: call)
        #expect(reply.text == "Olá" && reply.finishReason == .length && reply.usage?.output == 2)
        #expect(heard.withLock { $0.map(\.kind) } == [.text("Olá")])
        #expect(server.requests.first?.hasPrefix("POST /v1/messages HTTP") == true)
        #expect(try body(of: server.requests.first)["stream"] == true)
    }

    @Test func `Anthropic: the newest models get no sampling parameters, older ones one of two`() async throws {
        let answer = CannedServer.response(
            #"{"content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{}}"#)
        let server = try CannedServer(Array(repeating: [answer], count: 3))
        var call = call("Hi")
        call.request.parameters = .init(temperature: 0, topP: 0.5)
        for (model, kept) in [
            ("claude-opus-5", []), ("claude-sonnet-4-5", ["temperature"]),
            ("claude-3-5-haiku-latest", ["temperature", "top_p"]),
        ] {
            let reply = try await client(.anthropic, model, at: server.origin).reply(to: call)
            let body = try body(of: server.requests.last)
            #expect(["temperature", "top_p"].filter { body[$0] != nil } == kept)
            #expect(reply.warnings.count { $0.contains("left out") } == 2 - kept.count)
        }
    }

    @Test func `Anthropic: overload is waited out as asked, and the vendor's advice counts`() async throws {
        let overload = String(
            decoding: AnthropicMessages.printError(message: "Overloaded", type: "overloaded_error"), as: UTF8.self)
        let server = try CannedServer([
            [CannedServer.response(status: 529, headers: "retry-after: 3\r\n", overload)],
            [CannedServer.response(status: 529, headers: "x-should-retry: false\r\n", overload)],
        ])
        let model = try client(.anthropic, "claude-x", at: server.origin)
        let first = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(first?.message == "anthropic: the upstream answered 529: Overloaded")
        #expect(first?.retryAfter == .seconds(3) && first?.isRetryable == true)
        let second = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(second?.kind == .upstreamFailure && second?.isRetryable == false)
    }

    // MARK: Google

    @Test func `Google: a full answer and a stream have an address each, and the key stands in no address`() async throws {
        let answer =
            #"{"candidates":[{"content":{"parts":[{"text":"Olá"}]},"finishReason":"STOP"}],"usageMetadata":"#
            + #"{"promptTokenCount":10,"candidatesTokenCount":1,"thoughtsTokenCount":2}}"#
        let server = try CannedServer([[CannedServer.response(answer)], [sse([answer])]])
        let model = try client(.google, "models/gemini-2.5-flash", at: server.origin + "/")
        let whole = try await model.reply(to: call("x"))
        #expect(whole.text == "Olá" && whole.usage?.reasoning == 2)
        let streamed = try await model.reply(to: listening("x").call)
        #expect(streamed.text == "Olá" && streamed.usage == whole.usage && streamed.cost == whole.cost)
        let heads = server.requests.compactMap { $0.split(separator: "\r\n").first.map(String.init) }
        #expect(
            heads == [
                "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1",
                "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1",
            ])
        #expect(server.requests.allSatisfy { $0.contains("x-goog-api-key: nx-CANARY-0123456789\r\n") })
    }

    @Test func `Google: the wait stands in the body, and a bad key is no bad request`() async throws {
        let busy =
            #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"21s"}]}}"#
        let key =
            #"{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#
        let server = try CannedServer([
            [CannedServer.response(status: 429, busy)], [CannedServer.response(status: 400, key)],
        ])
        let model = try client(.google, "gemini?x=1/../y", at: server.origin)
        let first = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(first?.kind == .rateLimited && first?.retryAfter == .seconds(21))
        let second = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(second?.kind == .authentication)
        #expect(server.requests.first?.hasPrefix("POST /v1beta/models/gemini%3Fx%3D1%2F..%2Fy:generateContent ") == true)
    }

    // MARK: OpenAI's dialect elsewhere

    private let plain =
        #"{"model":"m","choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#

    @Test func `OpenAI: models that think take no sampling parameters unless thinking is off`() async throws {
        let server = try CannedServer(Array(repeating: [CannedServer.response(plain)], count: 5))
        var call = call("x")
        call.request.parameters = .init(temperature: 0, maxTokens: 9, stop: ["x"])
        for (model, effort, kept) in [
            ("gpt-5-mini", nil, false), ("gpt-5.4", nil, true), ("gpt-5.4", "high", false), ("o3", nil, false),
            ("gpt-4o-mini", nil, true),
        ] as [(String, JSONValue?, Bool)] {
            call.request.extra["reasoning_effort"] = effort
            let reply = try await client(.openAI, model, at: server.origin + "/v1").reply(to: call)
            let body = try body(of: server.requests.last)
            #expect((body["temperature"] != nil) == kept, "\(model)")
            #expect((body["stop"] != nil) == kept)
            let key = model == "gpt-4o-mini" ? "max_tokens" : "max_completion_tokens"
            #expect(body[key] == 9)
            #expect(reply.warnings.count == (kept ? 0 : 2))
        }
        #expect(OpenAIModels.refused(by: "o3", ChatRequest(model: "", messages: [], parameters: .init(temperature: 1)))
            .isDisjoint(with: ["temperature"]))
    }

    @Test func `DeepSeek: thinking, its tokens in the cache, and keep-alives before the answer`() async throws {
        let answer =
            #"{"choices":[{"message":{"content":"a","reasoning_content":"hm"},"finish_reason":"stop"}],"usage":{"#
            + #""prompt_tokens":10,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6,"completion_tokens":5,"#
            + #""completion_tokens_details":{"reasoning_tokens":3}}}"#
        let stream =
            ": keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"content\":null,\"reasoning_content\":\"hm\"}}]}\n\n"
            + ": keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        let server = try CannedServer([
            [CannedServer.response("\n\n\n" + answer)], [CannedServer.response(type: "text/event-stream", stream)],
            [CannedServer.response(status: 402, #"{"error":{"message":"Insufficient Balance","type":"unknown_error"}}"#)],
        ])
        let model = try client(.deepSeek, "deepseek-flash", at: server.origin)
        var call = call("x")
        call.request.parameters = .init(temperature: 0, seed: 1)
        let reply = try await model.reply(to: call)
        #expect(reply.reasoning == "hm")
        #expect(reply.usage?.inputFresh == 6 && reply.usage?.cacheRead == 4 && reply.usage?.reasoning == 3)
        #expect(reply.cost != nil)
        #expect(
            reply.warnings == [
                "temperature was left out: deepseek-flash does not take it",
                "seed was left out: deepseek-flash does not take it",
            ])
        #expect(server.requests.first?.hasPrefix("POST /chat/completions ") == true)
        let (listened, heard) = listening("x")
        #expect(try await model.reply(to: listened).text == "a")
        #expect(heard.withLock { $0.map(\.kind) } == [.reasoning("hm"), .text("a")])
        let broke = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
        #expect(broke?.kind == .quotaExceeded)
    }

    @Test func `Mistral: its own names, and usage in the last event unasked`() async throws {
        let server = try CannedServer([
            [
                sse([
                    #"{"model":"mistral-small-latest","choices":[{"delta":{"role":"assistant","content":"a"}}]}"#,
                    #"{"choices":[{"delta":{"content":""},"finish_reason":"model_length"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
                    "[DONE]",
                ])
            ],
            [CannedServer.response(status: 401, #"{"detail":"Unauthorized"}"#)],
        ])
        let model = try client(.mistral, "mistral-small-latest", at: server.origin)
        var (call, _) = listening("x")
        call.request.parameters = .init(maxTokens: 5, seed: 7)
        call.request.toolChoice = "required"
        let reply = try await model.reply(to: call)
        #expect(reply.finishReason == .length && reply.usage?.input == 3)
        let body = try body(of: server.requests.first)
        #expect(body["random_seed"] == 7 && body["max_tokens"] == 5 && body["tool_choice"] == "any")
        #expect(body["stream_options"] == nil)
        #expect(server.requests.first?.hasPrefix("POST /v1/chat/completions ") == true)
        let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
        #expect(error?.message == "mistral: the upstream answered 401: Unauthorized")
    }

    @Test func `Meta: any host, with slashes in the model's name, without usage`() async throws {
        let server = try CannedServer([
            [CannedServer.response(#"{"choices":[{"message":{"content":"a"}}],"usage":null}"#)],
            [
                CannedServer.response(
                    #"{"choices":[{"message":{"content":"a"}}],"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":1}}}"#)
            ],
        ])
        let model = try client(.meta, "meta-llama/Llama-4-Scout", at: server.origin + "/v1")
        let reply = try await model.reply(to: call("x"))
        #expect(reply.usage == nil && reply.cost == nil)
        #expect(try body(of: server.requests.first)["model"] == "meta-llama/Llama-4-Scout")
        #expect(try await model.reply(to: call("x")).usage?.input == 1)
    }

    // MARK: templates and embeddings

    @Test func `any endpoint by a template, in one piece for who listens`() async throws {
        let server = try CannedServer([
            [CannedServer.response(#"{"result":{"text":"Olá"}}"#)], [CannedServer.response(#"{"result":{}}"#)],
            [CannedServer.response(status: 503, "busy")],
        ])
        let provider = Provider.templated(
            name: "mine", address: server.origin + "/ask", request: try RequestTemplate(["q": "{{prompt}}"]),
            answer: try JSONPath("$.result.text"))
        let access = ProviderAccess(loop: try CurlLoop(userAgent: "nexus-tests/1"), apiKey: "nx-CANARY-0123456789")
        let model = try provider.model("any", access: access)
        let (listened, heard) = listening("Hi")
        let reply = try await model.reply(to: listened)
        #expect(reply.text == "Olá" && reply.cost == nil)
        #expect(heard.withLock { $0.map(\.kind) } == [.text("Olá")])
        #expect(server.requests.first?.hasPrefix("POST /ask ") == true)
        #expect(try body(of: server.requests.first) == ["q": "Hi"])
        let missing = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(missing?.message == "mine: nothing stands at '$.result.text' of the answer")
        let busy = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(busy?.kind == .upstreamFailure)
    }

    private func embeddings(
        _ provider: Provider, _ model: String, at address: String
    ) throws -> any EmbeddingModel {
        let loop = try CurlLoop(userAgent: "nexus-tests/1")
        return try provider.embeddings(model, access: ProviderAccess(loop: loop, baseURL: address, apiKey: "k"))
    }

    @Test func `embeddings of four vendors, each at its address`() async throws {
        let openAI =
            #"{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[3,4]}],"usage":{"prompt_tokens":1000}}"#
        let server = try CannedServer([
            [CannedServer.response(openAI)], [CannedServer.response(openAI)],
            [CannedServer.response(#"{"embeddings":[{"values":[1,2]},{"values":[3,4]}]}"#)],
            [CannedServer.response(#"{"embeddings":[[1,2],[3,4]],"prompt_eval_count":5}"#)],
        ])
        var costs: [NanoUSD?] = []
        for (provider, model, base) in [
            (Provider.openAI, "text-embedding-3-small", "/v1"), (.mistral, "mistral-embed", ""),
            (.google, "gemini-embedding-001", ""), (.ollama, "nomic-embed-text", ""),
        ] {
            let embeddings = try embeddings(provider, model, at: server.origin + base)
            #expect(embeddings.name == "\(provider.name)/\(model)" && embeddings.dimensions == nil)
            let reply = try await embeddings.reply(to: EmbeddingRequest(texts: ["a", "b"]))
            #expect(reply.vectors == [[1, 2], [3, 4]])
            #expect(embeddings.dimensions == 2)
            costs.append(reply.cost)
        }
        #expect(costs == [NanoUSD(20_000), NanoUSD(100_000), nil, .zero])
        let heads = server.requests.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
        #expect(
            heads == [
                "/v1/embeddings", "/v1/embeddings", "/v1beta/models/gemini-embedding-001:batchEmbedContents", "/api/embed",
            ])
    }

    @Test func `more texts than a request holds go in several, in order`() async throws {
        func answer(_ range: Range<Int>) -> String {
            CannedServer.response(
                #"{"embeddings":["# + range.map { #"{"values":[\#($0)]}"# }.joined(separator: ",") + "]}")
        }
        let server = try CannedServer([[answer(0..<100)], [answer(100..<130)], [answer(0..<2)]])
        let model = try embeddings(.google, "g", at: server.origin)
        #expect(try await model.embed((0..<130).map(String.init)) == (0..<130).map { [Float($0)] })
        #expect(server.requests.count == 2)
        let error = await #expect(throws: ChatError.self) { try await model.embed(["a"]) }
        #expect(error?.message == "google: embeddings of the answer is not a list of 1")
        #expect(try await model.embed([]).isEmpty)
        #expect(throws: ChatError.self) { try embeddings(.anthropic, "x", at: server.origin) }
    }
}
