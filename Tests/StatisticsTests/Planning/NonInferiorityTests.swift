import Testing

@testable import Statistics

@Suite struct NonInferiorityTests {
    static func interval(_ low: Double, _ estimate: Double, _ high: Double, approximate: Bool = false) -> Interval {
        Interval(estimate: estimate, low: low, high: high, level: 0.95, method: "t", approximate: approximate)
    }

    @Test(arguments: [
        (-0.5, 0.2, 0.9, NonInferiority.Verdict.pass), (-1.0, 0.2, 1.4, .pass), (-3.0, -2.0, -1.1, .fail),
        (-1.5, 0.0, 1.5, .inconclusive), (-3.0, -2.0, -1.0, .inconclusive),
    ]) func `the whole interval decides`(low: Double, estimate: Double, high: Double, verdict: NonInferiority.Verdict) {
        let result = NonInferiority(interval: Self.interval(low, estimate, high), margin: 1, n: 100)
        #expect(result.verdict == verdict)
        #expect((result.reason == nil) == (verdict != .inconclusive))
    }

    @Test func `the n it would need gives 80 % power if the difference seen is the true one`() throws {
        // half-width 1.5 at n = 100 must shrink to 1 · 1.96 / (1.96 + 0.8416)
        let result = NonInferiority(interval: Self.interval(-1.5, 0, 1.5), margin: 1, n: 100)
        #expect(result.neededN == 460)
        #expect(result.reason == "the interval straddles the margin")
        let worse = NonInferiority(interval: Self.interval(-3, -2, -1), margin: 1.5, n: 100)
        #expect(worse.neededN == 818)
        #expect(NonInferiority(interval: Self.interval(-2, -1, 0), margin: 1, n: 100).neededN == nil)
    }

    @Test func `for cost and errors lower is better`() {
        let rise = NonInferiority(interval: Self.interval(0.2, 0.3, 0.4), margin: 0.1, n: 50, higherIsBetter: false)
        #expect(rise.verdict == .fail)
        let fall = NonInferiority(interval: Self.interval(-0.4, -0.3, -0.2), margin: 0.1, n: 50, higherIsBetter: false)
        #expect(fall.verdict == .pass)
    }

    @Test func `without an interval, or with an approximate one, nothing is decided`() {
        let none = NonInferiority(interval: nil, margin: 1, n: 1)
        #expect(none.verdict == .inconclusive && none.reason == "there is no interval to decide from")
        let few = NonInferiority(interval: Self.interval(5, 6, 7, approximate: true), margin: 1, n: 30)
        #expect(few.verdict == .inconclusive && few.neededN == 100)
        #expect(few.reason == "with 30 samples the interval is only approximate")
        let grouped = NonInferiority(
            interval: Self.interval(5, 6, 7, approximate: true), margin: 1, n: 120, clusters: 20)
        #expect(grouped.neededN == 600)
        #expect(grouped.reason == "with 20 clusters the interval is only approximate")
        #expect(NonInferiority(interval: Self.interval(5, 6, 7), margin: -1, n: 9).reason == "the margin is below 0")
    }
}
