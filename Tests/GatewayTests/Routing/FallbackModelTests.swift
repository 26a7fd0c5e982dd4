import Chat
@testable import Gateway
import Testing

@Suite struct FallbackModelTests {
    static let down = ChatError(.upstreamFailure, "down", status: 500)

    static func choice(
        _ name: String, parameters: ChatRequest.Parameters = .init(), _ model: ClosureModel
    ) -> Route.Choice {
        Route.Choice(Upstream(model, name: name, parameters: parameters))
    }

    static func pipeline(_ choices: [Route.Choice], _ settings: [String: JSONValue] = [:]) throws -> Pipeline {
        let stages = try PipelineStages(settings: settings, resources: StageResources(clock: NotingClock()))
        return Pipeline(stages, around: Route(choices))
    }

    @Test func `a model that fails is retried, then the next one answers and the reply says so`() async throws {
        let first = ClosureModel { _, _ throws(ChatError) in throw FallbackModelTests.down }
        let second = ClosureModel { _, _ in ChatReply(text: "answer", model: "gpt-4o") }
        let pipeline = try Self.pipeline([Self.choice("anthropic/x", first), Self.choice("openai/gpt-4o", second)])
        let call = ChatCall(asking: "x")
        let reply = try await pipeline.reply(to: call)
        #expect(first.count == 3)
        #expect(reply.text == "answer" && reply.model == "gpt-4o")
        #expect(reply.isStandIn && reply.source == .model)
        #expect(reply.warnings == ["anthropic/x failed (upstream_failure: down); openai/gpt-4o answered"])
        #expect(
            call.trace.spans.first { $0.stage == "fallback" }?.outcome
                == "openai/gpt-4o after anthropic/x: upstream_failure")
        #expect(call.trace.spans.count { $0.stage == "provider" } == 4)
        #expect(second.calls.withLock { $0[0].request.model } == "openai/gpt-4o")
    }

    @Test func `each attempt has a call of its own`() async throws {
        let first = ClosureModel { _, _ throws(ChatError) in throw FallbackModelTests.down }
        let second = ClosureModel { _, _ in .said("answer") }
        let pipeline = try Self.pipeline([
            Self.choice("a/x", parameters: .init(temperature: 0, maxTokens: 7), first),
            Self.choice("b/y", parameters: .init(topP: 0.5), second),
        ])
        var call = ChatCall(asking: "x")
        call.request.parameters.maxTokens = 9
        call.request.wireBody = WireBody(dialect: .openAIChat, bytes: [1])
        _ = try await pipeline.reply(to: call)
        let asked = (first.calls.withLock { $0[0].request }, second.calls.withLock { $0[0].request })
        #expect(asked.0.parameters == .init(temperature: 0, maxTokens: 9))
        #expect(asked.1.parameters == .init(topP: 0.5, maxTokens: 9))
        #expect(asked.0.wireBody == nil)
    }

    @Test func `the first that answers is no stand-in and leaves its body as it came`() async throws {
        let first = ClosureModel { _, _ in .said("answer") }
        let second = ClosureModel { _, _ in .said("other") }
        let pipeline = try Self.pipeline([Self.choice("a/x", first), Self.choice("b/y", second)])
        var call = ChatCall(asking: "x")
        call.request.wireBody = WireBody(dialect: .openAIChat, bytes: [1])
        let reply = try await pipeline.reply(to: call)
        #expect(!reply.isStandIn && reply.warnings.isEmpty)
        #expect(first.calls.withLock { $0[0].request.wireBody?.bytes } == [1])
        #expect(second.count == 0)
    }

    @Test func `nothing is spliced: once a piece was handed on the error stands`() async throws {
        let cut = ChatError(.cut, "cut")
        let first = ClosureModel { call, _ throws(ChatError) in
            try await call.onDelta?(.text("half an ", receivedAt: .now))
            throw cut
        }
        let second = ClosureModel { _, _ in .said("answer") }
        let pipeline = try Self.pipeline([Self.choice("a/x", first), Self.choice("b/y", second)])
        var call = ChatCall(asking: "x")
        call.onDelta = { _ in }
        #expect(await pipeline.outcome(of: call).error?.kind == .cut)
        #expect(first.count == 1 && second.count == 0)
        call.onDelta = nil
        #expect(await pipeline.outcome(of: call).text == "answer")
    }

    @Test(arguments: ChatError.Kind.allCases)
    func `what lies in the request itself goes to nobody else`(kind: ChatError.Kind) async throws {
        let first = ClosureModel { _, _ throws(ChatError) in throw ChatError(kind, "no") }
        let second = ClosureModel { _, _ in .said("answer") }
        let pipeline = try Self.pipeline([Self.choice("a/x", first), Self.choice("b/y", second)])
        let stays = [ChatError.Kind.invalidRequest, .refused, .cancelled].contains(kind)
        #expect((await pipeline.outcome(of: ChatCall(asking: "x")).text == "answer") == !stays)
    }

    @Test func `when all fail the last upstream's error stands, not a refusal of ours`() async throws {
        let first = ClosureModel { _, _ throws(ChatError) in throw FallbackModelTests.down }
        let second = ClosureModel { _, _ throws(ChatError) in throw ChatError(.timeout, "slow") }
        let pipeline = try Self.pipeline(
            [Self.choice("a/x", first), Self.choice("b/y", second)],
            ["retry": ["max_attempts": 1], "breaker": ["failures": 1]])
        #expect(await pipeline.outcome(of: ChatCall(asking: "x")).error?.kind == .timeout)
        let refused = await pipeline.outcome(of: ChatCall(asking: "x")).error
        #expect(refused?.code == "breaker_open" && refused?.attempts == 0)
        #expect(first.count == 1 && second.count == 1)
    }

    @Test func `a provider's full queue sends the call on to the next model at once`() async throws {
        let door = Door()
        let busy = ClosureModel { _, _ in
            await door.pass()
            return .said("slow")
        }
        let limit = ProviderLimit(provider: "a", maxConcurrency: 1, requestsPerMinute: nil, queue: 0)
        let pipeline = try Self.pipeline([
            Route.Choice(Upstream(busy, name: "a/x", limit: limit)),
            Self.choice("b/y", ClosureModel { _, _ in .said("answer") }),
        ])
        let first = Task { await pipeline.outcome(of: ChatCall(asking: "x")) }
        await settle { busy.count == 1 }
        let reply = try await pipeline.reply(to: ChatCall(asking: "x"))
        #expect(reply.text == "answer")
        #expect(
            reply.warnings == [
                "a/x failed (rate_limited: providers.a: 1 calls are under way (max_concurrency) and nothing may wait "
                    + "(queue)); b/y answered"
            ])
        door.open()
        #expect(await first.value.text == "slow")
    }

    @Test func `a stand-in's answer is not cached`() async throws {
        let isUp = Locked(false)
        let first = ClosureModel { _, _ throws(ChatError) in
            guard isUp.withLock({ $0 }) else { throw FallbackModelTests.down }
            return .said("first")
        }
        let second = ClosureModel { _, _ in .said("second") }
        let pipeline = try Self.pipeline(
            [Self.choice("a/x", first), Self.choice("b/y", second)], ["cache": "exact"])
        #expect(try await pipeline.reply(to: ChatCall(asking: "x")).text == "second")
        isUp.withLock { $0 = true }
        #expect(try await pipeline.reply(to: ChatCall(asking: "x")).text == "first")
        #expect(try await pipeline.reply(to: ChatCall(asking: "x")).source == .cache)
    }
}
