import Testing

@testable import Statistics

@Suite struct RatingBootstrapTests {
    static func battles(_ truth: [Double], questions: Int, each: Int, seed: UInt64) -> [Battle] {
        var generator = SeededGenerator(seed: seed)
        return (0..<questions).flatMap { question -> [Battle] in
            (0..<each).map { _ in
                let first = generator.below(truth.count)
                let second = (first + 1 + generator.below(truth.count - 1)) % truth.count
                let chance = LogisticModel.logistic(truth[first] - truth[second])
                let outcome: Battle.Outcome =
                    generator.unit() < 0.15 ? .tie : generator.unit() < chance ? .first : .second
                return Battle(question: question, first: first, second: second, outcome: outcome)
            }
        }
    }

    @Test func `players out of range and senseless preferences are refused with the row`() {
        #expect(throws: StatisticsError.badRow(row: 0, reason: "players 0 and 3 are not both below 2")) {
            try BattleTable([Battle(question: 1, first: 0, second: 3, outcome: .tie)], players: 2)
        }
        #expect(throws: StatisticsError.badRow(row: 0, reason: "a preference of 1.5 is not within 0 and 1")) {
            try BattleTable([Battle(question: 1, first: 0, second: 1, outcome: .share(1.5))], players: 2)
        }
        #expect(StatisticsError.badRow(row: 0, reason: "x").description == "row 1: x")
    }

    @Test func `battles add up by pair, those with oneself are counted and left out`() throws {
        let table = try BattleTable(
            [
                Battle(question: 9, first: 1, second: 0, outcome: .first),
                Battle(question: 4, first: 0, second: 1, outcome: .share(0.25)),
                Battle(question: 4, first: 0, second: 1, outcome: .tie),
                Battle(question: 4, first: 1, second: 1, outcome: .tie),
            ], players: 2)
        #expect(table.records == [PairRecord(first: 0, second: 1, firstWins: 0.25, secondWins: 1.75, ties: 1)])
        #expect(table.count == 3 && table.selfBattles == 1 && table.questions == 2)
    }

    @Test func `standings, rank intervals and tiers tell clear differences from none`() throws {
        let battles = Self.battles([1, 0.95, 0, -1], questions: 300, each: 4, seed: 1)
        let rating = try RatingBootstrap(BattleTable(battles, players: 4), rounds: 300, seed: 5)
        #expect(rating.standings.map(\.rank) == [1, 2, 3, 4])
        #expect(Set(rating.standings.prefix(2).map(\.player)) == [0, 1])
        #expect(rating.standings.map(\.tier) == [1, 1, 2, 3])
        #expect(rating.standings[0].ranks == 1...2 && rating.standings[3].ranks == 4...4)
        for standing in rating.standings {
            #expect(standing.interval?.contains(standing.rating) == true)
            #expect(standing.ranks?.contains(standing.rank) == true)
        }
        #expect(rating.rounds == 300 && rating.undefinedRounds == 0)
        #expect(rating == (try RatingBootstrap(BattleTable(battles, players: 4), rounds: 300, seed: 5)))
    }

    @Test func `questions are drawn whole: copies of a battle in one question do not narrow the interval`() throws {
        let single = Self.battles([0.5, -0.5], questions: 60, each: 1, seed: 3)
        let copied = single.flatMap { [Battle](repeating: $0, count: 10) }
        let one = try RatingBootstrap(BattleTable(single, players: 2), ties: .half, rounds: 400, seed: 1)
        let ten = try RatingBootstrap(BattleTable(copied, players: 2), ties: .half, rounds: 400, seed: 1)
        let widths = try [one, ten].map { try #require($0.standings[0].interval).width }
        #expect(near(widths[0], widths[1], 1e-6))
    }

    @Test func `rounds without a finite maximum are counted, and a rating without one is refused`() throws {
        var battles = (0..<6).map { Battle(question: $0, first: 0, second: 1, outcome: .first) }
        battles.append(Battle(question: 6, first: 0, second: 1, outcome: .second))
        let rating = try RatingBootstrap(BattleTable(battles, players: 2), ties: .half, rounds: 200)
        #expect(rating.undefinedRounds > 30 && rating.rounds + rating.undefinedRounds == 200)
        #expect(throws: NoFiniteMaximum.self) {
            try RatingBootstrap(BattleTable(Array(battles.prefix(6)), players: 2), ties: .half)
        }
        let held = try RatingBootstrap(BattleTable(battles, players: 2), ties: .half, rounds: 200, prior: 0.2)
        #expect(held.undefinedRounds == 0)
    }

    @Test func `one question says nothing of the uncertainty: no intervals, no ranks, one tier`() throws {
        let pairs = [(0, 1), (1, 2), (2, 0), (0, 1)]
        let battles = pairs.map { Battle(question: 1, first: $0.0, second: $0.1, outcome: .first) }
        let rating = try RatingBootstrap(BattleTable(battles, players: 3), ties: .half, rounds: 50)
        #expect(!rating.varies && rating.rounds == 50)
        #expect(rating.standings.map(\.rank) == [1, 2, 3] && rating.standings.map(\.tier) == [1, 1, 1])
        #expect(rating.standings.allSatisfy { $0.interval == nil && $0.ranks == nil })
    }

    @Test func `mirrored battles give the mirrored ranking`() throws {
        // 8 of 10: a resample has 5:5 or less in 3.7 % of the rounds with a maximum, more than half of 5 %
        func rating(winner: Int) throws -> RatingBootstrap {
            let battles = (0..<10).map {
                Battle(question: $0, first: winner, second: 1 - winner, outcome: $0 < 8 ? .first : .second)
            }
            return try RatingBootstrap(BattleTable(battles, players: 2), ties: .half, rounds: 2000, seed: 7)
        }
        for winner in 0...1 {
            let standings = try rating(winner: winner).standings
            #expect(standings[0].player == winner)
            #expect(standings.map(\.ranks) == [1...1, 1...2])
            #expect(standings.map(\.tier) == [1, 1])
        }
    }
}
