import Chat
import Retrieval
import Testing

@testable import Gateway

@Suite struct SemanticCacheTests {
    /// Says that all texts mean the same: only the gate is between them.
    private struct Indifferent: EmbeddingModel {
        let name = "double/indifferent"
        var dimensions: Int? { 2 }
        var failure: ChatError?

        func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
            if let failure { throw failure }
            return EmbeddingReply(vectors: request.inputs.map { _ in [1, 1] }, model: name)
        }
    }

    private static func pipeline(
        _ model: ClosureModel, similarity: Double = 0.7, embedding: (any EmbeddingModel)? = nil,
        storage: (any CacheStorage)? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) -> Pipeline {
        let options = CacheStage.Options(mode: .semantic, similarity: similarity, embedding: embedding)
        return Pipeline(
            [CacheStage(fingerprint: "p", options: options, storage: storage, clock: clock)], around: model)
    }

    private static let question = "What is the capital of France?"
    private static let likeIt = "what's the capital of France"

    @Test func `a request that means the same is answered, and says so with its similarity`() async throws {
        let model = CacheStageTests.counting()
        let pipeline = Self.pipeline(model)
        _ = try await pipeline.reply(to: ChatCall(asking: Self.question))
        let call = ChatCall(asking: Self.likeIt)
        let reply = try await pipeline.reply(to: call)
        #expect(reply.source == .cache && reply.text == "answer 0")
        #expect(call.trace.spans.map(\.outcome) == ["semantic"])
        #expect(call.trace.notes.cache == "semantic")
        #expect((0.7..<1).contains(call.trace.notes.cacheSimilarity ?? 0))
        let same = ChatCall(asking: Self.question)
        _ = try await pipeline.reply(to: same)
        #expect(same.trace.notes.cache == "hit", "the same request goes before one like it")
        #expect(model.count == 1)
    }

    @Test(arguments: LexicalGateTests.apart)
    func `whatever an embedding says, what the gate keeps apart is asked anew`(pair: LexicalGateTests.Pair) async throws {
        let model = CacheStageTests.counting()
        let pipeline = Self.pipeline(model, embedding: Indifferent())
        for text in [pair.a, pair.b] { _ = try await pipeline.reply(to: ChatCall(asking: text)) }
        #expect(model.count == 2)
    }

    @Test(arguments: CacheStageTests.differences.indices)
    func `anything else than the last text must be the same`(index: Int) async throws {
        guard index > 0 else { return }
        let model = CacheStageTests.counting()
        let pipeline = Self.pipeline(model)
        _ = try await pipeline.reply(to: ChatCall(asking: Self.question))
        var call = ChatCall(asking: Self.likeIt)
        CacheStageTests.differences[index].1(&call)
        #expect(try await pipeline.reply(to: call).source == .model, "\(CacheStageTests.differences[index].0)")
    }

    @Test func `earlier messages and the system prompt must be the same`() async throws {
        let model = CacheStageTests.counting()
        let pipeline = Self.pipeline(model)
        func ask(_ system: String, _ earlier: String, _ text: String) async throws -> ChatReply {
            let messages = [
                Message(.system, system), Message(.user, earlier), Message(.assistant, "yes"), Message(.user, text),
            ]
            return try await pipeline.reply(to: ChatCall(ChatRequest(model: "m", messages: messages)))
        }
        _ = try await ask("s", "e", Self.question)
        #expect(try await ask("s", "e", Self.likeIt).source == .cache)
        #expect(try await ask("t", "e", Self.likeIt).source == .model)
        #expect(try await ask("s", "f", Self.likeIt).source == .model)
    }

    @Test func `what is no single text is answered by the same request alone`() async throws {
        let image: JSONValue = ["type": "image_url", "image_url": ["url": "data:,"]]
        let contents: [(JSONValue, JSONValue)] = [
            ([["type": "text", "text": .string(Self.question)], image], [["type": "text", "text": .string(Self.likeIt)], image]),
            (.string(String(repeating: "long text ", count: 201)), .string(String(repeating: "long  text ", count: 201))),
            (.string(" "), .string("  ")),
        ]
        for (first, second) in contents {
            let model = CacheStageTests.counting()
            let pipeline = Self.pipeline(model, embedding: Indifferent())
            for content in [first, second, second] {
                let message = Message(role: .user, content: content)
                _ = try await pipeline.reply(to: ChatCall(ChatRequest(model: "m", messages: [message])))
            }
            #expect(model.count == 2)
        }
    }

    @Test func `a model that gives no vectors costs the likeness, not the answer`() async throws {
        let model = CacheStageTests.counting()
        let failing = Indifferent(failure: ChatError(.unreachable, "down"))
        let pipeline = Self.pipeline(model, embedding: failing)
        let reply = try await pipeline.reply(to: ChatCall(asking: Self.question))
        #expect(reply.warnings == ["cache: no vector of the last message: down"])
        #expect(try await pipeline.reply(to: ChatCall(asking: Self.question)).source == .cache)
    }

    @Test func `a model that never answers is not waited for`() async throws {
        struct Silent: EmbeddingModel {
            let name = "double/silent"
            var dimensions: Int? { nil }
            func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
                do { try await Task.sleep(for: .seconds(1_000)) } catch { throw ChatError(.cancelled, "cancelled") }
                throw ChatError(.timeout, "")
            }
        }
        let clock = ManualClock()
        let pipeline = Self.pipeline(CacheStageTests.counting(), embedding: Silent(), clock: clock)
        async let reply = pipeline.reply(to: ChatCall(asking: Self.question))
        await settle { clock.sleeping > 0 }
        clock.advance(by: .seconds(5))
        #expect(try await reply.text == "answer 0")
    }

    @Test func `texts come back from the store, their answers with them, and expire`() async throws {
        let shelf = Shelf()
        let model = CacheStageTests.counting()
        _ = try await Self.pipeline(model, storage: shelf).reply(to: ChatCall(asking: Self.question))
        let clock = ManualClock()
        let pipeline = Self.pipeline(model, storage: shelf, clock: clock)
        #expect(try await pipeline.reply(to: ChatCall(asking: Self.likeIt)).source == .cache)
        clock.advance(by: .seconds(61))
        shelf.entries.withLock { $0 = [:] }
        #expect(try await pipeline.reply(to: ChatCall(asking: Self.likeIt)).source == .model)
    }

    @Test func `an answer that went takes its text with it`() async throws {
        let model = CacheStageTests.counting()
        let stages = try PipelineStages(
            settings: ["cache": ["mode": "semantic", "similarity": 0.7]], resources: StageResources())
        let pipeline = Pipeline(stages, around: Route(model))
        for text in [Self.question, Self.likeIt] { _ = try await pipeline.reply(to: ChatCall(asking: text)) }
        #expect(model.count == 1)
        #expect(try await PipelineStages.evict(.all, from: [stages]) == 1)
        _ = try await pipeline.reply(to: ChatCall(asking: Self.likeIt))
        #expect(model.count == 2)
        let statistics = PipelineStages.cacheStatistics(of: [stages, stages])
        #expect(statistics.semanticHits == 1 && statistics.misses == 2 && statistics.kept == 2)
        #expect(statistics.memory.entries == 1 && statistics.hitRate == 1.0 / 3)
    }

    @Test func `the index holds no more than it may`() {
        var index = SemanticIndex(capacity: 10)
        let vector = UnitVector(of: [1, 0]) ?? UnitVector(of: [1])
        guard let vector else { return }
        let owner = CacheOwner(caller: nil)
        for step in 0..<1_000 {
            let key = CacheKey(bytes: [UInt8(step % 25)])
            let scope = CacheKey(bytes: [100 + UInt8(step % 3)])
            index.insert(.init(key: key, owner: owner, text: "\(step)", expiry: .seconds(1)), vector, into: scope)
            if step % 7 == 0 { index.remove(CacheKey(bytes: [UInt8(step % 11)])) }
            #expect(index.count <= 10)
            let held = (0..<3).flatMap { index.scope(CacheKey(bytes: [100 + $0])).entries }
            #expect(held.count == index.count)
            #expect(held.contains { $0.text == "\(step)" } || step % 7 == 0)
        }
        index.removeAll { _ in true }
        #expect(index.count == 0)
    }
}
