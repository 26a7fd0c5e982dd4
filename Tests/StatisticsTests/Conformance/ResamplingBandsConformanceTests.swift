import Testing

@testable import Statistics

/// The cases of `resampling_bands.json` that need no text metric; those of BLEU, chrF and ROUGE are checked where
/// scoring is.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absent)) struct ResamplingBandsConformanceTests {
    static func inside(_ value: Double, _ band: Tree, resamples: Int) -> Bool {
        let bounds = band["band"]["\(resamples)"].numbers
        guard bounds.count == 2 else { return false }
        return value >= bounds[0] - 1e-9 && value <= bounds[1] + 1e-9
    }

    @Test func `accuracy: randomization and bootstrap land in their bands`() throws {
        let cases = try Conformance.cases("resampling_bands", "paired_resampling")
            .filter { $0.params["metric"].text == "accuracy" }
        #expect(cases.count > 0)
        let resamples = 10_000
        for item in cases {
            let scores = try PairedScores(
                baseline: item.input["correct_baseline"].numbers, candidate: item.input["correct_system"].numbers)
            let pair = PairedSegments(meansOf: scores)
            let want = item.expected
            item.check(pair.baseline.score, "score_baseline")
            item.check(pair.candidate.score, "score_system")
            item.check(pair.difference.map { abs($0) }, "abs_difference")
            let bootstrap = try #require(PairedBootstrapResult(pair, resamples: resamples))
            let randomization = try #require(PairedAR.run(pair, resamples: resamples).pValue)
            #expect(Self.inside(randomization, want["ar_p_inclusive"], resamples: resamples), item.id)
            #expect(Self.inside(bootstrap.centredPValue, want["bs_p_centered"], resamples: resamples), item.id)
            #expect(Self.inside(bootstrap.sacrebleuPValue, want["bs_p"], resamples: resamples), item.id)
            #expect(Self.inside(bootstrap.winRate, want["bs_win_rate"], resamples: resamples), item.id)
            let difference = want["difference_ci95"]
            #expect(Self.inside(bootstrap.interval.low, difference["low"], resamples: resamples), item.id)
            #expect(Self.inside(bootstrap.interval.high, difference["high"], resamples: resamples), item.id)
            let system = want["system_ci95"]
            #expect(Self.inside(bootstrap.candidate.low, system["low"], resamples: resamples), item.id)
            #expect(Self.inside(bootstrap.candidate.high, system["high"], resamples: resamples), item.id)
        }
    }

    @Test func `the bootstrap of a mean lands in its bands`() throws {
        let cases = try Conformance.cases("resampling_bands", "mean_bootstrap")
        #expect(cases.count > 0)
        for item in cases {
            let segments = try SegmentStatistics(scores: item.input["scores"].numbers)
            let sorted = segments.bootstrapScores(resamples: 10_000, seed: 1).compactMap { $0 }.sorted()
            for (name, share) in [("low", 0.025), ("mid", 0.5), ("high", 0.975)] {
                let value = Quantiles.linear(share, sorted: sorted)
                #expect(
                    Self.inside(value, item.expected[name], resamples: 10_000), "\(item.id.rawValue) \(name) \(value)")
            }
        }
    }

    @Test func `the bootstrap of Bradley-Terry lands in its bands`() throws {
        let cases = try Conformance.cases("resampling_bands", "bt_bootstrap")
        #expect(cases.count > 0)
        for item in cases {
            var battles: [Battle] = []
            for pair in item.input["pairs"].items.map(\.ints) {
                for (count, outcome) in zip(pair[2...], [Battle.Outcome.first, .second, .tie]) {
                    for _ in 0..<count {
                        battles.append(
                            Battle(question: battles.count, first: pair[0], second: pair[1], outcome: outcome))
                    }
                }
            }
            let players = try #require(item.input["players"].int)
            let rating = try RatingBootstrap(
                BattleTable(battles, players: players), ties: .half, rounds: 1000, seed: 3)
            #expect(rating.undefinedRounds == 0)
            let byPlayer = rating.standings.sorted { $0.player < $1.player }
            #expect(
                zip(byPlayer, item.expected["elo"].numbers).allSatisfy { abs($0.rating - $1) < 1e-5 })
            for (standing, want) in zip(byPlayer, item.expected["ci95_low"].items) {
                #expect(Self.inside(standing.interval?.low ?? .nan, want, resamples: 1000), item.id)
            }
            for (standing, want) in zip(byPlayer, item.expected["ci95_high"].items) {
                #expect(Self.inside(standing.interval?.high ?? .nan, want, resamples: 1000), item.id)
            }
        }
    }

    @Test func `every function of the file is known here`() throws {
        #expect(
            try Conformance.functions("resampling_bands") == ["paired_resampling", "bt_bootstrap", "mean_bootstrap"])
    }
}
