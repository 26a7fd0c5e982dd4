import Chat
import Testing

@Suite struct TraceTests {
    @Test func `spans count from the start of the call`() {
        let start = ContinuousClock.now
        let trace = Trace(start: start)
        trace.record(stage: "cache", from: start + .milliseconds(5), to: start + .milliseconds(7), outcome: "miss")
        #expect(
            trace.spans == [Span(stage: "cache", start: .milliseconds(5), duration: .milliseconds(2), outcome: "miss")])
    }

    @Test func `a locked counter loses nothing under concurrency`() async {
        let counter = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<10_000 { counter.withLock { $0 += 1 } } } }
        }
        #expect(counter.withLock { $0 } == 80_000)
    }

    @Test(arguments: ChatError.Kind.allCases)
    func `only what a later attempt may mend is retried`(kind: ChatError.Kind) {
        let retried: Set<ChatError.Kind> = [.rateLimited, .upstreamFailure, .unreachable, .cut, .timeout]
        #expect(ChatError(kind, "").isRetryable == retried.contains(kind))
    }
}
