/// A rating with intervals, ranks and tiers from a bootstrap over questions.
///
/// Battles over one question depend on each other, so questions are drawn, not battles.
public struct RatingBootstrap: Sendable, Equatable {
    /// One player's standing.
    public struct Standing: Sendable, Equatable {
        /// The player's number.
        public let player: Int
        /// The rating on the Elo scale.
        public let rating: Double
        /// The percentile interval of the bootstrap; nil where the rounds do not vary.
        public let interval: Interval?
        /// 1 for the best; equal ratings share the better rank.
        public let rank: Int
        /// The interval of the rank at the same level; nil where the rounds do not vary.
        public let ranks: ClosedRange<Int>?
        /// 1 for the best tier: its leader and everybody whom the leader does not surely beat; then the next. One tier
        /// where the rounds do not vary.
        public let tier: Int
    }

    /// The rating of all battles.
    public let fit: BradleyTerry.Fit
    /// The players from best to worst.
    public let standings: [Standing]
    /// Rounds that had a finite maximum.
    public let rounds: Int
    /// Rounds left out because they had none.
    public let undefinedRounds: Int
    /// Whether the rounds differ. They do not where all battles are over one question or where each question says the
    /// same: then nothing is learned of the uncertainty.
    public let varies: Bool
    /// The seed of the draws.
    public let seed: UInt64

    /// Fits and resamples.
    ///
    /// - Parameters:
    ///   - table: the battles.
    ///   - ties: how ties are read.
    ///   - rounds: at least 1; 1,000 or more for a report.
    ///   - seed: of the draws.
    ///   - level: of the intervals.
    ///   - prior: see ``BradleyTerry/fit(players:records:ties:prior:)``; used in every round.
    /// - Throws: ``NoFiniteMaximum`` where the battles as they are have none, or no round has.
    /// The same for any number of threads.
    public init(
        _ table: BattleTable, ties: TieModel = .davidson, rounds wanted: Int = 1000, seed: UInt64 = 12_345,
        level: Double = 0.95, prior: Double = 0
    ) throws(NoFiniteMaximum) {
        let players = table.players
        let fit = try BradleyTerry.fit(players: players, records: table.records, ties: ties, prior: prior)
        var drawn = [[Double]?](repeating: nil, count: max(1, wanted))
        drawn.withUnsafeMutableBufferPointer { drawn in
            let drawn = drawn
            ResamplingBlocks.run(resamples: drawn.count, seed: seed, size: 8) { range, generator in
                for round in range {
                    let records = table.resampledRecords(&generator)
                    let strengths = try? BradleyTerry.strengths(players, records, ties, prior, from: fit)
                    drawn[round] = strengths?.map(Self.withoutResidue)
                }
            }
        }
        let found = drawn.compactMap { $0 }
        guard !found.isEmpty else {
            throw NoFiniteMaximum(
                groups: [], description: "none of \(drawn.count) bootstrap rounds has a finite maximum")
        }
        self.fit = fit
        self.rounds = found.count
        self.undefinedRounds = drawn.count - found.count
        self.seed = seed
        varies = found.contains { $0 != found[0] }
        standings = Self.standings(fit, varies ? found : [], level: Interval.isLevel(level) ? level : 0.95)
    }

    /// What Newton's method leaves in the last digits would break ties, and always the same way.
    private static func withoutResidue(_ logStrength: Double) -> Double { (logStrength * 1e9).rounded() / 1e9 }

    /// - Parameter drawn: the rounds; none where they do not vary.
    private static func standings(_ fit: BradleyTerry.Fit, _ drawn: [[Double]], level: Double) -> [Standing] {
        let ranks = drawn.map { Self.ranks(of: $0) }
        let own = Self.ranks(of: fit.logStrengths.map(withoutResidue))
        guard !drawn.isEmpty else {
            return fit.ranking.map {
                Standing(player: $0, rating: fit.ratings[$0], interval: nil, rank: own[$0], ranks: nil, tier: 1)
            }
        }
        let tiers = Self.tiers(fit.ranking, drawn, level: level)
        return fit.ranking.map { player in
            let ratings = drawn.map { 1000 + BradleyTerry.eloScale * $0[player] }.sorted()
            let places = ranks.map { Double($0[player]) }.sorted()
            let low = Quantiles.nearestRank((1 - level) / 2, count: places.count)
            let high = Quantiles.nearestRank((1 + level) / 2, count: places.count)
            return Standing(
                player: player, rating: fit.ratings[player],
                interval: Interval(
                    estimate: fit.ratings[player], low: Quantiles.linear((1 - level) / 2, sorted: ratings),
                    high: Quantiles.linear((1 + level) / 2, sorted: ratings), level: level,
                    method: "bootstrap over questions, percentile"),
                rank: own[player], ranks: Int(places[low - 1])...max(Int(places[low - 1]), Int(places[high - 1])),
                tier: tiers[player])
        }
    }

    /// 1 + the number of players strictly better.
    private static func ranks(of strengths: [Double]) -> [Int] {
        let order = strengths.indices.sorted { strengths[$0] > strengths[$1] }
        var result = [Int](repeating: 1, count: strengths.count)
        for (place, player) in order.enumerated() where place > 0 {
            let before = order[place - 1]
            result[player] = strengths[player] == strengths[before] ? result[before] : place + 1
        }
        return result
    }

    /// A new tier begins with the first player whom the present leader beats in all but half of 1 − level of the
    /// rounds.
    private static func tiers(_ ranking: [Int], _ drawn: [[Double]], level: Double) -> [Int] {
        var result = [Int](repeating: 1, count: ranking.count)
        guard var leader = ranking.first else { return result }
        var tier = 1
        for player in ranking.dropFirst() {
            let notBeaten = drawn.count { $0[leader] <= $0[player] }
            if Double(notBeaten) <= (1 - level) / 2 * Double(drawn.count) {
                tier += 1
                leader = player
            }
            result[player] = tier
        }
        return result
    }
}

extension BradleyTerry {
    /// The centred log strengths of a bootstrap round, climbed to from the fit of all battles.
    static func strengths(
        _ players: Int, _ records: [PairRecord], _ ties: TieModel, _ prior: Double, from start: Fit
    ) throws(NoFiniteMaximum) -> [Double] {
        let used = ties.read(records).filter { $0.battles > 0 } + pseudoRecords(players, prior, ties)
        return Array(try climbed(players, used, ties, from: start).parameters[..<players])
    }
}
