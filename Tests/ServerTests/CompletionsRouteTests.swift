import Chat
import CurlTransport
import Gateway
import Providers
import Testing

@testable import Server

@Suite struct CompletionsRouteTests {
    /// Answers a prompt with itself in capitals.
    private static let shouting = Scripted { call, _ throws(ChatError) in
        let usage = TokenUsage(inputFresh: 3, cacheRead: 1, outputText: 5)
        return .text(call.request.messages[0].text.uppercased(), usage: usage, cost: NanoUSD(1_000))
    }

    @Test func `a prompt gives a completion in OpenAI's older shape`() async throws {
        try await withGateway(Self.shouting) { gateway in
            let answer = try await gateway.post("/v1/completions", #"{"model":"m","prompt":"say","max_tokens":5}"#)
            #expect(answer.status == 200)
            let body = try #require(answer.json)
            #expect(body["object"] == "text_completion")
            #expect(body["id"]?.stringValue?.hasPrefix("cmpl-") == true)
            #expect(body["model"] == "m")
            #expect(
                body["choices"] == [["text": "SAY", "index": 0, "logprobs": .null, "finish_reason": "stop"]])
            #expect(body["usage"]?["prompt_tokens"] == 4)
            #expect(body["usage"]?["total_tokens"] == 9)
            #expect(answer.headers["x-nexus-source"] == "llm")
        }
    }

    @Test func `a list of prompts gives a choice each, with usage and cost added up`() async throws {
        try await withGateway(Self.shouting) { gateway in
            let answer = try await gateway.post(
                "/v1/completions", #"{"model":"m","prompt":["a","b","c"],"echo":true}"#)
            let choices = try #require(answer.json?["choices"]?.arrayValue)
            #expect(choices.map { $0["text"] } == ["aA", "bB", "cC"])
            #expect(choices.map { $0["index"]?.intValue } == [0, 1, 2])
            #expect(answer.json?["usage"]?["completion_tokens"] == 15)
            #expect(answer.headers["x-nexus-cost-usd"].flatMap(Double.init) == 0.000003)
        }
    }

    @Test func `a stream has its pieces, its reason, its usage and its end`() async throws {
        try await withGateway(InPieces(pieces: ["a ", "b ", "ç🙂"])) { gateway in
            let answer = try await gateway.post(
                "/v1/completions",
                #"{"model":"m","prompt":"p:","stream":true,"echo":true,"stream_options":{"include_usage":true}}"#)
            #expect(answer.headers["content-type"] == "text/event-stream")
            #expect(answer.events.last == "[DONE]")
            let chunks = try answer.events.dropLast().map { try JSONValue.parse($0) }
            #expect(chunks.allSatisfy { $0["object"] == "text_completion" })
            let choices = chunks.compactMap { $0["choices"]?.arrayValue?.first }
            #expect(choices.compactMap { $0["text"]?.stringValue }.joined() == "p:a b ç🙂")
            #expect(choices.compactMap { $0["finish_reason"]?.stringValue } == ["stop"])
            #expect(chunks.last?["usage"]?["completion_tokens"] == 5)
            #expect(chunks.last?["nexus"]?["source"] == "llm")
            #expect(chunks.last?["nexus"]?["model"] == "upstream-1")
        }
    }

    @Test func `log probabilities come in the older four lists`() async throws {
        let tokens: [JSONValue] = [
            ["token": "é", "logprob": -0.5, "bytes": .null, "top_logprobs": [["token": "e", "logprob": -1]]],
            ["token": "b", "logprob": -0.25, "bytes": .null, "top_logprobs": []],
        ]
        let model = Scripted { call, _ throws(ChatError) in
            #expect(call.request.extra["logprobs"] == true)
            #expect(call.request.extra["top_logprobs"] == 1)
            return .init(.success(ChatReply(text: "éb", logprobs: tokens, model: "x")))
        }
        try await withGateway(model) { gateway in
            let answer = try await gateway.post(
                "/v1/completions", #"{"model":"m","prompt":"p","logprobs":1,"echo":true}"#)
            let logprobs = answer.json?["choices"]?.arrayValue?.first?["logprobs"]
            #expect(logprobs?["tokens"] == ["é", "b"])
            #expect(logprobs?["token_logprobs"]?.arrayValue?.map(\.doubleValue) == [-0.5, -0.25])
            #expect(logprobs?["top_logprobs"]?.arrayValue?.first == ["e": -1])
            #expect(logprobs?["text_offset"] == [1, 2])
        }
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "prompt: required"), (#"{"model":"m","prompt":[1,2]}"#, "prompt[0]: texts are taken"),
        (#"{"model":"m","prompt":"x","n":2}"#, "n: one choice"),
        (#"{"model":"m","prompt":"x","best_of":3}"#, "best_of: one choice"),
        (#"{"model":"m","prompt":"x","suffix":"y"}"#, "suffix: "),
        (#"{"model":"m","prompt":["x","y"],"stream":true}"#, "prompt: a stream takes one prompt, found 2"),
        (#"{"model":"m","prompt":[]}"#, "prompt: must be"),
    ])
    func `what chat models cannot do is refused plainly`(_ body: String, words: String) async throws {
        try await withGateway(Self.shouting) { gateway in
            let answer = try await gateway.post("/v1/completions", body)
            #expect(answer.status == 400)
            #expect(answer.json?["error"]?["message"]?.stringValue?.hasPrefix(words) == true, "\(answer.text)")
        }
    }

    @Test func `a broken stream ends in an error event`() async throws {
        let model = InPieces(pieces: ["half "], failure: ChatError(.cut, "the upstream closed the connection"))
        try await withGateway(model) { gateway in
            let answer = try await gateway.post("/v1/completions", #"{"model":"m","prompt":"p","stream":true}"#)
            #expect(!answer.text.contains("[DONE]"))
            let last = try JSONValue.parse(answer.events.last ?? "")
            #expect(last["error"]?["code"] == "upstream_cut")
        }
    }

    @Test func `where a later prompt fails, the books hold what the earlier ones took`() async throws {
        let rows = Rows()
        let model = Scripted { call, index throws(ChatError) in
            if index == 2 { return .error(ChatError(.invalidRequest, "no", status: 400)) }
            return .text("x", usage: TokenUsage(inputFresh: 3, outputText: 5), cost: NanoUSD(1_000))
        }
        try await withGateway(Pipeline([], around: model), telemetry: rows.telemetry) { gateway in
            let answer = try await gateway.post("/v1/completions", #"{"model":"m","prompt":["a","b","c","d"]}"#)
            #expect(answer.status == 400)
        }
        let row = try #require(rows.all.first)
        #expect(row.cost == NanoUSD(2_000) && row.attempts == 3)
        #expect(row.usage?.input == 6 && row.usage?.output == 10)
    }
}
