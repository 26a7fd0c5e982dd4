import Testing

@testable import Statistics

/// Every case of `stats_tests.json`: scipy 1.17 and statsmodels 0.15.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absent)) struct StatsTestsConformanceTests {
    static func differences(_ item: Conformance.Case) -> [Double] {
        zip(item.data("x"), item.data("y")).map { $0 - $1 }
    }

    @Test func `paired t`() throws {
        let cases = try Conformance.cases("stats_tests", "ttest_paired")
        #expect(cases.count > 0)
        for item in cases {
            let differences = Self.differences(item)
            let result = PairedT.run(differences: differences, alternative: item.alternative)
            item.check(result.statistic, "statistic")
            if result.notTestable == nil {
                item.check(result.pValue, "pvalue")
                item.check(result.degreesOfFreedom, "df")
            } else {
                #expect(result.pValue == nil, item.id)
            }
            item.check(Moments(differences).mean, "mean_difference")
            item.check(Moments(differences).standardError, "se")
            if item.alternative == .twoSided, let interval = Interval.mean(differences) {
                item.check([interval.low, interval.high], "ci95")
            }
        }
    }

    @Test func `sign`() throws {
        for item in try Conformance.cases("stats_tests", "sign_test") {
            let result = Sign.run(differences: Self.differences(item), alternative: item.alternative)
            item.check(result.pValue, "pvalue")
            item.check(result.statistic, "positive")
        }
    }

    @Test func `wilcoxon`() throws {
        for item in try Conformance.cases("stats_tests", "wilcoxon") {
            let method: Wilcoxon.Method = item.params["method"].text == "exact" ? .exact : .asymptotic
            let zeros = try #require(Wilcoxon.ZeroMethod(rawValue: item.params["zero_method"].text ?? ""))
            let result = Wilcoxon.run(
                differences: Self.differences(item), zeroMethod: zeros, method: method,
                continuity: item.params["correction"].flag ?? false, alternative: item.alternative)
            item.check(result.pValue, "pvalue")
            if result.notTestable == nil { item.check(result.statistic, "statistic") }
            if item.params["correction"].flag == false, !item.expected["zstatistic"].isNull {
                // scipy turns the z of a two-sided test negative
                let z = Wilcoxon.z(differences: Self.differences(item), zeroMethod: zeros)
                item.check(zeros == .zsplit && z == nil ? 0 : z.map { -abs($0) }, "zstatistic")
            }
        }
    }

    @Test func `sign-flip, all patterns`() throws {
        for item in try Conformance.cases("stats_tests", "permutation_paired_exact") {
            let result = SignFlip.run(differences: Self.differences(item))
            item.check(result.statistic, "statistic")
            item.check(result.pValue, "pvalue")
        }
    }

    @Test func `two samples: Welch, Student, Mann-Whitney`() throws {
        for item in try Conformance.cases("stats_tests", "ttest_ind") {
            let (x, y) = (item.data("x"), item.data("y"))
            let pooled = item.params["equal_var"].flag == true
            let result =
                pooled
                ? StudentT.run(x, y, alternative: item.alternative) : WelchT.run(x, y, alternative: item.alternative)
            item.check(result.statistic, "statistic")
            item.check(result.pValue, "pvalue")
            guard result.notTestable == nil else { continue }
            item.check(result.degreesOfFreedom, "df")
            if item.alternative == .twoSided {
                let interval = pooled ? StudentT.interval(x, y) : WelchT.interval(x, y)
                item.check(interval.map { [$0.low, $0.high] }, "ci95")
            }
        }
        for item in try Conformance.cases("stats_tests", "mannwhitney") {
            let result = MannWhitney.run(
                item.data("x"), item.data("y"), alternative: item.alternative,
                method: item.params["method"].text == "exact" ? .exact : .asymptotic,
                continuity: item.params["use_continuity"].flag ?? true)
            item.check(result.statistic, "u1")
            item.check(result.pValue, "pvalue")
        }
    }

    @Test func `counts: binomial, McNemar, two proportions`() throws {
        for item in try Conformance.cases("stats_tests", "binomial") {
            let result = BinomialTest.run(
                successes: try #require(item.input["k"].int), of: try #require(item.input["n"].int),
                probability: try #require(item.input["p"].number), alternative: item.alternative)
            item.check(result.pValue, "pvalue")
        }
        for item in try Conformance.cases("stats_tests", "mcnemar") {
            let table = item.input["table"].table
            let pairs = DiscordantPairs(
                both: table[0][0], candidateOnly: table[1][0], baselineOnly: table[0][1], neither: table[1][1])
            if item.params["exact"].flag == true {
                item.check(McNemarExact.run(pairs).statistic, "statistic")
                item.check(McNemarExact.run(pairs).pValue, "pvalue")
            } else {
                let result = McNemarChi2.run(pairs, continuity: item.params["correction"].flag ?? false)
                item.check(result.statistic, "statistic")
                item.check(result.pValue, "pvalue")
            }
        }
        for item in try Conformance.cases("stats_tests", "two_proportion_z") {
            let (hits, trials) = (item.input["successes"].ints, item.input["trials"].ints)
            let result = TwoProportionZ.run(
                successes: (hits[0], hits[1]), of: (trials[0], trials[1]), alternative: item.alternative)
            item.check(result.statistic, "z")
            item.check(result.pValue, "pvalue")
        }
    }

    @Test func `tables: Fisher, chi-square`() throws {
        for item in try Conformance.cases("stats_tests", "fisher_exact") {
            let result = FisherExact.run(item.input["table"].table, alternative: item.alternative)
            item.check(result.statistic, "odds_ratio")
            item.check(result.pValue, "pvalue")
        }
        for item in try Conformance.cases("stats_tests", "chi_square") {
            let table = item.input["table"].table
            let result = ChiSquare.run(table, correction: item.params["correction"].flag ?? true)
            item.check(result.statistic, "statistic")
            item.check(result.pValue, "pvalue")
            item.check(result.degreesOfFreedom, "dof")
            for (row, want) in zip(ChiSquare.expected(table) ?? [], item.expected["expected_freq"].items) {
                #expect(zip(row, want.items).allSatisfy { item.agrees($0, $1) }, item.id)
            }
        }
    }

    @Test func `several systems: Friedman, Cochran's Q`() throws {
        for item in try Conformance.cases("stats_tests", "friedman") {
            let result = Friedman.run(item.input["scores"].items.map(\.numbers))
            item.check(result.statistic, "statistic")
            item.check(result.pValue, "pvalue")
        }
        for item in try Conformance.cases("stats_tests", "cochran_q") {
            let result = CochranQ.run(item.input["scores"].items.map(\.numbers))
            item.check(result.statistic, "statistic")
            item.check(result.pValue, "pvalue")
            item.check(result.degreesOfFreedom, "df")
        }
    }

    @Test func `every function of the file is checked here`() throws {
        let known: Set = [
            "ttest_paired", "sign_test", "wilcoxon", "permutation_paired_exact", "ttest_ind", "mannwhitney", "binomial",
            "mcnemar", "two_proportion_z", "fisher_exact", "chi_square", "friedman", "cochran_q",
        ]
        #expect(try Conformance.functions("stats_tests") == known)
    }
}
