import Testing

@testable import Statistics

/// Every case of `stats_estimates.json`: scipy 1.17, statsmodels 0.15, scikit-learn 1.9, krippendorff.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absent)) struct StatsEstimatesConformanceTests {
    static func cases(_ functions: String...) throws -> [Conformance.Case] {
        let found = try functions.flatMap { try Conformance.cases("stats_estimates", $0) }
        #expect(!found.isEmpty)
        return found
    }

    @Test func `effect sizes`() throws {
        for item in try Self.cases("effect_sizes") {
            let (x, y) = (item.data("x"), item.data("y"))
            item.check(EffectSize.cohensD(x, y)?.value, "cohens_d")
            item.check(EffectSize.hedgesG(x, y)?.value, "hedges_g")
            item.check(EffectSize.hedgesGApproximate(x, y)?.value, "hedges_g_approx")
            item.check(EffectSize.cliffsDelta(x, y)?.value, "cliffs_delta")
            item.check(EffectSize.commonLanguage(x, y)?.value, "cles")
            if item.params["paired"].flag == true {
                item.check(EffectSize.cohensDz(differences: zip(x, y).map { $0 - $1 })?.value, "cohens_dz")
            }
        }
        for item in try Self.cases("cohens_h") {
            let (p1, p2) = (try #require(item.input["p1"].number), try #require(item.input["p2"].number))
            item.check(EffectSize.cohensH(p1, p2)?.value, "h")
        }
    }

    @Test func `intervals of means, with clusters and without`() throws {
        for item in try Self.cases("mean_ci") {
            let values = item.data("x")
            let level = try #require(item.params["level"].number)
            let moments = Moments(values)
            item.check(moments.mean, "mean")
            item.check(moments.standardDeviation, "sd")
            item.check(moments.standardError, "se")
            item.check(Interval.mean(values, level: level).map { [$0.low, $0.high] }, "t_ci")
            let normal = Interval.t(
                estimate: moments.mean ?? 0, standardError: moments.standardError ?? 0, degreesOfFreedom: .infinity,
                level: level)
            item.check(normal.map { [$0.low, $0.high] }, "normal_ci")
        }
        for item in try Self.cases("clustered_se") {
            let error = ClusteredError(item.data("x"), clusters: item.data("cluster").map { Int($0) })
            item.check(error?.mean, "mean")
            item.check(error.map { Double($0.clusters) }, "clusters")
            item.check(error?.naive, "naive_se")
            item.check(error?.cr0, "cr0_se")
            item.check(error?.cr1, "cr1_se")
            item.check(error?.naivePlusCross, "clt_plus_cross_se")
            item.check(error?.designEffect, "design_effect_cr1")
        }
    }

    @Test func `intervals of proportions and their differences`() throws {
        for item in try Self.cases("proportion_ci") {
            let (k, n) = (try #require(item.input["k"].int), try #require(item.input["n"].int))
            let level = try #require(item.params["level"].number)
            let interval: Interval?
            switch item.params["method"].text {
            case "wilson": interval = .wilson(successes: k, of: n, level: level)
            case "beta": interval = .clopperPearson(successes: k, of: n, level: level)
            case "normal": interval = .wald(successes: k, of: n, level: level)
            case "agresti_coull": interval = .agrestiCoull(successes: k, of: n, level: level)
            default: interval = nil
            }
            item.check(interval?.low, "low")
            item.check(interval?.high, "high")
        }
        for item in try Self.cases("two_proportion_ci") {
            let (hits, trials) = (item.input["successes"].ints, item.input["trials"].ints)
            let level = try #require(item.params["level"].number)
            let interval: Interval?
            switch item.params["method"].text {
            case "newcomb":
                interval = .newcombe(successes: (hits[0], hits[1]), of: (trials[0], trials[1]), level: level)
            case "wald":
                interval = .waldDifference(successes: (hits[0], hits[1]), of: (trials[0], trials[1]), level: level)
            case "agresti-caffo":
                interval = .agrestiCaffo(successes: (hits[0], hits[1]), of: (trials[0], trials[1]), level: level)
            default: interval = nil
            }
            item.check(interval?.estimate, "difference")
            item.check(interval?.low, "low")
            item.check(interval?.high, "high")
        }
    }

    @Test func `power and sample size`() throws {
        for item in try Self.cases("power_paired_t") {
            let test = Power.PairedT(alpha: try #require(item.params["alpha"].number), alternative: item.alternative)
            let effect = try #require(item.input["dz"].number)
            if let n = item.input["n"].number {
                item.check(test.power(effect: effect, n: n), "power")
            } else {
                let n = test.sampleSize(effect: effect, power: try #require(item.input["power"].number))
                item.check(n, "n")
                item.check(n?.rounded(.up), "n_ceil")
            }
        }
        for item in try Self.cases("power_two_proportions") {
            let test = Power.TwoProportions(
                alpha: try #require(item.params["alpha"].number), alternative: item.alternative)
            let (p1, p2) = (try #require(item.input["p1"].number), try #require(item.input["p2"].number))
            item.check(EffectSize.cohensH(p1, p2)?.value, "h")
            if let n = item.input["n_per_group"].number {
                item.check(test.power(p1, p2, n: n), "power")
            } else {
                let n = test.sampleSize(p1, p2, power: try #require(item.input["power"].number))
                item.check(n, "n_per_group")
                item.check(n?.rounded(.up), "n_ceil")
            }
        }
    }

    @Test func `corrections for many comparisons`() throws {
        let names: [String: Correction] = [
            "bonferroni": .bonferroni, "holm": .holm, "holm-sidak": .holmSidak, "fdr_bh": .bh, "fdr_by": .by,
        ]
        for item in try Self.cases("multiple_comparisons") {
            let correction = try #require(names[item.params["method"].text ?? ""])
            let adjusted = AdjustedPValues(item.input["pvalues"].numbers, correction: correction).values.compactMap {
                $0
            }
            item.check(adjusted, "adjusted")
            let alpha = try #require(item.params["alpha"].number)
            #expect(adjusted.map { $0 <= alpha } == item.expected["reject"].items.compactMap(\.flag), item.id)
        }
    }

    @Test func `agreement`() throws {
        for item in try Self.cases("cohen_kappa") {
            let labels = item.input["labels"].ints
            let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
            let weights = CohensKappa.Weights(rawValue: item.params["weights"].text ?? "none") ?? .none
            let kappa = CohensKappa(
                item.input["a"].ints.compactMap { place[$0] }, item.input["b"].ints.compactMap { place[$0] },
                categories: labels.count, weights: weights)
            item.check(kappa?.value, "kappa")
        }
        for item in try Self.cases("fleiss_kappa") {
            let kappa = FleissKappa(counts: item.input["counts"].table)
            item.check(kappa?.value, "kappa")
            item.check(kappa?.freeMarginal, "randolph_kappa")
        }
        for item in try Self.cases("krippendorff_alpha") {
            let ratings = item.input["ratings"].items.map { $0.items.map(\.number) }
            let scale = try #require(KrippendorffsAlpha.Scale(rawValue: item.params["level"].text ?? ""))
            item.check(KrippendorffsAlpha(ratings, scale: scale)?.value, "alpha")
        }
    }

    @Test func `correlation`() throws {
        for item in try Self.cases("correlation") {
            let (x, y) = (item.data("x"), item.data("y"))
            let result: Correlation?
            switch item.params["method"].text {
            case "pearson": result = .pearson(x, y)
            case "spearman": result = .spearman(x, y)
            default: result = .kendall(x, y, method: item.params["pmethod"].text == "exact" ? .exact : .asymptotic)
            }
            item.check(result?.coefficient, "r")
            item.check(result?.test.pValue, "pvalue")
            if let want = item.expected["fisher_ci95"].items.first?.number, want.isFinite {
                item.check(result?.interval.map { [$0.low, $0.high] }, "fisher_ci95")
            }
        }
    }

    @Test func `quantiles and summaries`() throws {
        for item in try Self.cases("quantiles") {
            let (values, q) = (item.data("x"), item.params["q"].numbers)
            item.check(Quantiles.linear(q, of: values), "linear")
            item.check(Quantiles.nearestRank(q, of: values), "nearest_rank")
            // Data are milliseconds to the microsecond.
            var histogram = HDRHistogram(digits: try #require(item.params["hdr_digits"].int))
            for value in values { histogram.record(Int64((value * 1000).rounded())) }
            let bands = item.expected["hdr_band"].items.map(\.numbers)
            try #require(bands.count == q.count)
            for (probability, band) in zip(q, bands) {
                let found = try #require(histogram.value(atPercentile: probability * 100))
                #expect(band[0]...band[1] ~= Double(found) / 1000, "\(item.id) \(probability): \(found), want \(band)")
            }
        }
        for item in try Self.cases("summary") {
            let values = item.data("x")
            let moments = Moments(values)
            item.check(Double(moments.count), "n")
            item.check(moments.mean, "mean")
            item.check(moments.variance, "variance")
            item.check(moments.standardDeviation, "sd")
            item.check(values.min(), "min")
            item.check(values.max(), "max")
            item.check(Quantiles.median(values), "median")
            item.check(RobustMeans.medianDeviation(values), "mad")
            item.check(RobustMeans.trimmedMean(values), "trimmed_mean_10")
            if !item.expected["geometric_mean"].isNull {
                item.check(RobustMeans.geometricMean(values), "geometric_mean")
            }
        }
    }
}
