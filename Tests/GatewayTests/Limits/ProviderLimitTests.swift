import Chat
@testable import Gateway
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProviderLimitTests {
    static func model(_ limit: ProviderLimit, _ next: any ChatModel) -> LimitedModel {
        LimitedModel(limit: limit, next: next)
    }

    @Test func `so many are under way, so many wait, and the rest is refused at once`() async {
        let clock = ManualClock()
        let limit = ProviderLimit(
            provider: "openai", maxConcurrency: 2, requestsPerMinute: nil, queue: 3, clock: clock)
        let door = Door()
        let upstream = ClosureModel { _, _ in
            await door.pass()
            return .said("answer")
        }
        let model = Self.model(limit, upstream)
        let results = Locked<[Result<ChatReply, ChatError>]>([])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let result = await model.outcome(of: ChatCall(asking: "x"))
                    results.withLock { $0.append(result) }
                }
            }
            await settle { results.withLock { $0.count } == 15 && upstream.count == 2 }
            #expect(results.withLock { $0.count } == 15)
            #expect(upstream.count == 2)
            for result in results.withLock({ $0 }) {
                #expect(
                    result.error?.description
                        == "rate_limited: providers.openai: 2 calls are under way (max_concurrency) and 3 wait already "
                        + "(queue)")
                #expect(result.error?.retryAfter == .seconds(2))
                #expect(result.error?.attempts == 0)
            }
            door.open()
        }
        #expect(upstream.count == 5)
        #expect(results.withLock { $0.count { $0.text == "answer" } } == 5)
        #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer")
    }

    @Test func `the requests of a minute may come at once, then in step`() async {
        let clock = ManualClock()
        let limit = ProviderLimit(
            provider: "openai", maxConcurrency: nil, requestsPerMinute: 60, queue: 2, clock: clock)
        let upstream = ClosureModel { _, _ in .said("answer") }
        let model = Self.model(limit, upstream)
        for _ in 0..<60 { #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer") }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer") }
            }
            await settle { clock.sleeping == 2 }
            let refused = await model.outcome(of: ChatCall(asking: "x")).error
            #expect(
                refused?.message
                    == "providers.openai: 60 requests of this minute are used up (requests_per_minute) and 2 wait "
                    + "already (queue)")
            #expect(refused?.retryAfter == .seconds(1))
            clock.advance(by: .seconds(1))
            await settle { upstream.count == 61 }
            #expect(upstream.count == 61)
            clock.advance(by: .seconds(1))
        }
        #expect(upstream.count == 62)
    }

    @Test func `who leaves the queue gives its place back`() async {
        let clock = ManualClock()
        let limit = ProviderLimit(
            provider: "openai", maxConcurrency: 1, requestsPerMinute: 1, queue: 1, clock: clock)
        let model = Self.model(limit, ClosureModel { _, _ in .said("answer") })
        #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer")
        for _ in 0..<3 {
            let waiting = Task { await model.outcome(of: ChatCall(asking: "x")) }
            await settle { clock.sleeping == 1 }
            #expect(await model.outcome(of: ChatCall(asking: "x")).error?.kind == .rateLimited)
            waiting.cancel()
            #expect(await waiting.value.error?.kind == .cancelled)
        }
        clock.advance(by: .seconds(60))
        #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer")
    }

    @Test func `without a bound on the queue nobody is refused`() async {
        let limit = ProviderLimit(provider: "openai", maxConcurrency: 2, requestsPerMinute: nil, queue: nil)
        let model = Self.model(limit, ClosureModel { _, _ in .said("answer") })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask { #expect(await model.outcome(of: ChatCall(asking: "x")).text == "answer") }
            }
        }
    }
}
