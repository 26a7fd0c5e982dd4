import Chat
@testable import Gateway
import Testing

@Suite struct CacheStageTests {
    static func counting() -> ClosureModel { ClosureModel { _, index in .said("answer \(index)") } }

    static func pipeline(_ model: ClosureModel, fingerprint: String = "p", storage: (any CacheStorage)? = nil)
        -> Pipeline
    {
        Pipeline([CacheStage(fingerprint: fingerprint, storage: storage)], around: model)
    }

    @Test func `the same request is answered from the cache, free of charge`() async throws {
        let model = CacheStageTests.counting()
        let pipeline = CacheStageTests.pipeline(model)
        let first = try await pipeline.reply(to: ChatCall(asking: "x"))
        let again = ChatCall(asking: "x")
        let second = try await pipeline.reply(to: again)
        #expect(model.count == 1)
        #expect(first.source == .model)
        #expect(second.source == .cache)
        #expect(second.text == first.text)
        #expect(second.cost == .zero)
        #expect(again.trace.spans.map(\.outcome) == ["hit"])
    }

    /// Stored caches are found by it: another spelling would empty every one. Computed with Python's hashlib.
    @Test func `a key is the SHA-256 of its parts, each with its length before it`() {
        var call = ChatCall(ChatRequest(model: "double/m", user: "x"))
        call.context.caller = "someone"
        call.context.knowledge = ""
        call.context.variables = ["document": "one"]
        #expect(
            CacheKey(call: call, fingerprint: "p").text
                == "b3acef41d0b5b121f6f5c71aa18c13f92acb6a9b88599f79615f02cef0aba969")
        #expect(
            CacheKey(call: call, fingerprint: "p", readsVariables: true).text
                == "34c4e89d5e1deae2a91da9d4c997da8c1a57496843171822e0fbe752071eb032")
    }

    static let differences: [(String, @Sendable (inout ChatCall) -> Void)] = [
        ("text", { $0.request.messages[0].content = "y" }),
        ("model", { $0.request.model = "double/other" }),
        ("temperature", { $0.request.parameters.temperature = 1 }),
        ("tools", { $0.request.tools = [["type": "function"]] }),
        ("response format", { $0.request.responseFormat = ["type": "json_object"] }),
        ("seed", { $0.request.parameters.seed = 1 }),
        ("repeat", { $0.context.repeatIndex = 1 }),
        ("caller", { $0.context.caller = "someone" }),
        ("partition", { $0.context.cachePartition = "run" }),
    ]

    @Test(arguments: differences.indices)
    func `any difference that may change the answer is a miss`(index: Int) async throws {
        let model = CacheStageTests.counting()
        let pipeline = CacheStageTests.pipeline(model)
        _ = try await pipeline.reply(to: ChatCall(asking: "x"))
        var call = ChatCall(asking: "x")
        CacheStageTests.differences[index].1(&call)
        #expect(try await pipeline.reply(to: call).source == .model, "\(CacheStageTests.differences[index].0)")
    }

    @Test func `the sample's fields count where the model reads them, and only there`() async throws {
        for readsVariables in [true, false] {
            let model = CacheStageTests.counting()
            let pipeline = Pipeline([CacheStage(fingerprint: "p", readsVariables: readsVariables)], around: model)
            for text in ["one", "two", "one"] {
                var call = ChatCall(asking: "x")
                call.context.variables = ["document": text]
                _ = try await pipeline.reply(to: call)
            }
            #expect(model.count == (readsVariables ? 2 : 1))
        }
    }

    static func calling(_ arguments: String) -> ChatReply {
        let function: JSONValue = ["name": "weather", "arguments": .string(arguments)]
        return ChatReply(
            text: "", toolCalls: [["id": "1", "type": "function", "function": function]], finishReason: .tool,
            model: "m")
    }

    @Test func `an error, a cut, a refusal, half a tool call and another's answer are not kept`() async throws {
        let replies: [Result<ChatReply, ChatError>] = [
            .failure(ChatError(.timeout, "")),
            .success(ChatReply(text: "cut short", finishReason: .length, model: "m")),
            .success(ChatReply(text: "no", finishReason: .refused, model: "m")),
            .success(ChatReply(text: "from b", model: "m", source: .fallback)),
            .success(CacheStageTests.calling(#"{"city": "Par"#)),
            .success(ChatReply(text: "whole", model: "m")),
        ]
        let model = ClosureModel { _, index throws(ChatError) in try replies[index].get() }
        let pipeline = CacheStageTests.pipeline(model)
        for _ in replies { _ = try? await pipeline.reply(to: ChatCall(asking: "x")) }
        #expect(model.count == 6)
        #expect(try await pipeline.reply(to: ChatCall(asking: "x")).text == "whole")
    }

    @Test func `a listener gets the cached text`() async throws {
        let pipeline = CacheStageTests.pipeline(CacheStageTests.counting())
        _ = try await pipeline.reply(to: ChatCall(asking: "x"))
        let heard = Locked<[String]>([])
        var call = ChatCall(asking: "x")
        call.onDelta = { delta in
            if case .text(let text) = delta.kind { heard.withLock { $0.append(text) } }
        }
        _ = try await pipeline.reply(to: call)
        #expect(heard.withLock { $0 } == ["answer 0"])
    }

    @Test func `another pipeline over the same storage finds the answer, one with another fingerprint does not`()
        async throws
    {
        let shelf = Shelf()
        let model = CacheStageTests.counting()
        _ = try await CacheStageTests.pipeline(model, storage: shelf).reply(to: ChatCall(asking: "x"))
        #expect(
            try await CacheStageTests.pipeline(model, storage: shelf).reply(to: ChatCall(asking: "x")).source == .cache)
        let other = CacheStageTests.pipeline(model, fingerprint: "q", storage: shelf)
        #expect(try await other.reply(to: ChatCall(asking: "x")).source == .model)
    }

    @Test func `a damaged entry, and one of another format, is a miss`() async throws {
        let shelf = Shelf()
        let model = CacheStageTests.counting()
        let key = CacheKey(call: ChatCall(asking: "x"), fingerprint: "p")
        let call = ChatCall(asking: "x")
        let whole = CachedReply.encode(ChatReply(text: "kept", model: "m")).objectValue ?? []
        for broken in [["text": 1], .object(whole.filter { $0.key != "format" })] as [JSONValue] {
            let entry = CacheEntry(
                reply: broken, owner: CacheOwner(caller: nil),
                fields: RequestFields(call: call, fingerprint: "p", readsVariables: false))
            shelf.cacheReply(entry, under: key, expiresAfter: .seconds(1))
            #expect(try await CacheStageTests.pipeline(model, storage: shelf).reply(to: call).source == .model)
            shelf.entries.withLock { $0 = [:] }
        }
    }
}
