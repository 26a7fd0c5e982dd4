import Chat
@testable import Gateway
import Testing

@Suite(.timeLimit(.minutes(1))) struct BreakerStageTests {
    static let down = ChatError(.upstreamFailure, "down", status: 500)

    @Test func `an upstream that keeps failing is left alone, and one call finds out whether it is back`() async {
        let clock = ManualClock()
        let isUp = Locked(false)
        let door = Door()
        let upstream = ClosureModel { _, index throws(ChatError) in
            if index == 3 { await door.pass() }
            guard isUp.withLock({ $0 }) else { throw BreakerStageTests.down }
            return .said("answer")
        }
        let pipeline = Pipeline([BreakerStage(failures: 3, openTime: .seconds(10), clock: clock)], around: upstream)
        for _ in 0..<3 { #expect(await pipeline.outcome(of: ChatCall(asking: "x")).error == Self.down) }
        let refused = await pipeline.outcome(of: ChatCall(asking: "x")).error
        #expect(
            refused?.description
                == "upstream_failure: double/model keeps failing and is not asked for a while (breaker)")
        #expect(refused?.retryAfter == .seconds(10) && refused?.status == 503 && refused?.attempts == 0)
        #expect(upstream.count == 3)
        clock.advance(by: .seconds(10))
        isUp.withLock { $0 = true }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { #expect(await pipeline.outcome(of: ChatCall(asking: "x")).text == "answer") }
            await settle { upstream.count == 4 }
            for _ in 0..<50 { #expect(await pipeline.outcome(of: ChatCall(asking: "x")).error?.code == "breaker_open") }
            #expect(upstream.count == 4)
            door.open()
        }
        #expect(await pipeline.outcome(of: ChatCall(asking: "x")).text == "answer")
    }

    @Test func `each model has its own`() async {
        let upstream = ClosureModel { call, _ throws(ChatError) in
            guard call.request.model == "a/up" else { throw BreakerStageTests.down }
            return .said("answer")
        }
        let pipeline = Pipeline([BreakerStage(failures: 1, clock: ManualClock())], around: upstream)
        #expect(await pipeline.outcome(of: ChatCall(ChatRequest(model: "a/down", user: "x"))).error == Self.down)
        #expect(
            await pipeline.outcome(of: ChatCall(ChatRequest(model: "a/down", user: "x"))).error?.code == "breaker_open")
        #expect(await pipeline.outcome(of: ChatCall(ChatRequest(model: "a/up", user: "x"))).text == "answer")
    }

    @Test(arguments: [
        (.upstreamFailure, true), (.unreachable, true), (.cut, true), (.timeout, true), (.invalidResponse, true),
        (.invalidRequest, false), (.authentication, false), (.quotaExceeded, false), (.rateLimited, false),
        (.refused, false), (.notFound, false), (.cancelled, false), (.internal, false),
    ] as [(ChatError.Kind, Bool)])
    func `what is the upstream's own failure counts, and nothing else`(kind: ChatError.Kind, counts: Bool) async {
        let upstream = ClosureModel { _, _ throws(ChatError) in throw ChatError(kind, "no") }
        let pipeline = Pipeline([BreakerStage(failures: 2, clock: ManualClock())], around: upstream)
        for _ in 0..<4 { _ = await pipeline.outcome(of: ChatCall(asking: "x")) }
        #expect(upstream.count == (counts ? 2 : 4))
    }

    @Test func `inside of retries it ends them when it opens, with the upstream's own error`() async throws {
        let upstream = ClosureModel { _, _ throws(ChatError) in throw BreakerStageTests.down }
        let pipeline = try Pipeline(
            settings: ["retry": ["max_attempts": 10], "breaker": ["failures": 2]],
            resources: StageResources(clock: NotingClock()), around: upstream)
        let error = await pipeline.outcome(of: ChatCall(asking: "x")).error
        #expect(upstream.count == 2)
        #expect(error?.status == 500 && error?.attempts == 2)
    }
}
