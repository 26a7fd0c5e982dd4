import Testing

@testable import CurlTransport

@Suite struct TransferClockTests {
    private let start = ContinuousClock.now

    private func clock(total: Duration? = nil) -> TransferClock {
        let limits = TransferLimits(connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(3), total: total)
        return TransferClock(limits: limits, start: start)
    }

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func late(_ phase: TimeLimit, _ seconds: Int) -> TransferClock.Expiry {
        .init(phase: phase, limit: .seconds(seconds))
    }

    @Test func `each phase has its own limit, counted from its own start`() {
        var clock = clock()
        #expect(clock.deadline == at(1))
        #expect(clock.expiry(at: at(1) - .nanoseconds(1)) == nil)
        #expect(clock.expiry(at: at(1)) == late(.connect, 1))
        clock.connected(at: at(10))
        #expect(clock.deadline == at(12))
        #expect(clock.expiry(at: at(11)) == nil)
        #expect(clock.expiry(at: at(12)) == late(.firstByte, 2))
        clock.received(at: at(20))
        #expect(clock.deadline == at(23))
        clock.received(at: at(22))
        #expect(clock.deadline == at(25))
        #expect(clock.expiry(at: at(24)) == nil)
        #expect(clock.expiry(at: at(25)) == late(.idle, 3))
    }

    @Test func `no limit runs while we pause, and the idle limit starts anew`() {
        var clock = clock()
        clock.connected(at: at(0))
        clock.received(at: at(0))
        clock.paused()
        #expect(clock.deadline == nil)
        #expect(clock.expiry(at: at(1_000_000)) == nil)
        clock.resumed(at: at(100))
        #expect(clock.deadline == at(103))
        #expect(clock.expiry(at: at(103)) == late(.idle, 3))
    }

    @Test func `the total runs through every phase, pauses too`() {
        var clock = clock(total: .seconds(5))
        #expect(clock.deadline == at(1))
        clock.connected(at: at(1))
        #expect(clock.deadline == at(3))
        clock.received(at: at(3))
        #expect(clock.deadline == at(5))
        #expect(clock.expiry(at: at(5)) == late(.total, 5))
        clock.paused()
        #expect(clock.deadline == at(5))
        #expect(clock.expiry(at: at(5)) == late(.total, 5))
        #expect(clock.expiry(at: at(4)) == nil)
    }

    @Test func `limits of any size are reckoned with`() {
        let limits = TransferLimits(connect: .seconds(Int64.max), total: .seconds(Int64.max))
        let clock = TransferClock(limits: limits, start: start)
        #expect(clock.expiry(at: at(1)) == nil)
        #expect(Duration.seconds(Int64.max).curlMilliseconds == 86_400_000)
        #expect(Duration.nanoseconds(1).curlMilliseconds == 1)
        #expect(Duration.seconds(-1).curlMilliseconds == 1)
        #expect(Duration.nanoseconds(1_000_001).curlMilliseconds == 2)
        #expect(Duration.seconds(10).curlMilliseconds == 10_000)
    }
}
