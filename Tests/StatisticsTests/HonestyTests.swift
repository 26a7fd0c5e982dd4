import Testing

@testable import Statistics

/// Simulations with a known truth: levels are kept, stated power is reached, intervals cover.
@Suite struct HonestyTests {
    @Test(arguments: [10, 30, 100]) func `the t interval covers 95 %`(n: Int) throws {
        var generator = SeededGenerator(seed: UInt64(n))
        let runs = 1500
        let covered = (0..<runs).count { _ in
            Interval.mean((0..<n).map { _ in generator.normal() + 3 })?.contains(3) ?? false
        }
        let rate = try #require(Interval.wilson(successes: covered, of: runs, level: 0.99))
        #expect(rate.contains(0.95), "\(covered) of \(runs)")
    }

    @Test func `Tango's interval covers at least about 95 % over a grid`() throws {
        var generator = SeededGenerator(seed: 5)
        var (covered, runs) = (0, 0)
        for n in [20, 50, 150] {
            for (won, lost) in [(0.1, 0.1), (0.2, 0.05), (0.3, 0.15)] {
                for _ in 0..<300 {
                    var pairs = DiscordantPairs(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0)
                    for _ in 0..<n {
                        let u = generator.unit()
                        if u < won {
                            pairs.candidateOnly += 1
                        } else if u < won + lost {
                            pairs.baselineOnly += 1
                        } else {
                            pairs.both += 1
                        }
                    }
                    runs += 1
                    if Interval.tango(pairs)?.contains(won - lost) == true { covered += 1 }
                }
            }
        }
        #expect((0.935...0.975).contains(Double(covered) / Double(runs)), "\(covered) of \(runs)")
    }

    @Test func `the cluster-robust t interval covers where the naive one does not`() throws {
        var generator = SeededGenerator(seed: 6)
        let clusters = (0..<300).map { $0 / 10 }
        var (robust, naive) = (0, 0)
        for _ in 0..<500 {
            let shared = (0..<30).map { _ in generator.normal() }
            let values = clusters.map { shared[$0] + generator.normal() }
            if Interval.clusteredMean(values, clusters: clusters)?.contains(0) == true { robust += 1 }
            if Interval.mean(values)?.contains(0) == true { naive += 1 }
        }
        #expect((0.92...0.98).contains(Double(robust) / 500), "\(robust)")
        #expect(Double(naive) / 500 < 0.75, "\(naive)")
    }

    @Test func `a known effect is found with the stated power`() throws {
        let (effect, n) = (0.4, 50)
        let stated = try #require(Power.PairedT().power(effect: effect, n: Double(n)))
        var generator = SeededGenerator(seed: 7)
        let runs = 1500
        let found = (0..<runs).count { _ in
            (PairedT.run(differences: (0..<n).map { _ in generator.normal() + effect }).pValue ?? 1) <= 0.05
        }
        let rate = try #require(Interval.wilson(successes: found, of: runs, level: 0.99))
        #expect(rate.contains(stated), "\(found) of \(runs), stated \(stated)")
    }

    @Test func `the default corpus tests keep their level, sacrebleu's paired-bs does not`() throws {
        var (randomization, centred, compatible) = (0, 0, 0)
        let runs = 400
        for run in 0..<runs {
            let scores = try PairedScores(
                baseline: PairedResamplingTests.random(60, UInt64(2 * run)),
                candidate: PairedResamplingTests.random(60, UInt64(2 * run + 1)))
            let pair = PairedSegments(meansOf: scores)
            let bootstrap = try #require(PairedBootstrapResult(pair, resamples: 199, seed: UInt64(run)))
            if (PairedAR.run(pair, resamples: 199, seed: UInt64(run)).pValue ?? 1) <= 0.05 { randomization += 1 }
            if bootstrap.centredPValue <= 0.05 { centred += 1 }
            if bootstrap.sacrebleuPValue <= 0.05 { compatible += 1 }
        }
        #expect((Interval.wilson(successes: randomization, of: runs)?.low ?? 1) <= 0.05, "\(randomization)")
        #expect((Interval.wilson(successes: centred, of: runs)?.low ?? 1) <= 0.06, "\(centred)")
        #expect((Interval.wilson(successes: compatible, of: runs)?.low ?? 0) > 0.05, "\(compatible)")
    }
}
