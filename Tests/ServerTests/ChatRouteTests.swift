import Chat
import CurlTransport
import Providers
import Testing

@testable import Server

@Suite struct ChatRouteTests {
    @Test func `a full answer is OpenAI's, with the headers that tell where it came from`() async throws {
        let usage = TokenUsage(inputFresh: 3, cacheRead: 0, outputText: 5)
        let model = Scripted([.text("forty two", usage: usage, cost: NanoUSD(1_500))])
        try await withGateway(model) { gateway in
            let answer = try await gateway.chat()
            #expect(answer.status == 200)
            let body = try #require(answer.json)
            #expect(body["object"] == "chat.completion")
            #expect(body["choices"]?.arrayValue?.first?["message"]?["content"] == "forty two")
            #expect(body["usage"]?["completion_tokens"] == 5)
            #expect(answer.headers["x-nexus-model"] == "scripted")
            #expect(answer.headers["x-nexus-source"] == "llm")
            #expect(answer.headers["x-nexus-cache"] == "off")
            #expect(answer.headers["x-nexus-cost-usd"].flatMap(Double.init) == 0.0000015)
            #expect(answer.headers["x-nexus-overhead-ms"].flatMap(Double.init) != nil)
            #expect(answer.headers["x-request-id"]?.hasPrefix("req_") == true)
        }
        #expect(model.calls.first?.request.messages.first?.text == "hi")
    }

    @Test func `a stream has its role, its pieces, its reason, its usage and its end`() async throws {
        try await withGateway(InPieces(pieces: ["a ", "b ", "ç🙂"])) { gateway in
            let answer = try await gateway.chat(stream: true, extra: #","stream_options":{"include_usage":true}"#)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/event-stream")
            #expect(answer.events.last == "[DONE]")
            let chunks = try answer.events.dropLast().map { try JSONValue.parse($0) }
            let choices = chunks.compactMap { $0["choices"]?.arrayValue?.first }
            #expect(choices.first?["delta"]?["role"] == "assistant")
            #expect(choices.compactMap { $0["delta"]?["content"]?.stringValue }.joined() == "a b ç🙂")
            #expect(choices.compactMap { $0["finish_reason"]?.stringValue } == ["stop"])
            #expect(chunks.last?["usage"]?["completion_tokens"] == 5)
            // What a stream learns late stands in its last chunk.
            let facts = try #require(chunks.last?["nexus"])
            #expect(facts["model"] == "upstream-1" && facts["source"] == "llm" && facts["cache"] == "off")
            #expect(facts["cost_usd"]?.isNull == true)
            #expect(facts["overhead_ms"]?.doubleValue.map { $0 >= 0 } == true)
        }
    }

    @Test func `Anthropic's route answers as Anthropic's, whole and streamed`() async throws {
        try await withGateway(InPieces(pieces: ["a ", "b"])) { gateway in
            let whole = try await gateway.message()
            #expect(whole.json?["type"] == "message")
            #expect(whole.json?["content"]?.arrayValue?.first?["text"] == "a b")
            #expect(whole.json?["stop_reason"] == "end_turn")
            let streamed = try await gateway.message(stream: true)
            #expect(streamed.names.first == "message_start")
            #expect(streamed.names.suffix(3) == ["content_block_stop", "message_delta", "message_stop"])
            let texts = try streamed.events.map { try JSONValue.parse($0) }
            #expect(texts.compactMap { $0["delta"]?["text"]?.stringValue }.joined() == "a b")
            #expect(texts.last?["nexus"]?["model"] == "upstream-1")
        }
    }

    @Test(arguments: [
        (ChatError(.invalidRequest, "no", status: 422), 422), (ChatError(.invalidRequest, "no"), 400),
        (ChatError(.authentication, "no", status: 401), 502), (ChatError(.quotaExceeded, "no", status: 429), 429),
        (ChatError(.rateLimited, "no", status: 429, retryAfter: .milliseconds(1_200)), 429),
        (ChatError(.upstreamFailure, "no", status: 529), 529), (ChatError(.upstreamFailure, "no", status: 520), 502),
        (ChatError(.unreachable, "no"), 502), (ChatError(.cut, "no"), 502), (ChatError(.invalidResponse, "no"), 502),
        (ChatError(.timeout, "no"), 504), (ChatError(.notFound, "no"), 404), (ChatError(.internal, "no"), 500),
    ])
    func `an upstream's failure keeps its meaning, streamed or not`(_ error: ChatError, status: Int) async throws {
        let model = Scripted { _, _ throws(ChatError) in .error(error) }
        try await withGateway(model) { gateway in
            for isStream in [false, true] {
                let answer = try await gateway.chat(stream: isStream)
                #expect(answer.status == status)
                #expect(answer.json?["error"]?["message"] == "no")
                #expect(answer.headers["retry-after"] == (error.retryAfter == nil ? nil : "2"))
            }
            let anthropic = try await gateway.message()
            #expect(anthropic.status == status)
            #expect(anthropic.json?["type"] == "error")
            #expect(anthropic.json?["error"]?["message"] == "no")
        }
    }

    @Test func `a stream that breaks ends in an error event, without reason and end mark`() async throws {
        let model = InPieces(pieces: ["half "], failure: ChatError(.cut, "the upstream closed the connection"))
        try await withGateway(model) { gateway in
            let openAI = try await gateway.chat(stream: true)
            #expect(openAI.status == 200)
            #expect(!openAI.text.contains("[DONE]"))
            #expect(!openAI.text.contains(#""finish_reason":"stop""#))
            let last = try JSONValue.parse(openAI.events.last ?? "")
            #expect(last["error"]?["message"] == "the upstream closed the connection")
            #expect(last["error"]?["code"] == "upstream_cut")
            let anthropic = try await gateway.message(stream: true)
            #expect(anthropic.names.last == "error")
            #expect(!anthropic.names.contains("message_stop"))
        }
    }
}
