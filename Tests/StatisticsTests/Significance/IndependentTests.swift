import Testing

@testable import Statistics

/// Tests of two samples and of tables; their reference values are those of the conformance suites.
@Suite struct IndependentTests {
    @Test func `Welch and Student agree where sizes and spreads are equal`() throws {
        let (x, y) = ([1.0, 2, 3, 4], [2.0, 3, 4, 5])
        #expect(near(WelchT.run(x, y).pValue, StudentT.run(x, y).pValue ?? 0, 1e-12))
        #expect(near(WelchT.interval(x, y)?.low, StudentT.interval(x, y)?.low ?? 0, 1e-12))
        #expect(WelchT.run(x, y).degreesOfFreedom.map { near($0, 6, 1e-12) } == true)
    }

    @Test func `samples of one value or without spread are not testable`() {
        #expect(WelchT.run([1], [2, 3]).notTestable == "each sample needs at least two values")
        #expect(StudentT.run([1, 1], [2, 2]).notTestable == "neither sample has any spread")
        #expect(WelchT.interval([1, 1], [2, 2]) == nil)
        #expect(WelchT.run([1, 1, 1], [2, 3, 4]).pValue != nil)
    }

    @Test func `Mann-Whitney: exact tails of small samples`() {
        // x wholly above y: one of C(5, 2) = 10 arrangements
        #expect(near(MannWhitney.run([4, 5], [1, 2, 3], alternative: .greater).pValue, 0.1))
        #expect(near(MannWhitney.run([4, 5], [1, 2, 3]).pValue, 0.2))
        #expect(MannWhitney.run([4, 5], [1, 2, 3]).statistic == 6)
        #expect(MannWhitney.run([1, 1], [1, 1, 1]).pValue == 1)
        #expect(MannWhitney.run([], [1]).notTestable == "each sample needs a value")
    }

    @Test func `Mann-Whitney: exact and approximate agree on larger samples`() throws {
        let (x, y) = (PairedResamplingTests.random(40, 1), PairedResamplingTests.random(50, 2, shift: 0.3))
        let exact = try #require(MannWhitney.run(x, y, method: .exact).pValue)
        let normal = try #require(MannWhitney.run(x, y, method: .asymptotic).pValue)
        #expect(abs(exact - normal) < 0.003)
    }

    @Test func `the binomial test counts outcomes no likelier than the observed one`() {
        #expect(near(BinomialTest.run(successes: 0, of: 5).pValue, 0.0625))
        #expect(BinomialTest.run(successes: 5, of: 10).pValue == 1)
        #expect(near(BinomialTest.run(successes: 0, of: 3, probability: 0.2).pValue, 1))
        #expect(BinomialTest.run(successes: 4, of: 3).notTestable == "4 successes of 3 trials with probability 0.5")
        #expect(BinomialTest.run(successes: 0, of: 0).pValue == nil)
        #expect(BinomialTest.run(successes: 0, of: 3, probability: 0).pValue == 1)
        #expect(
            SignificanceTests.named("binomial")?.run(.table([[1, 2], [3, 4]])).notTestable
                == "one row of two counts is needed")
        #expect(SignificanceTests.named("binomial")?.run(.table([[.max, 1]])).notTestable != nil)
    }

    @Test func `tables of another shape are refused in words`() {
        #expect(FisherExact.run([[1, 2, 3], [4, 5, 6]]).notTestable == "two rows of two counts up to 10⁹ are needed")
        #expect(FisherExact.run([[1, -2], [4, 5]]).pValue == nil)
        #expect(
            ChiSquare.run([[0, 0], [3, 4]]).notTestable
                == "at least two rows and columns of counts are needed, none of them all 0")
        #expect(ChiSquare.run([[1, 2], [3]]).pValue == nil)
        #expect(
            SignificanceTests.named("chi-square")?.run(.table([[1, 2], [3, 4]]), TestSettings(alternative: .less))
                .notTestable
                == "this test has no side")
        #expect(TwoProportionZ.run(successes: (0, 0), of: (5, 9)).notTestable == "no trial succeeded")
        #expect(TwoProportionZ.run(successes: (5, 9), of: (5, 9)).notTestable == "every trial succeeded")
        #expect(
            TwoProportionZ.run(successes: (6, 9), of: (5, 9)).notTestable
                == "6 of 5 and 9 of 9 are not counts of trials")
        #expect(
            SignificanceTests.named("two-proportion-z")?.run(.table([[1, 2]])).notTestable
                == "two rows of two counts are needed")
    }

    // scipy 1.17.1: fisher_exact
    @Test func `Fisher's test of millions looks at a few outcomes alone`() {
        #expect(near(FisherExact.run([[500, 620], [550, 530]]).pValue, 0.0032364223724065592, 1e-8))
        let clock = ContinuousClock()
        let spent = clock.measure {
            let table = [[1_000_000, 1_001_500], [1_000_000, 998_500]]
            #expect(near(FisherExact.run(table).pValue, 0.13387351263861527, 1e-7))
            #expect(FisherExact.run([[1_000_000_000, 900_000_000], [999_000_000, 901_000_000]]).pValue != nil)
        }
        #expect(spent < .seconds(5))
    }

    @Test func `counts as large as numbers go are taken or refused, without a trap`() {
        #expect(TwoProportionZ.run(successes: (.max - 1, 5), of: (.max, .max)).n == .max)
        #expect(TwoProportionZ.run(successes: (0, 0), of: (.max, .max)).notTestable == "no trial succeeded")
        #expect(BinomialTest.run(successes: 3, of: .max).pValue == nil)
        #expect(BinomialTest.run(successes: 1 << 52, of: 1 << 53).pValue == 1)
    }

    @Test func `an empty margin leaves Fisher nothing to say against independence`() {
        #expect(FisherExact.run([[0, 0], [3, 4]]).pValue == 1)
        #expect(FisherExact.run([[0, 0], [3, 4]]).statistic == nil)
    }

    @Test func `small expected counts are named`() {
        #expect(ChiSquare.run([[1, 2], [3, 4]]).detail == "Yates' correction, an expected count under 5")
        #expect(ChiSquare.run([[10, 20], [30, 40]], correction: false).detail.isEmpty)
    }

    @Test func `several systems: no disagreement and wrong rows are not testable`() {
        #expect(Friedman.run([[1, 1, 1], [2, 2, 2]]).notTestable == "all systems score the same on every sample")
        #expect(Friedman.run([[1, 2]]).notTestable == "rows of finite scores of at least three systems are needed")
        #expect(CochranQ.run([[1, 1], [0, 0]]).notTestable == "the systems never disagree")
        #expect(CochranQ.run([[1, 0.5]]).notTestable == "rows of 0 or 1 for at least two systems are needed")
        #expect(CochranQ.run([]).pValue == nil)
        for name in ["friedman", "cochran-q"] {
            let result = SignificanceTests.named(name)?.run(.blocks([[1, 0, 1]]), TestSettings(alternative: .greater))
            #expect(result?.notTestable == "this test has no side")
        }
    }

    @Test func `Cochran's Q of two systems is McNemar's chi-square`() throws {
        let rows: [[Double]] = [[1, 0], [1, 0], [1, 0], [0, 1], [1, 1], [0, 0]]
        let scores = try PairedScores(baseline: rows.map { $0[0] }, candidate: rows.map { $0[1] })
        let pairs = try #require(DiscordantPairs(scores))
        #expect(near(CochranQ.run(rows).statistic, McNemarChi2.run(pairs).statistic ?? 0, 1e-12))
    }
}
