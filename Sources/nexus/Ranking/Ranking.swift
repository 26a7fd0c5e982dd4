import Experiments
import Scoring
import Statistics

/// Models ranked by their battles: ratings with intervals, win rates, and both at equal style.
struct Ranking {
    /// One model's standing.
    struct Entry {
        let model: String
        /// Nil where the battles have no rating.
        let standing: RatingBootstrap.Standing?
        let winRate: WinRate?
        /// Of the win rate, battles of one question taken together.
        let winRateInterval: Interval?
        /// Nil without outputs, and where the model has no fit at equal length.
        var lengthControl: LengthControl?
        /// The rating at equal style; nil without outputs.
        var styleRating: Double?
        /// The rating after the last battle of the files; nil where nobody asked for it.
        var elo: Double?
        var isConstant = false
    }

    /// The rating at equal style, and what style is worth.
    struct Style {
        let control: StyleControl
        /// The name of each weight's feature.
        let features: [String]
    }

    let rules: RankRules
    let files: BattleFiles
    let ties: TieModel
    /// Best first.
    let entries: [Entry]
    let rating: RatingBootstrap?
    /// Why there is no rating, in words; nil where there is one.
    let obstacle: String?
    let style: Style?
    /// Why there is no rating at equal style though there are outputs.
    private(set) var styleObstacle: String?
    /// Battles with both outputs; nil where no outputs were given.
    let controlledBattles: Int?
    private(set) var warnings: [String] = []

    /// - Parameter outputs: the outputs of `files.models`; nil leaves controlled figures out.
    init(_ files: BattleFiles, outputs: OutputFiles?, rules: RankRules) {
        self.rules = rules
        self.files = files
        ties = rules.tieModel(for: files)
        let name: (Int) -> String = { RowFields.quoted(files.models[$0]) }
        do throws(NoFiniteMaximum) {
            rating = try Ranking.rating(files, ties, rules)
            obstacle = nil
        } catch {
            rating = nil
            obstacle = error.words(naming: name)
        }
        let controlled = outputs.map { ControlledBattles(files.battles, $0) }
        controlledBattles = controlled?.battles.count
        var styled: Style?
        do throws(NoFiniteMaximum) {
            styled = try controlled?.style(players: files.models.count, level: rules.level)
        } catch {
            styleObstacle = error.words(naming: name)
        }
        style = styled
        let standings = Dictionary(
            (rating?.standings ?? []).map { ($0.player, $0) }, uniquingKeysWith: { first, _ in first })
        let scores = ModelScores(files)
        let ratings = styled?.control.ratings
        let elo = rules.withElo ? Ranking.elo(files) : nil
        let unordered = files.models.indices.map { model in
            var entry = Entry(
                model: files.models[model], standing: standings[model], winRate: WinRate(scores: scores.scores[model]),
                winRateInterval: scores.interval(model, level: rules.level))
            entry.lengthControl = controlled?.lengthControl(of: model, level: rules.level)
            entry.styleRating = ratings?[model]
            entry.elo = elo?.ratings[model]
            entry.isConstant = outputs?.constant.contains(model) ?? false
            return entry
        }
        let order: (Entry) -> (Double, Double) = { entry in
            (entry.standing?.rating ?? 0, entry.winRate?.percent ?? 0)
        }
        entries = unordered.sorted { order($0) > order($1) }
        warnings = notes(outputs)
    }

    private static func rating(
        _ files: BattleFiles, _ ties: TieModel, _ rules: RankRules
    ) throws(NoFiniteMaximum) -> RatingBootstrap {
        return try RatingBootstrap(
            files.table, ties: ties, rounds: rules.rounds, seed: rules.seed, level: rules.level,
            prior: rules.hasPrior ? RankRules.priorWins : 0)
    }

    private static func elo(_ files: BattleFiles) -> OnlineElo {
        var elo = OnlineElo(players: files.models.count)
        for battle in files.battles { elo.record(battle.first, battle.second, score: battle.score) }
        return elo
    }

    /// What a reader must know beside the figures.
    private func notes(_ outputs: OutputFiles?) -> [String] {
        var warnings: [String] = []
        func count(_ number: Int, _ one: String, _ many: String, _ rest: String) {
            if number > 0 { warnings.append("\(number) \(number == 1 ? one : many) \(rest)") }
        }
        count(files.selfBattles, "battle", "battles", "of a model with itself, left out")
        count(files.unjudged, "battle", "battles", "without a verdict (null), left out")
        if let rating {
            count(
                rating.undefinedRounds, "bootstrap round", "bootstrap rounds",
                "of \(rating.rounds + rating.undefinedRounds) without a finite rating, left out: the intervals are too "
                    + "narrow")
            if !rating.varies {
                warnings.append(
                    "every bootstrap round over \(Count.text(files.questions.count, "question")) is the same: there "
                        + "are no intervals, and nothing tells the models apart")
            }
        }
        warnings += outputs?.missing ?? []
        if let controlledBattles {
            count(
                files.battles.count - controlledBattles, "battle", "battles",
                "without both outputs, left out of the controlled figures")
        }
        if let styleObstacle, obstacle == nil { warnings.append("no rating at equal style: \(styleObstacle)") }
        for entry in entries where entry.isConstant {
            warnings.append(
                "\(RowFields.quoted(entry.model)) gives the same output to every question: what it wins shows the "
                    + "judge's weakness, not its quality")
        }
        return warnings
    }
}

/// What each model got in its battles.
private struct ModelScores {
    private(set) var scores: [[Double]]
    private var questions: [[Int]]

    init(_ files: BattleFiles) {
        scores = Array(repeating: [], count: files.models.count)
        questions = scores.map { _ in [] }
        for battle in files.battles {
            scores[battle.first].append(battle.score)
            scores[battle.second].append(1 - battle.score)
            questions[battle.first].append(battle.question)
            questions[battle.second].append(battle.question)
        }
    }

    /// The interval of a win rate in percent, within 0...100.
    func interval(_ model: Int, level: Double) -> Interval? {
        guard var interval = Interval.ofScores(scores[model], clusters: questions[model], level: level) else {
            return nil
        }
        interval.low = max(0, interval.low)
        interval.high = min(1, interval.high)
        return interval.scaled(by: 100)
    }
}

/// The battles whose outputs are both known.
private struct ControlledBattles {
    private(set) var battles: [Battle] = []
    /// Of the first contestant and the second, a pair a battle.
    private var styles: [(OutputStyle, OutputStyle)] = []

    init(_ all: [Battle], _ outputs: OutputFiles) {
        for battle in all {
            guard let first = outputs.styles[battle.first][battle.question],
                let second = outputs.styles[battle.second][battle.question]
            else { continue }
            battles.append(battle)
            styles.append((first, second))
        }
    }

    func lengthControl(of model: Int, level: Double) -> LengthControl? {
        var (scores, gaps): ([Double], [Double]) = ([], [])
        for (battle, style) in zip(battles, styles) where battle.first == model || battle.second == model {
            let isFirst = battle.first == model
            scores.append(isFirst ? battle.score : 1 - battle.score)
            gaps.append(Double(isFirst ? style.0.length - style.1.length : style.1.length - style.0.length))
        }
        return LengthControl(scores: scores, lengthDifferences: gaps, level: level)
    }

    /// - Throws: `NoFiniteMaximum` where the battles have no rating.
    func style(players: Int, level: Double) throws(NoFiniteMaximum) -> Ranking.Style {
        let all = styles.map { $0.0.relativeDifference(to: $0.1) }
        let used = OutputStyle.featureNames.indices.filter { feature in all.contains { $0[feature] != 0 } }
        let control = try StyleControl.fit(
            battles, players: players, features: all.map { row in used.map { row[$0] } }, level: level)
        return Ranking.Style(control: control, features: used.map { OutputStyle.featureNames[$0] })
    }
}
