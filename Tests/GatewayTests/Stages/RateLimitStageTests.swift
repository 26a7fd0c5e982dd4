import Chat
@testable import Gateway
import Testing

@Suite(.timeLimit(.minutes(1))) struct RateLimitStageTests {
    static func call(
        model: String = "m/a", caller: String? = nil, session: String? = nil, beginsSession: Bool = false
    ) -> ChatCall {
        var context = CallContext(caller: caller, session: session)
        context.beginsSession = beginsSession
        return ChatCall(ChatRequest(model: model, user: "x"), context: context)
    }

    static func pipeline(_ setting: JSONValue, _ clock: ManualClock, _ model: ClosureModel) throws -> Pipeline {
        try Pipeline(settings: ["rate_limit": setting], resources: StageResources(clock: clock), around: model)
    }

    static let scopes: [(String, ChatCall, ChatCall, Bool)] = [
        ("session", call(session: "a"), call(session: "a"), true),
        ("session", call(session: "a"), call(session: "b"), false),
        ("session", call(caller: "k", session: "a"), call(caller: "l", session: "a"), false),
        ("session", call(caller: "k"), call(caller: "k"), true),
        (
            "session", call(caller: "k", session: "made-1", beginsSession: true),
            call(caller: "k", session: "made-2", beginsSession: true), true
        ),
        ("key", call(caller: "k", session: "a"), call(caller: "k", session: "b"), true),
        ("key", call(caller: "k"), call(caller: "l"), false),
        ("model", call(model: "m/a", caller: "k"), call(model: "m/a", caller: "l"), true),
        ("model", call(model: "m/a"), call(model: "m/b"), false),
    ]

    @Test(arguments: scopes.indices) func `a limit is shared by those it is for`(index: Int) async throws {
        let (scope, first, second, isShared) = Self.scopes[index]
        let setting: JSONValue = .object([
            .init(key: "requests_per_minute", value: 1), .init(key: "per", value: .string(scope)),
        ])
        let pipeline = try Self.pipeline(setting, ManualClock(), ClosureModel { _, _ in .said("y") })
        #expect(await pipeline.outcome(of: first).text == "y")
        #expect((await pipeline.outcome(of: second).error != nil) == isShared)
    }

    @Test func `what is over is refused at once, by name, with the time to come back`() async throws {
        let clock = ManualClock()
        let model = ClosureModel { _, _ in .said("y") }
        let pipeline = try Self.pipeline(["requests_per_minute": 4], clock, model)
        for left in [3, 2, 1, 0] {
            let limits = try await pipeline.reply(to: Self.call(session: "a")).rateLimits
            #expect(limits?.limitRequests == 4 && limits?.remainingRequests == left)
        }
        let call = Self.call(session: "a")
        let error = await pipeline.outcome(of: call).error
        #expect(
            error?.description
                == "rate_limited: rate limit: 4 requests a minute per session are used up; try again in 15 s")
        #expect(error?.retryAfter == .seconds(15))
        #expect(error?.code == "rate_limit_exceeded" && error?.attempts == 0)
        #expect(call.trace.spans.contains { $0.stage == "rate_limit" && $0.outcome == "refused" })
        #expect(model.count == 4)
        clock.advance(by: .seconds(15))
        #expect(await pipeline.outcome(of: Self.call(session: "a")).text == "y")
    }

    @Test func `tokens are paid after the answer, and a debt is worked off`() async throws {
        let clock = ManualClock()
        let model = ClosureModel { _, _ in
            ChatReply(text: "y", model: "m", usage: TokenUsage(inputFresh: 100, outputText: 150))
        }
        let pipeline = try Self.pipeline(["tokens_per_minute": 100, "per": "key"], clock, model)
        #expect(await pipeline.outcome(of: Self.call()).text == "y")
        let error = await pipeline.outcome(of: Self.call()).error
        #expect(error?.message == "rate limit: 100 tokens a minute per key are used up; try again in 90 s")
        clock.advance(by: .seconds(91))
        #expect(await pipeline.outcome(of: Self.call()).text == "y")
    }

    @Test func `with a queue the next in turn waits, and leaving gives the turn back`() async throws {
        let clock = ManualClock()
        let pipeline = try Self.pipeline(
            ["requests_per_minute": 1, "queue": 1], clock, ClosureModel { _, _ in .said("y") })
        #expect(await pipeline.outcome(of: Self.call()).text == "y")
        let leaving = Task { await pipeline.outcome(of: Self.call()) }
        await settle { clock.sleeping == 1 }
        #expect(await pipeline.outcome(of: Self.call()).error?.retryAfter == .seconds(60))
        leaving.cancel()
        #expect(await leaving.value.error?.kind == .cancelled)
        let waiting = Task { await pipeline.outcome(of: Self.call()) }
        await settle { clock.sleeping == 1 }
        clock.advance(by: .seconds(60))
        #expect(await waiting.value.text == "y")
    }

    @Test(
        arguments: [
            ("on", #"found "on"; expected off or a mapping"#),
            (["per": "key"], #"found {"per":"key"}; expected requests_per_minute or tokens_per_minute in it"#),
            (
                ["requests_per_minute": 0],
                "'requests_per_minute': found 0; expected a whole number from 1 to 1000000000"
            ),
            (["requests_per_minute": 1, "per": "user"], #"'per': found "user"; expected one of session, key, model"#),
        ] as [(JSONValue, String)])
    func `a setting that limits nothing is refused`(setting: JSONValue, message: String) {
        let error = #expect(throws: StageError.self) {
            try Self.pipeline(setting, ManualClock(), ClosureModel { _, _ in .said("") })
        }
        #expect(error?.description == message)
    }
}
