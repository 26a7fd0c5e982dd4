import Testing

@testable import Statistics

@Suite struct SeededGeneratorTests {
    static let fromZero: [UInt64] = [
        0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0,
    ]
    static let from12345: [UInt64] = [
        0xbe6a_3637_4160_d49b, 0x214a_aa06_37a6_88c6, 0xf69d_16de_9954_d388,
    ]

    // xoshiro256** over a state filled by SplitMix64 from 0: computed independently from the published algorithms.
    @Test func `the sequence of a seed is the published one, for ever`() {
        var zero = SeededGenerator(seed: 0)
        #expect((0..<3).map { _ in zero.next() } == SeededGeneratorTests.fromZero)
        var other = SeededGenerator(seed: 12_345)
        #expect((0..<3).map { _ in other.next() } == SeededGeneratorTests.from12345)
    }

    @Test func `a stream does not depend on what has been drawn before it`() {
        let fresh = SeededGenerator(seed: 7)
        var used = fresh
        for _ in 0..<10 { _ = used.next() }
        var (a, b) = (fresh.stream(named: "order"), used.stream(named: "order"))
        #expect((0..<5).map { _ in a.next() } == (0..<5).map { _ in b.next() })
    }

    @Test func `streams of different names, numbers and seeds differ`() {
        let root = SeededGenerator(seed: 7)
        var firsts: Set<UInt64> = []
        for name in ["a", "b", "ab", "ba", "", "order"] {
            var stream = root.stream(named: name)
            firsts.insert(stream.next())
        }
        for index in 0..<100 {
            var stream = root.stream(index)
            firsts.insert(stream.next())
        }
        var sibling = SeededGenerator(seed: 8).stream(named: "a")
        firsts.insert(sibling.next())
        #expect(firsts.count == 107)
    }

    @Test(arguments: [1, 2, 3, 7, 1000]) func `whole numbers stay below their bound and are even`(bound: Int) {
        var generator = SeededGenerator(seed: 1)
        var counts = [Int](repeating: 0, count: bound)
        let draws = 20_000
        for _ in 0..<draws { counts[generator.below(bound)] += 1 }
        let expected = Double(draws) / Double(bound)
        let chi = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(bound == 1 || Distributions.ChiSquare(degreesOfFreedom: Double(bound - 1)).sf(chi) > 1e-4)
    }

    @Test func `a bound of nothing gives 0 and does not trap`() {
        var generator = SeededGenerator(seed: 1)
        #expect(generator.below(0) == 0)
        #expect(generator.below(-5) == 0)
        #expect(generator.sample(3, below: 0).isEmpty)
    }

    @Test func `a shuffle keeps all elements and every order is as likely`() {
        var generator = SeededGenerator(seed: 5)
        var seen: [[Int]: Int] = [:]
        for _ in 0..<6000 { seen[generator.shuffled([1, 2, 3]), default: 0] += 1 }
        #expect(seen.count == 6)
        #expect(seen.values.allSatisfy { abs($0 - 1000) < 150 })
        #expect(generator.shuffled([Int]()).isEmpty)
    }

    @Test func `a sample has different positions in rising order and takes all where asked for more`() {
        var generator = SeededGenerator(seed: 5)
        let sample = generator.sample(10, below: 50)
        #expect(sample.count == 10 && sample == Array(Set(sample)).sorted())
        #expect(generator.sample(99, below: 4) == [0, 1, 2, 3])
    }

    @Test(arguments: [(8, 0.3), (40, 0.5), (300, 0.2), (300, 0.9), (5000, 0.013)])
    func `binomial numbers have the binomial distribution`(trials: Int, probability: Double) {
        var generator = SeededGenerator(seed: 21)
        let draws = 6000
        var counts = [Int](repeating: 0, count: trials + 1)
        for _ in 0..<draws { counts[generator.binomial(trials: trials, probability: probability)] += 1 }
        let distribution = Distributions.Binomial(trials: trials, probability: probability)
        // cells with fewer than ten expected draws are taken together
        var (chi, cells, rest, restExpected) = (0.0, 0, 0.0, 0.0)
        for (value, count) in counts.enumerated() {
            let expected = Double(draws) * distribution.mass(value)
            if expected >= 10 {
                chi += (Double(count) - expected) * (Double(count) - expected) / expected
                cells += 1
            } else {
                rest += Double(count)
                restExpected += expected
            }
        }
        if restExpected >= 5 {
            chi += (rest - restExpected) * (rest - restExpected) / restExpected
            cells += 1
        }
        #expect(Distributions.ChiSquare(degreesOfFreedom: Double(cells - 1)).sf(chi) > 1e-4)
        #expect(generator.binomial(trials: 0, probability: 0.5) == 0)
        #expect(
            generator.binomial(trials: 9, probability: 1) == 9 && generator.binomial(trials: 9, probability: 0) == 0)
    }

    @Test func `units lie in 0 to 1 and normals have mean 0 and spread 1`() {
        var generator = SeededGenerator(seed: 2)
        let units = (0..<4000).map { _ in generator.unit() }
        #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
        let moments = Moments((0..<4000).map { _ in generator.normal() })
        #expect(abs(moments.mean ?? 9) < 0.06)
        #expect(abs((moments.variance ?? 9) - 1) < 0.09)
    }
}
