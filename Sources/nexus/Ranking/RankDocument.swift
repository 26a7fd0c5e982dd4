import Chat
import Statistics

/// A ranking as one JSON document; what is unknown is null, what was not asked for is not there.
extension RankTable {
    var json: JSONValue {
        let (rules, files) = (ranking.rules, ranking.files)
        let fit = ranking.rating?.fit
        return .object([
            "method": "bradley-terry", "ties": .string(ranking.ties.rawValue),
            "tie_parameter": fit?.tieParameter.map { .number($0) },
            "ratings": .array(ranking.entries.map(json)),
            "problem": ranking.obstacle.map { .string($0) } ?? .null,
            "battles": .number(files.battles.count), "questions": .number(files.questions.count),
            "self_battles": .number(files.selfBattles), "unjudged": .number(files.unjudged),
            "graded": .number(files.graded),
            "ci_level": .number(rules.level), "ci_method": "bootstrap over questions, percentile",
            "rounds": .number(ranking.rating?.rounds ?? 0),
            "undefined_rounds": .number(ranking.rating?.undefinedRounds ?? 0), "seed": .number(String(rules.seed)),
            "prior": .number(rules.hasPrior ? RankRules.priorWins : 0),
            "length_control": ranking.controlledBattles.map(lengthControl),
            "style_control": ranking.style.map(styleControl),
            "elo": rules.withElo ? ["order_dependent": true, "start": 1000, "k": 4] : nil,
            "warnings": .array(ranking.warnings.map { .string($0) }),
        ])
    }

    private func json(_ entry: Ranking.Entry) -> JSONValue {
        let standing = entry.standing
        var members: [JSONValue.Member] = [.init(key: "model", value: .string(entry.model))]
        func add(_ key: String, _ value: Double?) {
            members.append(.init(key: key, value: value.map { .number($0) } ?? .null))
        }
        add("rating", standing?.rating)
        add("ci_low", standing?.interval?.low)
        add("ci_high", standing?.interval?.high)
        add("rank", standing.map { Double($0.rank) })
        add("rank_low", standing?.ranks.map { Double($0.lowerBound) })
        add("rank_high", standing?.ranks.map { Double($0.upperBound) })
        add("tier", standing.map { Double($0.tier) })
        add("battles", Double(entry.winRate?.n ?? 0))
        add("win_rate", entry.winRate?.percent)
        add("win_rate_se", entry.winRate?.standardError)
        add("win_rate_ci_low", entry.winRateInterval?.low)
        add("win_rate_ci_high", entry.winRateInterval?.high)
        if ranking.controlledBattles != nil {
            let control = entry.lengthControl
            add("length_controlled_win_rate", control?.winRate.estimate)
            add("length_controlled_ci_low", control?.winRate.low)
            add("length_controlled_ci_high", control?.winRate.high)
            add("length_weight", control?.lengthWeight?.estimate)
            add("length_weight_ci_low", control?.lengthWeight?.low)
            add("length_weight_ci_high", control?.lengthWeight?.high)
            members.append(.init(key: "constant_output", value: .bool(entry.isConstant)))
        }
        if ranking.style != nil { add("style_controlled_rating", entry.styleRating) }
        if ranking.rules.withElo { add("elo", entry.elo) }
        return .object(members)
    }

    private func lengthControl(_ battles: Int) -> JSONValue {
        .object([
            "model": .string("logistic: intercept + weight · tanh(length difference / its standard deviation)"),
            "unit": "Unicode scalars", "ridge_per_battle": .number(LengthControl.ridgeShare),
            "battles": .number(battles),
        ])
    }

    private func styleControl(_ style: Ranking.Style) -> JSONValue {
        let weights = zip(style.features, style.control.weights).map { feature, weight -> JSONValue in
            .object([
                "feature": .string(feature), "weight": weight.estimate.map { .number($0) } ?? .null,
                "ci_low": .number(weight.low), "ci_high": .number(weight.high),
            ])
        }
        return .object([
            "model": .string("Bradley-Terry with relative differences of style, in standard deviations"),
            "ridge": .number(style.control.ridge), "weights": .array(weights),
        ])
    }
}
