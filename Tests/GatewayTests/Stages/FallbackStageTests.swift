import Chat
import Testing

@testable import Gateway

@Suite struct FallbackStageTests {
    private static let setting: JSONValue = ["min_confidence": 0.7, "api_b": ["url": "http://b"]]

    private func pipeline(
        _ settings: [String: JSONValue], _ model: any ChatModel, _ other: (any ChatModel)?
    ) throws -> Pipeline {
        var settings = settings
        settings["retry"] = "off"
        let resources = StageResources(otherService: { _ in other })
        return try Pipeline(settings: settings, resources: resources, around: model)
    }

    private func pipeline(_ model: any ChatModel, _ other: (any ChatModel)?) throws -> Pipeline {
        try pipeline(["fallback": Self.setting], model, other)
    }

    /// A model whose answer has this confidence.
    private static func unsure(_ logprob: Double, _ text: String = "first") -> ClosureModel {
        ClosureModel { call, _ throws(ChatError) in
            var reply = ChatReply.said(text)
            reply.logprobs = [["token": "x", "logprob": .number(logprob)]]
            reply.cost = NanoUSD(3)
            try await call.onDelta?(.text(text, receivedAt: .now))
            return reply
        }
    }

    private static let other = ClosureModel { call, _ in
        var reply = ChatReply.said("second")
        reply.cost = NanoUSD(4)
        return reply
    }

    @Test func `an answer under the confidence is given by the other service, marked and never cached`() async throws {
        let model = Self.unsure(-1)
        let settings: [String: JSONValue] = ["fallback": Self.setting, "cache": "exact"]
        for count in 1...2 {
            let pipeline = try self.pipeline(settings, model, Self.other)
            let call = ChatCall(asking: "x")
            let reply = try await pipeline.reply(to: call)
            #expect(reply.text == "second" && reply.source == .fallback && reply.cost == NanoUSD(7))
            #expect(model.count == count)
            #expect(call.trace.spans.first { $0.stage == "fallback" }?.outcome == "confidence 0.37, API B answered")
            #expect(reply.warnings == ["answered by API B: the model's answer had a confidence of 0.37, under 0.7"])
            #expect(call.trace.notes.upstream == "api_b/double/model")
        }
    }

    @Test func `a confident answer stands, with its confidence, and one of which nothing is known, too`() async throws {
        let call = ChatCall(asking: "x")
        let sure = try await pipeline(Self.unsure(-0.1), Self.other).reply(to: call)
        #expect(sure.text == "first" && abs((sure.confidence ?? 0) - 0.9048) < 1e-4)
        #expect(call.trace.spans.first { $0.stage == "fallback" }?.outcome == "confidence 0.9")
        let unknown = ChatCall(asking: "x")
        let reply = try await pipeline(ClosureModel { _, _ in .said("first") }, Self.other).reply(to: unknown)
        #expect(reply.text == "first" && reply.confidence == nil)
        #expect(unknown.trace.spans.first { $0.stage == "fallback" }?.outcome == "confidence unknown")
    }

    @Test func `where the other service fails or is none the first answer stands`() async throws {
        let failing = ClosureModel { _, _ throws(ChatError) in throw ChatError(.timeout, "late") }
        let reply = try await pipeline(Self.unsure(-1), failing).reply(to: ChatCall(asking: "x"))
        #expect(reply.text == "first" && reply.source == .model)
        #expect(reply.warnings == ["API B failed (timeout): the model's own answer stands"])
        #expect(reply.isStandIn, "API B may answer the next time: no cache keeps it")
        let alone = try await pipeline(Self.unsure(-1), nil).reply(to: ChatCall(asking: "x"))
        #expect(alone.text == "first" && alone.warnings.isEmpty && alone.confidence != nil)
    }

    @Test func `a model that fails is stood in for, but not in a request that is wrong in itself`() async throws {
        for kind in [ChatError.Kind.upstreamFailure, .timeout, .refused, .rateLimited] {
            let failing = ClosureModel { _, _ throws(ChatError) in throw ChatError(kind, "no") }
            let reply = try await pipeline(failing, Self.other).reply(to: ChatCall(asking: "x"))
            #expect(reply.text == "second" && reply.source == .fallback)
            let both = ClosureModel { _, _ throws(ChatError) in throw ChatError(.unreachable, "nor there") }
            await #expect(throws: ChatError(kind, "no")) {
                try await pipeline(failing, both).reply(to: ChatCall(asking: "x"))
            }
        }
        for kind in [ChatError.Kind.invalidRequest, .cancelled] {
            let failing = ClosureModel { _, _ throws(ChatError) in throw ChatError(kind, "no") }
            await #expect(throws: ChatError(kind, "no")) {
                try await pipeline(failing, Self.other).reply(to: ChatCall(asking: "x"))
            }
        }
    }

    @Test func `what somebody has heard stands, and no two answers are spliced`() async throws {
        let heard = Locked("")
        var call = ChatCall(asking: "x")
        call.onDelta = { delta in if case .text(let text) = delta.kind { heard.withLock { $0 += text } } }
        let reply = try await pipeline(Self.unsure(-1), Self.other).reply(to: call)
        #expect(reply.text == "first" && heard.withLock { $0 } == "first" && (reply.confidence ?? 1) < 0.7)
        let breaking = ClosureModel { call, _ throws(ChatError) in
            try await call.onDelta?(.text("half", receivedAt: .now))
            throw ChatError(.cut, "cut")
        }
        await #expect(throws: ChatError(.cut, "cut")) { try await pipeline(breaking, Self.other).reply(to: call) }
    }

    @Test func `the other service's answer goes through the guardrails, too`() async throws {
        let leaking = ClosureModel { _, _ in .said("mail ana@example.com") }
        let failing = ClosureModel { _, _ throws(ChatError) in throw ChatError(.timeout, "no") }
        let settings: [String: JSONValue] = ["fallback": Self.setting, "guardrails": ["output": ["pii"]]]
        let reply = try await pipeline(settings, failing, leaking).reply(to: ChatCall(asking: "x"))
        #expect(reply.text == "mail [EMAIL]" && reply.source == .fallback)
        #expect(reply.confidence == 0.5)
        let refusing: [String: JSONValue] = [
            "fallback": Self.setting, "guardrails": ["output": ["pii"], "action": "refuse"],
        ]
        let mended = try await pipeline(refusing, leaking, Self.other).reply(to: ChatCall(asking: "x"))
        #expect(mended.text == "second", "an answer that was held back is no answer")
    }

    @Test func `further answers are paid for and their agreement is a sign, unless the first was heard`() async throws {
        let words = ["Paris in France", "Paris, France", "London, England", "paris in france!"]
        let seeds = Locked([Int?]())
        let model = ClosureModel { call, index throws(ChatError) in
            seeds.withLock { $0.append(call.request.parameters.seed) }
            guard index < words.count else { throw ChatError(.timeout, "late") }
            var reply = ChatReply.said(words[index])
            reply.cost = NanoUSD(3)
            reply.usage = TokenUsage(inputFresh: 10, outputText: 2)
            try await call.onDelta?(.text(reply.text, receivedAt: .now))
            return reply
        }
        let settings: [String: JSONValue] = ["fallback": ["min_confidence": 0.5, "samples": 5]]
        var call = ChatCall(asking: "x")
        call.request.parameters.seed = 7
        let reply = try await pipeline(settings, model, Self.other).reply(to: call)
        #expect(reply.text == words[0] && model.count == 5)
        #expect(reply.cost == nil, "what the one that failed cost is unknown")
        #expect(reply.usage?.input == 40 && reply.usage?.output == 8, "of the four that answered")
        #expect(call.trace.notes.attempts == 5 && call.trace.spans.count { $0.stage == "provider" } == 5)
        #expect(seeds.withLock { Set($0) } == [7, 8, 9, 10, 11])
        #expect(abs((reply.confidence ?? 0) - (0.8 + 0 + 1) / 3) < 1e-12)
        let streamed = ClosureModel(model.answer)
        var heard = ChatCall(asking: "x")
        heard.onDelta = { _ in }
        let alone = try await pipeline(settings, streamed, Self.other).reply(to: heard)
        #expect(streamed.count == 1 && alone.confidence == nil && alone.cost == NanoUSD(3))
    }

    @Test(
        arguments: [
            (["min_confidence": 2], "'min_confidence': found 2; expected a number from 0.0 to 1.0"),
            (["api_b": ["ulr": "http://b"]], "'api_b.ulr': unknown key 'ulr'; did you mean 'url'?"),
            (["api_b": ["token": "t"]], #"'api_b': the key 'url' is missing; write url: "${API_B_URL}""#),
            (["api_b": ["url": 7]], "'api_b.url': found no text; expected one"),
        ] as [(JSONValue, String)])
    func `a faulty setting is refused in words`(setting: JSONValue, message: String) {
        let error = #expect(throws: StageError.self) {
            try PipelineStages(settings: ["fallback": setting], resources: StageResources())
        }
        #expect(error?.description == message)
    }
}
