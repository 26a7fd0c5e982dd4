import Testing

@testable import Statistics

@Suite struct PowerTests {
    // statsmodels 0.15: TTestPower().solve_power(0.271, None, 0.05, 0.8)
    @Test func `the n of a paired t test is statsmodels'`() {
        #expect(near(Power.PairedT().sampleSize(effect: 0.271, power: 0.8), 108.80936258784537, 1e-8))
    }

    @Test func `n, effect and power undo each other`() throws {
        let test = Power.PairedT(alpha: 0.01)
        let n = try #require(test.sampleSize(effect: 0.4, power: 0.9))
        #expect(near(test.power(effect: 0.4, n: n), 0.9, 1e-9))
        #expect(near(test.detectableEffect(n: n, power: 0.9), 0.4, 1e-8))
        let shares = Power.TwoProportions()
        let group = try #require(shares.sampleSize(0.6, 0.5, power: 0.8))
        #expect(near(shares.power(0.6, 0.5, n: group), 0.8, 1e-9))
        #expect(near(shares.detectableDifference(from: 0.5, n: group), 0.1, 1e-7))
        let pairs = Power.McNemar()
        let samples = try #require(pairs.sampleSize(difference: 0.05, discordance: 0.2))
        #expect(near(pairs.power(difference: 0.05, discordance: 0.2, n: samples), 0.8, 1e-9))
        #expect(near(pairs.detectableDifference(discordance: 0.2, n: samples), 0.05, 1e-7))
    }

    // statsmodels 0.15: TTestPower().power(1e-3, 7848000, 0.05)
    @Test func `tiny effects are planned for as fast as others`() throws {
        #expect(near(Power.PairedT().power(effect: 1e-3, n: 7_848_000), 0.799956905338674, 1e-9))
        let clock = ContinuousClock()
        let spent = try clock.measure {
            let n = try #require(Power.PairedT().sampleSize(effect: 1e-5, power: 0.8))
            #expect(near(n, 78_488_605_093.3, 1e-8))
        }
        #expect(spent < .seconds(2))
    }

    @Test func `power without an effect is the level`() {
        #expect(near(Power.PairedT().power(effect: 0, n: 30), 0.05, 1e-9))
        #expect(near(Power.TwoProportions(alpha: 0.1).power(0.4, 0.4, n: 50), 0.1, 1e-9))
        #expect(
            near(
                Power.PairedT(alternative: .less).power(effect: -0.3, n: 40),
                Power.PairedT(alternative: .greater)
                    .power(effect: 0.3, n: 40) ?? 0, 1e-9))
    }

    @Test func `McNemar's power is found by simulation`() throws {
        let claimed = try #require(Power.McNemar().power(difference: 0.1, discordance: 0.3, n: 200))
        var generator = SeededGenerator(seed: 8)
        var found = 0
        for _ in 0..<1500 {
            var (won, lost) = (0, 0)
            for _ in 0..<200 {
                let u = generator.unit()
                if u < 0.2 { won += 1 } else if u < 0.3 { lost += 1 }
            }
            let pairs = DiscordantPairs(both: 200 - won - lost, candidateOnly: won, baselineOnly: lost, neither: 0)
            if (McNemarChi2.run(pairs).pValue ?? 1) <= 0.05 { found += 1 }
        }
        #expect(abs(Double(found) / 1500 - claimed) < 0.04)
    }

    @Test func `what cannot be planned is nil`() {
        #expect(Power.PairedT().sampleSize(effect: 0, power: 0.8) == nil)
        #expect(Power.PairedT().power(effect: 0.3, n: 1) == nil)
        #expect(Power.PairedT().sampleSize(effect: 0.3, power: 0.01) == nil)
        #expect(Power.PairedT(alternative: .greater).sampleSize(effect: -0.3, power: 0.8) == nil)
        #expect(Power.TwoProportions().detectableDifference(from: 0.9, n: 5) == nil)
        #expect(Power.McNemar().power(difference: 0.3, discordance: 0.2, n: 50) == nil)
        #expect(Power.McNemar().detectableDifference(discordance: 0.05, n: 10) == nil)
        #expect(Power.detectableDifference(n: 1, deviation: 0.5) == nil)
        #expect(Power.detectableDifference(n: 10, deviation: -1) == nil)
    }

    @Test func `in the score's unit the detectable difference grows with the deviation`() throws {
        let one = try #require(Power.detectableDifference(n: 100, deviation: 1))
        #expect(near(Power.detectableDifference(n: 100, deviation: 5), 5 * one, 1e-9))
        #expect(abs(one - 0.2828) < 0.002)
    }
}

@Suite struct MonotoneRootTests {
    @Test(arguments: [1e-6, 0.3, 1, 77, 1e6]) func `a rising function is inverted over many decades`(x: Double) {
        let found = MonotoneRoot.rising({ $0 * $0 }, equals: x * x, from: 1e-9, to: 1e9)
        #expect(near(found, x, 1e-10))
    }

    @Test func `a target out of reach is nil, one below the start is the start`() {
        #expect(MonotoneRoot.rising({ $0 }, equals: 11, from: 1, to: 10) == nil)
        #expect(MonotoneRoot.rising({ $0 }, equals: 0.5, from: 1, to: 10) == 1)
        #expect(near(MonotoneRoot.rising({ $0 < 3 ? 0 : 1 }, equals: 0.5, from: 1, to: 10), 3, 1e-9))
    }

    @Test func `a falling function is inverted to the last digit`() {
        #expect(near(MonotoneRoot.falling({ -$0 * $0 * $0 }, equals: -8, from: 0, to: 5), 2, 1e-15))
    }

    /// scipy: quad over chi.pdf, which nct.sf(t, n − 1, d√n) + nct.cdf(−t, n − 1, d√n) agrees with where it is finite.
    @Test(arguments: [
        (2, 1e-4, 1.0, 0.00018615276853434), (2, 1e-3, 0.1, 0.00100998335010312), (2, 1e-3, 5, 0.00886208339055544),
        (2, 5e-3, 1, 0.00930737038288734), (2, 0.01, 5, 0.0884371841494478), (3, 1e-4, 5, 0.00757082582547294),
    ]) func `few samples and a small alpha`(n: Int, alpha: Double, d: Double, power: Double) {
        let freedom = Double(n - 1)
        let t = Distributions.StudentT(degreesOfFreedom: freedom).upperQuantile(alpha / 2)
        let alternative = Distributions.NoncentralT(
            degreesOfFreedom: freedom, noncentrality: d * Double(n).squareRoot())
        #expect(near(alternative.sf(t) + alternative.cdf(-t), power, 1e-12))
    }
}
