import Chat
import Gateway
import Testing

@Suite struct RetryStageTests {
    static func run(
        failing errors: [ChatError], policy: RetryStage.Policy = .init(), streamed: Bool = false
    ) async -> (result: Result<ChatReply, ChatError>, attempts: Int, waits: [Duration], note: String?) {
        let clock = NotingClock()
        let model = ClosureModel { call, index throws(ChatError) in
            if streamed { try await call.onDelta?(.text("begun", receivedAt: .now)) }
            if index < errors.count { throw errors[index] }
            return .said("answer")
        }
        var call = ChatCall(asking: "x")
        if streamed { call.onDelta = { _ in } }
        let pipeline = Pipeline([RetryStage(policy: policy, clock: clock, jitter: { 0.5 })], around: model)
        let result: Result<ChatReply, ChatError>
        do throws(ChatError) { result = .success(try await pipeline.reply(to: call)) } catch {
            result = .failure(error)
        }
        return (result, model.count, clock.sleeps.withLock { $0 }, call.trace.spans.last?.outcome)
    }

    @Test func `an overloaded upstream is asked again with growing waits`() async throws {
        let failure = ChatError(.upstreamFailure, "busy", status: 503)
        let run = await RetryStageTests.run(failing: [failure, failure])
        #expect(try run.result.get().text == "answer")
        #expect(run.attempts == 3)
        #expect(run.note == "attempt 3")
        let waits = run.waits.map { ($0.milliseconds / 10).rounded() * 10 }
        #expect(waits == [250, 500])
    }

    @Test func `the upstream's own wait is honoured`() async {
        let run = await RetryStageTests.run(failing: [ChatError(.rateLimited, "", retryAfter: .seconds(7))])
        #expect(run.waits.count == 1)
        #expect(abs(run.waits[0].milliseconds - 7000) < 100)
    }

    @Test func `a wait over a minute is passed on`() async {
        let error = ChatError(.rateLimited, "", retryAfter: .seconds(61))
        let run = await RetryStageTests.run(failing: [error])
        #expect(run.attempts == 1)
        guard case .failure(let last) = run.result else { Issue.record("expected a failure"); return }
        #expect(last.retryAfter == .seconds(61))
        #expect(last.attempts == 1)
    }

    @Test func `attempts end at the bound and the last error tells how many there were`() async {
        let errors = Array(repeating: ChatError(.timeout, "slow"), count: 5)
        let run = await RetryStageTests.run(failing: errors, policy: .init(maxAttempts: 4))
        #expect(run.attempts == 4)
        #expect(run.note == "attempt 4: timeout")
        guard case .failure(let last) = run.result else { Issue.record("expected a failure"); return }
        #expect(last.attempts == 4)
    }

    @Test(arguments: ChatError.Kind.allCases.filter { !ChatError($0, "").isRetryable })
    func `what asking again cannot mend is not asked again`(kind: ChatError.Kind) async {
        let run = await RetryStageTests.run(failing: [ChatError(kind, "no")])
        #expect(run.attempts == 1)
    }

    @Test func `nothing is retried once a piece of the answer was handed on`() async {
        let run = await RetryStageTests.run(failing: [ChatError(.cut, "cut")], streamed: true)
        #expect(run.attempts == 1)
    }

    @Test func `the upstream's own advice goes before the kind of its error`() async {
        let never = ChatError(.upstreamFailure, "", retryAdvice: false)
        #expect(await RetryStageTests.run(failing: [never]).attempts == 1)
        let again = ChatError(.invalidRequest, "", status: 409, retryAdvice: true)
        #expect(await RetryStageTests.run(failing: [again]).attempts == 2)
    }

    @Test func `a refusal of ours is not asked again, and the upstream's error before it stands`() async {
        let refusal = ChatError(.rateLimited, "queue", retryAfter: .seconds(1), attempts: 0)
        let first = await RetryStageTests.run(failing: [refusal])
        #expect(first.attempts == 1 && first.waits.isEmpty)
        guard case .failure(refusal) = first.result else { Issue.record("expected the refusal"); return }
        let later = await RetryStageTests.run(failing: [ChatError(.timeout, "slow"), refusal])
        guard case .failure(let error) = later.result else { Issue.record("expected a failure"); return }
        #expect(error.kind == .timeout && error.attempts == 1)
    }

    @Test func `a budget bounds what an upstream that is down costs, and calls that go well fill it again`() async {
        let isUp = Locked(false)
        let model = ClosureModel { _, _ throws(ChatError) in
            guard isUp.withLock({ $0 }) else { throw ChatError(.upstreamFailure, "down") }
            return .said("answer")
        }
        let policy = RetryStage.Policy(maxAttempts: 5, budget: 0.2)
        let pipeline = Pipeline([RetryStage(policy: policy, clock: NotingClock(), jitter: { 0 })], around: model)
        var last = ChatCall(asking: "x")
        for _ in 0..<100 {
            last = ChatCall(asking: "x")
            _ = try? await pipeline.reply(to: last)
        }
        #expect((100...130).contains(model.count))
        #expect(
            last.trace.spans.last?.outcome == "attempt 1: upstream_failure, no retries left in the budget"
                || last.trace.spans.last?.outcome == "attempt 2: upstream_failure, no retries left in the budget")
        isUp.withLock { $0 = true }
        for _ in 0..<20 { _ = try? await pipeline.reply(to: ChatCall(asking: "x")) }
        isUp.withLock { $0 = false }
        let before = model.count
        _ = try? await pipeline.reply(to: ChatCall(asking: "x"))
        #expect(model.count - before == 5)
    }
}
