import Glibc
import Testing

@testable import Statistics

@Suite struct BradleyTerryTests {
    static func record(_ first: Int, _ second: Int, _ a: Double, _ b: Double, _ t: Double = 0) -> PairRecord {
        PairRecord(first: first, second: second, firstWins: a, secondWins: b, ties: t)
    }

    static func reason(_ players: Int, _ records: [PairRecord], _ ties: TieModel = .half) -> String? {
        do {
            _ = try BradleyTerry.fit(players: players, records: records, ties: ties)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `two players: the odds are those of their wins`() throws {
        let fit = try BradleyTerry.fit(players: 2, records: [Self.record(0, 1, 13, 17)], ties: .ignore)
        #expect(near(fit.ratings[0], 976.6988861857127, 1e-12))
        #expect(near(fit.ratings[0] + fit.ratings[1], 2000))
        #expect(fit.ranking == [1, 0])
    }

    @Test func `a tie counts half a win, and records of one pair add up`() throws {
        let ties = try BradleyTerry.fit(players: 2, records: [Self.record(0, 1, 3, 1, 2)], ties: .half)
        let wins = try BradleyTerry.fit(
            players: 2, records: [Self.record(0, 1, 2, 1), Self.record(1, 0, 1, 2)], ties: .ignore)
        #expect(near(ties.logStrengths[0], wins.logStrengths[0], 1e-12))
    }

    @Test func `the order in which players are named does not matter`() throws {
        let records = [Self.record(0, 1, 5, 3, 2), Self.record(1, 2, 4, 4, 1), Self.record(0, 2, 6, 2, 3)]
        let turned = records.map { Self.record(2 - $0.second, 2 - $0.first, $0.secondWins, $0.firstWins, $0.ties) }
        for ties in TieModel.allCases {
            let fit = try BradleyTerry.fit(players: 3, records: records, ties: ties)
            let mirror = try BradleyTerry.fit(players: 3, records: turned, ties: ties)
            #expect(zip(fit.logStrengths, mirror.logStrengths.reversed()).allSatisfy { near($0, $1, 1e-8) })
        }
    }

    @Test func `Rao and Kupper: the fitted chances reproduce the counts of two players`() throws {
        // with two players and both parameters free the model is saturated: 10 wins, 6 losses, 4 ties
        let fit = try BradleyTerry.fit(players: 2, records: [Self.record(0, 1, 10, 6, 4)], ties: .raoKupper)
        let odds = exp(fit.logStrengths[0] - fit.logStrengths[1])
        let theta = try #require(fit.tieParameter)
        #expect(near(odds / (odds + theta), 0.5, 1e-9))
        #expect(near(1 / (1 + theta * odds), 0.3, 1e-9))
    }

    @Test func `Davidson: the fitted chances reproduce the counts of two players`() throws {
        let fit = try BradleyTerry.fit(players: 2, records: [Self.record(0, 1, 10, 6, 4)], ties: .davidson)
        let odds = exp(fit.logStrengths[0] - fit.logStrengths[1])
        let nu = try #require(fit.tieParameter)
        let sum = odds + 1 + nu * odds.squareRoot()
        #expect(near(odds / sum, 0.5, 1e-9) && near(1 / sum, 0.3, 1e-9))
    }

    @Test func `Rao and Kupper without ties is the plain model`() throws {
        let records = [Self.record(0, 1, 13, 17)]
        let plain = try BradleyTerry.fit(players: 2, records: records, ties: .ignore)
        let threshold = try BradleyTerry.fit(players: 2, records: records, ties: .raoKupper)
        #expect(near(plain.logStrengths[0], threshold.logStrengths[0], 1e-12) && threshold.tieParameter == 1)
    }

    @Test func `no finite maximum is said with its reason`() {
        #expect(Self.reason(1, []) == "a rating needs at least two players")
        #expect(
            Self.reason(4, [Self.record(0, 1, 3, 6), Self.record(2, 3, 3, 12)])
                == "the players fall into 2 groups that never met: 0, 1 | 2, 3")
        #expect(
            Self.reason(3, [Self.record(0, 1, 27, 0), Self.record(0, 2, 21, 0), Self.record(1, 2, 12, 6)])
                == "1, 2 never beat or tied with anybody else")
        #expect(
            Self.reason(3, [Self.record(0, 1, 3, 4), Self.record(2, 0, 10, 0), Self.record(2, 1, 12, 0)])
                == "nobody else has ever beaten or tied with 2")
        #expect(
            Self.reason(2, [Self.record(0, 1, 3, 4)], .davidson)
                == "no battle was a tie, so how likely ties are cannot be estimated")
        #expect(
            Self.reason(3, [Self.record(0, 1, 0, 0, 5), Self.record(1, 2, 0, 0, 4)], .davidson)
                == "wins and ties can be told apart without error, so strengths grow without bound")
        #expect(Self.reason(2, [Self.record(0, 5, 1, 1)]) == "a record has players or counts out of range")
        #expect(Self.reason(2, [Self.record(0, 1, .nan, 1)]) == "a record has players or counts out of range")
    }

    @Test func `the reason names players as its reader knows them`() {
        let names = ["ann", "bob", "cyd", "dan"]
        let error = #expect(throws: NoFiniteMaximum.self) {
            try BradleyTerry.fit(players: 4, records: [Self.record(0, 1, 3, 6), Self.record(2, 3, 3, 12)], ties: .half)
        }
        #expect(
            error?.words { names[$0] } == "the players fall into 2 groups that never met: ann, bob | cyd, dan")
    }

    @Test(arguments: TieModel.allCases) func `a weak prior gives every data set finite ratings`(ties: TieModel) throws {
        let records = [Self.record(0, 1, 9, 0), Self.record(2, 3, 1, 4)]
        let fit = try BradleyTerry.fit(players: 5, records: records, ties: ties, prior: 0.1)
        #expect(fit.ratings.allSatisfy { $0 > 0 && $0 < 2000 })
        #expect(near(fit.ratings[4], 1000, 0.05))
        #expect(fit.prior == 0.1)
    }

    @Test func `strengths are found again in simulated battles`() throws {
        var generator = SeededGenerator(seed: 2)
        let truth = [0.8, 0.2, -0.3, -0.7]
        var records: [PairRecord] = []
        for i in 0..<4 {
            for j in (i + 1)..<4 {
                let won = Double(
                    (0..<2000).count { _ in generator.unit() < LogisticModel.logistic(truth[i] - truth[j]) })
                records.append(Self.record(i, j, won, 2000 - won))
            }
        }
        let fit = try BradleyTerry.fit(players: 4, records: records, ties: .half)
        for (player, strength) in truth.enumerated() {
            #expect(abs(fit.logStrengths[player] - strength) < 4 * fit.standardErrors[player])
            #expect(fit.standardErrors[player] < 0.05)
        }
    }

    @Test func `Elo moves both players by the surprise, and not for senseless battles`() {
        var elo = OnlineElo(players: 2, start: 1500, step: 32)
        elo.record(0, 1, score: 1)
        #expect(elo.ratings == [1516, 1484])
        elo.record(0, 0, score: 1)
        elo.record(0, 7, score: 1)
        #expect(elo.ratings == [1516, 1484])
        #expect(elo.expectedScore(of: 0, against: 9) == nil)
    }

    @Test func `a win rate is the mean score with the error of its spread`() throws {
        let rate = try #require(WinRate(scores: [1, 0, 0.5, 1]))
        #expect(rate.percent == 62.5 && rate.n == 4)
        #expect(near(rate.standardError, 23.935677693908453, 1e-12))
        #expect(WinRate(scores: [1])?.standardError == nil)
        #expect(WinRate(scores: []) == nil)
    }
}
