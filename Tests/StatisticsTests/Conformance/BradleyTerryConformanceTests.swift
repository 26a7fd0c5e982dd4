import Testing

@testable import Statistics

/// Every case of `bradley_terry_elo.json`: an independent Newton solver, existence by linear programming.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absent)) struct BradleyTerryConformanceTests {
    static func records(_ item: Conformance.Case) -> [PairRecord] {
        item.input["pairs"].items.map(\.numbers).map {
            PairRecord(first: Int($0[0]), second: Int($0[1]), firstWins: $0[2], secondWins: $0[3], ties: $0[4])
        }
    }

    @Test func `Bradley-Terry with every treatment of ties`() throws {
        let cases = try Conformance.cases("bradley_terry_elo", "bradley_terry")
        #expect(cases.count > 0)
        for item in cases {
            let ties = try #require(TieModel(rawValue: item.params["ties"].text ?? ""))
            let players = try #require(item.input["players"].int)
            let fit: BradleyTerry.Fit
            do {
                fit = try BradleyTerry.fit(players: players, records: Self.records(item), ties: ties)
            } catch {
                #expect(item.expected["mle_exists"].flag == false, "\(item.id.rawValue): \(error)")
                #expect(!error.description.isEmpty)
                continue
            }
            #expect(item.expected["mle_exists"].flag == true, item.id)
            item.check(fit.ratings, "elo")
            item.check(fit.logStrengths, "log_strength")
            item.check(fit.ratingErrors, "elo_se")
            item.check(fit.logLikelihood, "log_likelihood")
            if ties == .davidson { item.check(fit.tieParameter, "nu") }
            // players equal up to rounding may stand in either order
            let want = item.expected["ranking"].ints
            for (mine, theirs) in zip(fit.ranking, want) {
                #expect(abs(fit.logStrengths[mine] - fit.logStrengths[theirs]) < 1e-9, item.id)
            }
        }
    }

    @Test func `online Elo`() throws {
        for item in try Conformance.cases("bradley_terry_elo", "elo_online") {
            var elo = OnlineElo(
                players: try #require(item.input["players"].int), start: try #require(item.params["init"].number),
                step: try #require(item.params["k"].number), scale: try #require(item.params["scale"].number))
            for battle in item.input["battles"].items.map(\.numbers) {
                elo.record(Int(battle[0]), Int(battle[1]), score: battle[2])
            }
            item.check(elo.ratings, "ratings")
        }
    }

    @Test func `every function of the file is checked here`() throws {
        #expect(try Conformance.functions("bradley_terry_elo") == ["bradley_terry", "elo_online"])
    }
}
