import Chat
import CurlTransport
import Providers
import Testing

@testable import Server

@Suite struct EmbeddingsRouteTests {
    /// Embeds a text as its length and a half, a list of tokens as their count and a half.
    private struct Lengths: EmbeddingModel {
        let name = "lengths-1"
        var dimensions: Int? { 2 }
        let asked = Locked<[EmbeddingRequest]>([])
        var failure: ChatError?

        func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
            asked.withLock { $0.append(request) }
            if let failure { throw failure }
            let vectors = request.inputs.map { input -> [Float] in
                switch input {
                case .text(let text): [Float(text.count), 0.5]
                case .tokens(let tokens): [Float(tokens.count), 0.5]
                }
            }
            return EmbeddingReply(
                vectors: vectors, model: name, usage: TokenUsage(inputFresh: 7, outputText: 0), cost: NanoUSD(2_000))
        }
    }

    @Test func `a list of texts gives a vector each, in order, with usage and cost`() async throws {
        let model = Lengths()
        try await withGateway(Scripted([]), embeddings: model) { gateway in
            let answer = try await gateway.post(
                "/v1/embeddings", #"{"model":"m","input":["ab","abcd"],"dimensions":2,"user":"u","taste":"sweet"}"#)
            #expect(answer.status == 200)
            let body = try #require(answer.json)
            #expect(body["object"] == "list")
            #expect(body["model"] == "m")
            let items = try #require(body["data"]?.arrayValue)
            #expect(items.map { $0["embedding"]?.arrayValue?.compactMap(\.doubleValue) } == [[2, 0.5], [4, 0.5]])
            #expect(items.map { $0["index"]?.intValue } == [0, 1])
            #expect(body["usage"]?["prompt_tokens"] == 7)
            #expect(body["usage"]?["total_tokens"] == 7)
            #expect(answer.headers["x-nexus-model"] == "lengths-1")
            #expect(answer.headers["x-nexus-cost-usd"].flatMap(Double.init) == 0.000002)
        }
        let asked = try #require(model.asked.withLock { $0.first })
        #expect(asked.dimensions == 2)
        #expect(asked.extra["taste"] == "sweet")
    }

    @Test func `base64 is little-endian floats, of one text or of tokens`() async throws {
        try await withGateway(Scripted([]), embeddings: Lengths()) { gateway in
            for input in [#""ab""#, "[15, 16]", #"[[15, 16]]"#] {
                let answer = try await gateway.post(
                    "/v1/embeddings", #"{"model":"m","input":\#(input),"encoding_format":"base64"}"#)
                // 2.0 is 0x40000000 and 0.5 is 0x3F000000 (IEEE 754).
                #expect(answer.json?["data"]?.arrayValue?.first?["embedding"] == "AAAAQAAAAD8=", "\(input)")
            }
        }
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "input: required"), (#"{"model":"m","input":[]}"#, "input: must be"),
        (#"{"input":"x"}"#, "model: required"), (#"{"model":"m","input":"x","dimensions":0}"#, "dimensions: must be"),
        (#"{"model":"m","input":"x","encoding_format":"hex"}"#, "encoding_format: must be float or base64"),
        (#"{"model":"m","input":[1,"x"]}"#, "input: must be"),
    ])
    func `a faulty request says what is wrong with it`(_ body: String, words: String) async throws {
        try await withGateway(Scripted([]), embeddings: Lengths()) { gateway in
            let answer = try await gateway.post("/v1/embeddings", body)
            #expect(answer.status == 400)
            #expect(answer.json?["error"]?["message"]?.stringValue?.hasPrefix(words) == true, "\(answer.text)")
        }
    }

    @Test func `a failure keeps its meaning, and a model without embeddings is said to have none`() async throws {
        let limited = Lengths(failure: ChatError(.rateLimited, "slow down", status: 429, retryAfter: .seconds(3)))
        try await withGateway(Scripted([]), embeddings: limited) { gateway in
            let answer = try await gateway.post("/v1/embeddings", #"{"model":"m","input":"x"}"#)
            #expect(answer.status == 429)
            #expect(answer.headers["retry-after"] == "3")
            #expect(try await gateway.post("/v1/embeddings", #"{"model":"n","input":"x"}"#).status == 404)
            #expect(try await gateway.get("/v1/embeddings").status == 405)
        }
    }
}
