import Chat
import Experiments
import Foundation
import Statistics

/// A ranking as a table or as JSON.
struct RankTable {
    let ranking: Ranking

    private var hasOutputs: Bool { ranking.controlledBattles != nil }
    private var level: String { FigureText.percent(ranking.rules.level) }

    var lines: [String] {
        var lines: [String] = []
        if let obstacle = ranking.obstacle {
            lines += ["No rating: \(obstacle).", RankTable.remedy, ""]
        }
        lines += table.lines + [""] + sources
        if let style = ranking.style { lines += weights(style) }
        return lines
    }

    /// What to do where there is no rating.
    static let remedy = "More battles between these models would give one; so does --prior, a weak symmetric prior."

    private var table: ColumnText {
        var header = ["MODEL", "BATTLES", "WIN RATE", "SE"]
        if ranking.rating != nil {
            header = ["RANK", "MODEL", "RATING", "\(level) INTERVAL", "RANKS", "TIER", "BATTLES", "WIN RATE", "SE"]
        }
        let name = ranking.rating == nil ? 0 : 1
        if hasOutputs { header.append("AT EQUAL LENGTH") }
        if ranking.style != nil { header.append("RATING AT EQUAL STYLE") }
        if ranking.rules.withElo { header.append("ELO (ORDER-DEPENDENT)") }
        var table = ColumnText(header: header, numeric: Set(header.indices.filter { $0 != name }))
        for entry in ranking.entries { table.rows.append(cells(entry)) }
        return table
    }

    private func cells(_ entry: Ranking.Entry) -> [String] {
        var cells: [String] = []
        if let standing = entry.standing {
            let interval = standing.interval.map { "[\(RankTable.whole($0.low)), \(RankTable.whole($0.high))]" }
            let ranks = standing.ranks.map {
                $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
            }
            cells = [
                "\(standing.rank)", entry.model, RankTable.whole(standing.rating), interval ?? "–", ranks ?? "–",
                "\(standing.tier)",
            ]
        } else {
            cells = [entry.model]
        }
        cells += [
            "\(entry.winRate?.n ?? 0)", RankTable.percent(entry.winRate?.percent),
            RankTable.decimals(entry.winRate?.standardError),
        ]
        if hasOutputs { cells.append(RankTable.percent(entry.lengthControl?.winRate.estimate)) }
        if ranking.style != nil { cells.append(RankTable.whole(entry.styleRating)) }
        if ranking.rules.withElo { cells.append(RankTable.whole(entry.elo)) }
        return cells
    }

    /// What the figures rest on, a sentence or two each.
    private var sources: [String] {
        let battles = Count.text(ranking.files.battles.count, "battle")
        let questions = Count.text(ranking.files.questions.count, "question")
        var lines = ["\(battles) over \(questions). Win rates in %, against each model's own opponents."]
        if let rating = ranking.rating {
            let prior = ranking.rules.hasPrior ? ", with a prior of \(RankRules.priorWins) wins each way" : ""
            let scale = "400 points are odds of 10 to 1, the mean is 1000"
            lines.insert("Bradley–Terry, \(ranking.ties.words)\(prior); \(scale).", at: 0)
            lines.append(
                "Intervals by bootstrap over questions (\(Count.text(rating.rounds, "round"))). Models of one tier are "
                    + "not told apart.")
        }
        if ranking.rules.withElo {
            lines.append("Elo depends on the order of the rows: shuffled, they give other figures.")
        }
        return lines
    }

    private func weights(_ style: Ranking.Style) -> [String] {
        let parts = zip(style.features, style.control.weights).map { feature, weight in
            let figures = [weight.estimate ?? 0, weight.low, weight.high].map(RankTable.weight)
            return "\(feature) \(figures[0]) [\(figures[1]), \(figures[2])]"
        }
        guard !parts.isEmpty else { return ["Style: the outputs do not differ in it."] }
        return ["What the judge pays for style, in log odds a standard deviation: \(parts.joined(separator: "; "))."]
    }

    private static func whole(_ value: Double?) -> String { decimals(value, 0) }
    private static func percent(_ value: Double?) -> String { decimals(value, 2) }
    private static func decimals(_ value: Double?, _ places: Int = 2) -> String {
        value.map { String(format: "%.\(places)f", $0).replacing("-", with: "−") } ?? "–"
    }
    private static func weight(_ value: Double) -> String {
        String(format: "%+.3f", value).replacing("-", with: "−")
    }
}

extension TieModel {
    /// As a sentence names it.
    fileprivate var words: String {
        switch self {
        case .ignore: "ties left out"
        case .half: "a tie half a win for each"
        case .davidson: "ties by Davidson"
        case .raoKupper: "ties by Rao and Kupper"
        }
    }
}
