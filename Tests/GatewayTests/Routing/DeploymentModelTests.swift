import Chat
@testable import Gateway
import Testing

@Suite struct DeploymentModelTests {
    static let down = ChatError(.upstreamFailure, "down", status: 500)

    static func pipeline(
        _ models: [ClosureModel], weights: [Int]? = nil, _ strategy: DeploymentPool.Strategy = .weighted,
        clock: ManualClock = ManualClock(), settings: [String: JSONValue] = [:]
    ) throws -> Pipeline {
        let upstreams = models.enumerated().map { Upstream($0.element, name: "d\($0.offset)/m") }
        let pool = DeploymentPool(
            weights: weights ?? models.map { _ in 1 }, strategy: strategy, clock: clock)
        let stages = try PipelineStages(settings: settings, resources: StageResources(clock: NotingClock()))
        return Pipeline(stages, around: Route([.init(name: "pool", upstreams, pool)]))
    }

    @Test func `weights share the calls out exactly and evenly`() {
        var board = DeploymentBoard(weights: [5, 1, 1], strategy: .weighted)
        let chosen = (0..<7).compactMap { _ in board.begin(without: [], at: .zero) }
        #expect(chosen == [0, 0, 1, 0, 2, 0, 0])
    }

    @Test func `a deployment that fails is left for the others, in the call and for a while after`() async throws {
        let clock = ManualClock()
        let isUp = Locked(false)
        let first = ClosureModel { _, _ throws(ChatError) in
            guard isUp.withLock({ $0 }) else { throw DeploymentModelTests.down }
            return .said("first")
        }
        let second = ClosureModel { _, _ in .said("second") }
        let pipeline = try Self.pipeline([first, second], clock: clock)
        let call = ChatCall(asking: "x")
        let reply = try await pipeline.reply(to: call)
        #expect(reply.text == "second" && !reply.isStandIn)
        #expect(
            call.trace.spans.first { $0.stage == "deployments" }?.outcome == "d1/m after d0/m: upstream_failure")
        for _ in 0..<10 { #expect(await pipeline.outcome(of: ChatCall(asking: "x")).text == "second") }
        #expect(first.count == 1)
        isUp.withLock { $0 = true }
        clock.advance(by: .seconds(1))
        let texts = try await [
            pipeline.reply(to: ChatCall(asking: "x")).text, pipeline.reply(to: ChatCall(asking: "x")).text,
        ]
        #expect(Set(texts) == ["first", "second"])
    }

    @Test func `the rest grows with each failure, and an upstream's own wait counts`() {
        var board = DeploymentBoard(weights: [1, 1], strategy: .weighted)
        var now = Duration.zero
        for rest in [1, 2, 4, 8, 16, 32, 60, 60] {
            guard board.begin(without: [1], at: now) == 0 else { Issue.record("expected the first"); return }
            board.end(0, .failed(retryAfter: nil), at: now)
            #expect(board.deployments[0].restsUntil == now + .seconds(rest))
            now = board.deployments[0].restsUntil
        }
        _ = board.begin(without: [0], at: now)
        board.end(1, .failed(retryAfter: .seconds(20)), at: now)
        #expect(board.deployments[1].restsUntil == now + .seconds(20))
    }

    @Test func `when all rest, all are asked, and when all fail the retries begin again`() async throws {
        let models = (0..<2).map { _ in
            ClosureModel { _, index throws(ChatError) in
                guard index == 2 else { throw DeploymentModelTests.down }
                return .said("answer")
            }
        }
        let pipeline = try Self.pipeline(models)
        let call = ChatCall(asking: "x")
        #expect(try await pipeline.reply(to: call).text == "answer")
        #expect(models.map(\.count).reduce(0, +) == 5)
        #expect(call.trace.spans.first { $0.stage == "retry" }?.outcome == "attempt 3")
    }

    @Test func `the least busy for its weight is next`() {
        var board = DeploymentBoard(weights: [2, 1], strategy: .leastBusy)
        #expect((0..<6).compactMap { _ in board.begin(without: [], at: .zero) }.count { $0 == 0 } == 4)
        board.end(1, .neither, at: .zero)
        #expect(board.begin(without: [], at: .zero) == 1)
    }

    @Test func `the fastest of late is next, and who was not asked for a minute is tried anew`() {
        var board = DeploymentBoard(weights: [1, 1, 1], strategy: .lowestLatency)
        let times: [Duration] = [.milliseconds(300), .milliseconds(100), .milliseconds(200)]
        for _ in times {
            guard let index = board.begin(without: [], at: .zero) else { return }
            board.end(index, .answered(after: times[index]), at: .zero)
        }
        for second in 1...60 {
            #expect(board.begin(without: [], at: .seconds(second)) == 1)
            board.end(1, .answered(after: .milliseconds(100)), at: .seconds(second))
        }
        let next = [board.begin(without: [], at: .seconds(61)), board.begin(without: [], at: .seconds(61))]
        #expect(Set(next.compactMap { $0 }) == [0, 2])
        #expect(board.begin(without: [], at: .seconds(61)) == 1)
    }

    @Test func `a request at fault is asked once, and a stream that has begun is not begun again`() async throws {
        for kind in [ChatError.Kind.invalidRequest, .cut] {
            let models = (0..<2).map { _ in
                ClosureModel { call, _ throws(ChatError) in
                    try await call.onDelta?(.text("a", receivedAt: .now))
                    throw ChatError(kind, "no")
                }
            }
            var call = ChatCall(asking: "x")
            if kind == .cut { call.onDelta = { _ in } }
            #expect(await (try Self.pipeline(models)).outcome(of: call).error?.kind == kind)
            #expect(models.map(\.count).reduce(0, +) == 1)
        }
    }

    @Test func `a deployment's open breaker costs its calls nothing but the way to another`() async throws {
        let first = ClosureModel { _, _ throws(ChatError) in throw DeploymentModelTests.down }
        let second = ClosureModel { _, _ in .said("answer") }
        let clock = ManualClock()
        let pipeline = try Self.pipeline([first, second], clock: clock, settings: ["breaker": ["failures": 1]])
        for _ in 0..<20 {
            #expect(await pipeline.outcome(of: ChatCall(asking: "x")).text == "answer")
            clock.advance(by: .seconds(60))
        }
        #expect(first.count == 1)
    }
}
