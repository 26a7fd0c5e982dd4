import Glibc
import Testing

@testable import Statistics

@Suite struct SequentialTests {
    @Test func `the running moments are those of the whole sample, also in two halves`() throws {
        let values = PairedResamplingTests.random(101, 3)
        let whole = Moments(values)
        var (left, right, all) = (RunningMoments(), RunningMoments(), RunningMoments())
        for (index, value) in values.enumerated() {
            if index < 40 { left.add(value) } else { right.add(value) }
            all.add(value)
        }
        left.merge(right)
        left.merge(RunningMoments())
        for running in [left, all] {
            #expect(near(running.mean, whole.mean ?? 9, 1e-12) && near(running.variance, whole.variance ?? 9, 1e-12))
        }
        all.add(.nan)
        #expect(all.count == 101)
        #expect(RunningMoments().variance == nil)
    }

    @Test func `the likelihood ratio is the published one`() throws {
        // √(V/(V+nτ²))·exp(n²τ²x̄²/(2V(V+nτ²))) with V = 2, n = 100, τ = 0.3, x̄ = 0.4
        let (v, n, tau, mean) = (2.0, 100.0, 0.3, 0.4)
        let want =
            (v / (v + n * tau * tau)).squareRoot()
            * exp(n * n * tau * tau * mean * mean / (2 * v * (v + n * tau * tau)))
        #expect(
            near(MixtureSPRT.likelihoodRatio(difference: mean, squaredError: v / n, spread: tau), want, 1e-12))
        #expect(MixtureSPRT.likelihoodRatio(difference: 1, squaredError: 0, spread: 1) == nil)
    }

    @Test func `nothing is said before 50 values, and p only falls`() throws {
        var test = MixtureSPRT(spread: 0.5)
        for value in PairedResamplingTests.random(49, 1, shift: 2) { test.observe(value) }
        #expect(test.pValue == 1 && test.interval == nil)
        var last = 1.0
        for value in PairedResamplingTests.random(200, 2, shift: 1) {
            test.observe(value)
            #expect(test.pValue <= last)
            last = test.pValue
        }
        #expect(test.isSignificant && (test.interval?.low ?? 0) > 0 && test.count == 249)
        test.observeBaseline(5)
        #expect(test.count == 249)
    }

    @Test func `looked at after every value, a true null hypothesis is rejected no more often than alpha`() throws {
        var (rejected, left) = (0, 0)
        for run in 0..<300 {
            var test = MixtureSPRT(spread: 0.2)
            var covered = true
            for value in PairedResamplingTests.random(600, UInt64(run)) {
                test.observe(value)
                if let interval = test.interval, !interval.contains(0) { covered = false }
            }
            if test.isSignificant { rejected += 1 }
            if !covered { left += 1 }
        }
        #expect((Interval.wilson(successes: rejected, of: 300)?.low ?? 1) <= 0.05)
        #expect(left == rejected)
    }

    @Test func `two arms: the difference of means`() throws {
        var test = MixtureSPRT.twoArms(spread: 0.5)
        for (a, b) in zip(PairedResamplingTests.random(300, 1), PairedResamplingTests.random(300, 2, shift: 0.8)) {
            test.observeBaseline(a)
            test.observe(b)
        }
        #expect(test.isSignificant && abs(test.estimate - 0.8) < 0.25)
        #expect(test.interval?.contains(0.8) == true)
    }

    @Test func `a broken split is found, a fair one is not`() throws {
        #expect((SampleRatio.test(counts: [5000, 5600], shares: [0.5, 0.5]).pValue ?? 1) < SampleRatio.alarm)
        #expect(near(SampleRatio.test(counts: [30, 70], shares: [3, 7]).pValue, 1))
        #expect(
            SampleRatio.test(counts: [3], shares: [1]).notTestable
                == "two or more arms with counts and planned shares are needed")
        #expect(SampleRatio.test(counts: [0, 0], shares: [1, 1]).notTestable != nil)
    }

    @Test func `CUPED keeps the mean and takes out what the covariate explains`() throws {
        let covariate = PairedResamplingTests.random(500, 1)
        let scores = zip(covariate, PairedResamplingTests.random(500, 2)).map { 2 * $0 + $1 }
        let result = try #require(CUPED(scores: scores, covariate: covariate))
        #expect(abs(result.slope - 2) < 0.15)
        #expect(near(Moments(result.adjusted).mean, Moments(scores).mean ?? 9, 1e-9))
        let left = (Moments(result.adjusted).variance ?? 9) / (Moments(scores).variance ?? 1)
        #expect(near(left, 1 - result.varianceReduction, 1e-9))
        #expect(CUPED(scores: [1, 2], covariate: [3, 3]) == nil)
    }

    @Test func `blocks widen the interval of dependent latencies and find a real change`() throws {
        var generator = SeededGenerator(seed: 3)
        func run(_ shift: Double) -> [Double] {
            var level = 0.0
            return (0..<1200).map { _ in
                level = 0.97 * level + generator.normal()
                return 100 + shift + level
            }
        }
        let (first, second, slower) = (run(0), run(0), run(12))
        let wide = try #require(
            BlockBootstrap.quantileDifference(0.5, first: first, second: second, blockLength: 60, resamples: 300))
        let narrow = try #require(
            BlockBootstrap.quantileDifference(0.5, first: first, second: second, blockLength: 1, resamples: 300))
        #expect(wide.width > 2 * narrow.width && !wide.approximate)
        let found = try #require(
            BlockBootstrap.quantileDifference(0.5, first: first, second: slower, blockLength: 60, resamples: 300))
        #expect(found.low > 0)
        #expect(BlockBootstrap.quantileDifference(0.99, first: first, second: Array(second.prefix(900))) == nil)
    }
}
