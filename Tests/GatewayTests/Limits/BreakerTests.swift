@testable import Gateway
import Testing

@Suite struct BreakerTests {
    /// Lets a call through, or records that it was not, and reports what came of it.
    private func ask(_ breaker: inout Breaker, _ outcome: Breaker.Outcome, at now: Duration) -> Bool {
        guard case .pass(let turn) = breaker.admit(at: now) else { return false }
        breaker.report(outcome, turn: turn, at: now)
        return true
    }

    @Test func `failures in a row open it, a success between them does not`() {
        var breaker = Breaker(failures: 3, openTime: .seconds(10))
        for outcome in [Breaker.Outcome.failure, .failure, .success, .failure, .failure, .neither] {
            #expect(ask(&breaker, outcome, at: .zero))
        }
        #expect(!breaker.isOpen)
        #expect(ask(&breaker, .failure, at: .zero))
        #expect(breaker.admit(at: .seconds(4)) == .refused(retryAfter: .seconds(6)))
    }

    @Test func `after its time one call finds out, alone`() {
        var breaker = Breaker(failures: 1, openTime: .seconds(10))
        _ = ask(&breaker, .failure, at: .zero)
        guard case .pass(let turn) = breaker.admit(at: .seconds(10)) else { Issue.record("expected a probe"); return }
        #expect(breaker.admit(at: .seconds(10)) == .refused(retryAfter: .seconds(1)))
        breaker.report(.failure, turn: turn, at: .seconds(11))
        #expect(breaker.admit(at: .seconds(20)) == .refused(retryAfter: .seconds(1)))
        #expect(ask(&breaker, .success, at: .seconds(21)))
        #expect(breaker.isIdle)
    }

    @Test func `a probe that tells nothing leaves the place to the next`() {
        var breaker = Breaker(failures: 1, openTime: .seconds(10))
        _ = ask(&breaker, .failure, at: .zero)
        #expect(ask(&breaker, .neither, at: .seconds(10)))
        #expect(ask(&breaker, .success, at: .seconds(10)))
        #expect(!breaker.isOpen)
    }

    @Test func `what began before it opened neither closes it nor opens it again`() {
        var breaker = Breaker(failures: 1, openTime: .seconds(10))
        guard case .pass(let old) = breaker.admit(at: .zero) else { return }
        _ = ask(&breaker, .failure, at: .zero)
        breaker.report(.success, turn: old, at: .seconds(1))
        #expect(breaker.isOpen)
        #expect(ask(&breaker, .success, at: .seconds(10)))
        breaker.report(.failure, turn: old, at: .seconds(11))
        #expect(breaker.isIdle)
    }
}
