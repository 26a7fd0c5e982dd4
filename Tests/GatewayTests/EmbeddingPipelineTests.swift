import Chat
import Gateway
import Testing

@Suite struct EmbeddingPipelineTests {
    /// Fails as told, then gives each text its length as a vector.
    private struct Lengths: EmbeddingModel {
        var name: String { "double/lengths" }
        var dimensions: Int? { 1 }
        let failures: Locked<[ChatError]>
        let asked = Locked<[EmbeddingRequest]>([])

        init(failures: [ChatError] = []) { self.failures = Locked(failures) }

        func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
            asked.withLock { $0.append(request) }
            if let failure = failures.withLock({ $0.popLast() }) { throw failure }
            let vectors = request.inputs.map { input -> [Float] in
                switch input {
                case .text(let text): [Float(text.utf8.count)]
                case .tokens(let tokens): [Float(tokens.count)]
                }
            }
            return EmbeddingReply(
                vectors: vectors, model: "lengths-1", usage: TokenUsage(inputFresh: 7, outputText: 0),
                cost: NanoUSD(70))
        }
    }

    private static func ask(
        _ model: Lengths, _ settings: [String: JSONValue],
        _ inputs: [EmbeddingRequest.Input] = [.text("ab"), .tokens([1, 2, 3])], times: Int = 1, trace: Trace = Trace()
    ) async throws -> EmbeddingReply? {
        let stages = try PipelineStages(settings: settings, resources: StageResources(jitter: { 0 }))
        let pipeline = EmbeddingPipeline(stages, around: model, named: "double/lengths", limit: nil)
        var reply: EmbeddingReply?
        for _ in 0..<times {
            reply = try await pipeline.reply(
                to: EmbeddingRequest(model: "m", inputs: inputs), context: CallContext(caller: "me"), trace: trace)
        }
        return reply
    }

    @Test func `they are retried, and the trace tells stages, attempts and who was asked`() async throws {
        let model = Lengths(failures: [ChatError(.upstreamFailure, "busy", status: 503)])
        let trace = Trace()
        let reply = try #require(try await Self.ask(model, ["retry": ["max_attempts": 2]], trace: trace))
        #expect(reply.vectors == [[2], [3]] && reply.cost == NanoUSD(70))
        #expect(model.asked.withLock { $0.count } == 2)
        #expect(trace.notes.attempts == 2 && trace.notes.upstream == "double/lengths")
        #expect(trace.spans.map(\.stage) == ["provider", "provider", "retry", "meter"])
    }

    @Test func `the caller's limits hold for them, and no cache keeps them`() async throws {
        let model = Lengths()
        _ = try await Self.ask(model, ["cache": "exact"], times: 2)
        #expect(model.asked.withLock { $0.count } == 2)
        let error = await #expect(throws: ChatError.self) {
            try await Self.ask(model, ["rate_limit": ["requests_per_minute": 1, "per": "key"]], times: 2)
        }
        #expect(error?.kind == .rateLimited)
    }

    @Test func `texts are cleaned and measured as prompts are`() async throws {
        let model = Lengths()
        let reply = try await Self.ask(model, ["sanitize": "on"], [.text("a\u{0}b")])
        #expect(reply?.vectors == [[2]])
        let error = await #expect(throws: ChatError.self) {
            try await Self.ask(model, ["sanitize": ["max_prompt_characters": 5]], [.text("abcdef")])
        }
        #expect(error?.code == "prompt_too_long")
    }
}
