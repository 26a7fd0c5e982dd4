import ArgumentParser
import Chat
import Records
import Statistics

/// `nexus rank`: a ranking from files of battles or judgments.
struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Rank models by pairwise verdicts: ratings with intervals, rank intervals, tiers and win rates.",
        discussion: """
            A file has a row a battle: {"id": "1", "model_a": "x", "model_b": "y", "winner": "model_a"}, where the \
            winner is model_a, model_b, tie or tie (bothbad); or a graded preference in the place of the winner, \
            "preference_b": 0…1 (JSONL; also .json, .csv, .tsv, .gz). Rows of one id are of one question, and are \
            resampled together.

            With --outputs, a folder of MODEL.jsonl with rows {"id", "output"}, win rates are also given at equal \
            length, and ratings at equal style (length, headings, list items, bold passages).
            """)

    @Argument(help: ArgumentHelp("Battles or judgments; - reads JSONL from standard input.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Folder of MODEL.jsonl with the outputs.", valueName: "dir"))
    var outputs: String?

    @Option(
        help: ArgumentHelp(
            """
            How ties are read: half (a win), davidson, rao-kupper or ignore (default: davidson for whole outcomes, \
            half where preferences are graded or nobody tied).
            """, valueName: "name"))
    var ties: String?

    @Flag(help: "A weak symmetric prior, so that any battles have a rating.")
    var prior = false

    @Flag(help: "Add online Elo ratings, which depend on the order of the rows.")
    var elo = false

    @Option(help: ArgumentHelp("Rounds of the bootstrap over questions.", valueName: "n"))
    var rounds = 1000

    @Option(help: ArgumentHelp("Intervals are at 1 − alpha.", valueName: "share"))
    var alpha = 0.05

    @Option(help: ArgumentHelp("Seed of the bootstrap.", valueName: "n"))
    var seed: UInt64 = 12_345

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard files.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("standard input (-) can be only one of the files")
        }
        guard alpha > 0, alpha < 1 else {
            throw ValidationError("--alpha: found \(alpha); expected more than 0 and less than 1")
        }
        guard 1...1_000_000 ~= rounds else {
            throw ValidationError("--rounds: found \(rounds); expected 1 to 1000000")
        }
    }

    func run() throws {
        let rules = RankRules(
            ties: try ties.map(RankCommand.tieModel), rounds: rounds, seed: seed, alpha: alpha, hasPrior: prior,
            withElo: elo)
        let battles = try BattleFiles(files)
        let styles = try outputs.map {
            try OutputFiles($0, models: battles.models, questions: battles.questions)
        }
        let ranking = Ranking(battles, outputs: styles, rules: rules)
        if !shared.quiet {
            for warning in ranking.warnings { Terminal.error("warning: \(warning)") }
        }
        let table = RankTable(ranking: ranking)
        if shared.json {
            Terminal.result(table.json.text)
        } else {
            Terminal.result(table.lines.joined(separator: "\n"))
        }
    }

    private static func tieModel(_ name: String) throws -> TieModel {
        guard let model = TieModel(rawValue: name) else {
            throw CommandFailure.usage(unknown: name, of: "--ties", among: TieModel.allCases.map(\.rawValue))
        }
        return model
    }
}
