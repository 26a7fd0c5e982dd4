import Chat
import Foundation
import Testing

/// `nexus rank` on a real judge's preferences against the published leaderboard (tatsu-lab/alpaca_eval).
@Suite(.enabled(if: Checkout.hasData, "no public data: set NEXUS_DATA_DIR or put shared/data beside the checkout"))
struct RankAcceptanceTests {
    @Test func `every published win rate and error, and length-controlled ones within 1.5 points on average`()
        async throws
    {
        let data = Checkout.data.appending(path: "alpaca_eval")
        let judgments = try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "judgments").path)
            .sorted().map { data.appending(path: "judgments/\($0)").path }
        let published = Table(
            try String(contentsOf: data.appending(path: "leaderboard.csv"), encoding: .utf8))
        try await withBinary { binary in
            let outcome = try binary.run(
                ["rank"] + judgments + ["--outputs", data.appending(path: "outputs").path, "--json"])
            #expect(outcome.status == 0, "\(outcome.error)")
            let ratings = RankTests.ratings(outcome.json)
            #expect(ratings.count == published.rows.count + 1, "all models and the baseline")
            var gaps: [String: Double] = [:]
            for row in published.rows {
                let model = row["model"] ?? ""
                let found = try #require(ratings[model], "\(model)")
                func gap(_ field: String, _ column: String) -> Double {
                    abs((found[field]?.doubleValue ?? .infinity) - (Double(row[column] ?? "") ?? .nan))
                }
                #expect(gap("win_rate", "win_rate") < 1e-6, "\(model)")
                #expect(gap("win_rate_se", "standard_error") < 1e-6, "\(model)")
                #expect(found["battles"]?.intValue == Int(row["n_total"] ?? ""))
                gaps[model] = gap("length_controlled_win_rate", "length_controlled_winrate")
                #expect(found["ci_low"]?.doubleValue ?? 9e9 < found["rating"]?.doubleValue ?? 0)
                #expect(found["constant_output"]?.boolValue == (model == "NullModel"))
            }
            #expect(gaps.count == 7)
            let mean = gaps.values.reduce(0, +) / Double(gaps.count)
            #expect(mean < 1.5, "\(gaps)")
            // 1.1 points on average; the constant answer, 4.4, is the one far off.
            #expect(gaps.max { $0.value < $1.value }?.key == "NullModel")
            #expect(abs(mean - 1.1) < 0.1, "\(mean)")
            #expect(outcome.json?["ties"]?.stringValue == "half" && outcome.json?["problem"] == .null)
            #expect(outcome.json?["undefined_rounds"]?.intValue == 0)
        }
    }
}
