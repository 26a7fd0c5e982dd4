import Chat
import Scoring
import Statistics

/// The result of `nexus compare`, as a table or as JSON.
struct ComparisonResult {
    /// Both sides as the user named them, the baseline first.
    let sides: (String, String)
    let pairs: [ComparedPair]
    let onlyInFirst: Int
    let onlyInSecond: Int
    let rules: ComparisonRules

    var json: JSONValue {
        .object([
            "a": .string(sides.0), "b": .string(sides.1), "comparisons": .array(pairs.map { $0.json(rules) }),
            "only_in_a": .number(onlyInFirst), "only_in_b": .number(onlyInSecond),
            "alpha": .number(rules.alpha), "correction": .string(rules.correction.rawValue),
            "family_size": .number(pairs.filter { $0.result.pValue != nil }.count),
            "resamples": .number(rules.settings.resamples), "seed": .number(String(rules.settings.seed)),
        ])
    }

    var lines: [String] {
        ["A (baseline)  \(VisibleScalar.line(sides.0))", "B             \(VisibleScalar.line(sides.1))", ""]
            + table + [""] + pairs.flatMap(details)
    }

    /// Whether rows stand for different pairs of variants, so that each must name its own.
    private var hasSeveralPairs: Bool { Set(pairs.map { $0.baseline + "\n" + $0.variant }).count > 1 }

    private var isCorrected: Bool { pairs.count > 1 && rules.correction != .none }

    private func title(_ pair: ComparedPair) -> String {
        let label = pair.variant.split(separator: ":", maxSplits: 1).last.map(String.init) ?? pair.variant
        return hasSeveralPairs ? "\(label) \(pair.measure.id)" : pair.measure.id
    }

    private var table: [String] {
        let level = FigureText.percent(rules.settings.level)
        var table = ColumnText(
            header: [
                "METRIC", "A", "B", "B − A", "\(level) INTERVAL",
                isCorrected ? "P (\(rules.correction.rawValue))" : "P", "N", "FINDING",
            ],
            numeric: [1, 2, 3, 4, 5, 6])
        for pair in pairs {
            let interval = pair.comparison.interval
            table.rows.append([
                title(pair), pair.text.score(pair.comparison.baseline),
                pair.text.score(pair.comparison.candidate),
                pair.text.difference(pair.comparison.difference),
                interval.map { "[\(pair.text.difference($0.low)), \(pair.text.difference($0.high))]" } ?? "–",
                FigureText.pValue(isCorrected ? pair.adjusted : pair.result.pValue), "\(pair.n)", pair.finding,
            ])
        }
        return table.lines
    }

    /// What a row rests on: test, effect, the other tests, and the verdict on the margin.
    private func details(_ pair: ComparedPair) -> [String] {
        var parts = [pair.result.description]
        if let effect = pair.comparison.effect { parts.append("\(effect.name) \(FigureText.brief(effect.value))") }
        let others = pair.comparison.secondary.filter { $0.name != pair.result.name && $0.pValue != nil }
            .map { "\($0.name) p \(FigureText.relation($0.pValue))" }
        if !others.isEmpty { parts.append("beside it \(others.joined(separator: ", "))") }
        if let interval = pair.comparison.interval { parts.append("interval by \(interval.method)") }
        if pair.unscored > 0 { parts.append("\(pair.unscored) not scored on both sides") }
        parts += pair.notes.filter { !$0.hasPrefix("not testable") }
        let head = VisibleScalar.line(title(pair))
        let lines = ["\(head): \(parts.joined(separator: "; "))"]
        return lines + (pair.regression.map { ["\($0.verdict.rawValue)  \(head): \(verdict($0, pair))"] } ?? [])
    }

    /// "at most 1 worse: B − A −0.2 [−0.9, +0.5]".
    private func verdict(_ regression: NonInferiority, _ pair: ComparedPair) -> String {
        var text = "at most \(FigureText.brief(regression.margin)) worse than A"
        if let interval = regression.interval {
            let bounds = [interval.low, interval.high].map(pair.text.difference)
            text +=
                "; B − A is \(pair.text.difference(interval.estimate)) [\(bounds[0]), \(bounds[1])]"
        }
        if let reason = regression.reason { text += ": \(reason)" }
        if let needed = regression.neededN { text += ", needs about \(needed) samples" }
        return text
    }

    /// The status that the verdicts on the margin ask for, with the reason; nil where all pass.
    func failure(inconclusive: EvalOptions.Inconclusive?) -> CommandFailure? {
        func sentence(_ chosen: [ComparedPair], _ what: String) -> String {
            what + ": "
                + chosen.compactMap { pair in pair.regression.map { "\(title(pair)): \(verdict($0, pair))" } }
                .joined(separator: "; ")
        }
        let failed = pairs.filter { $0.regression?.verdict == .fail }
        let open = pairs.filter { $0.regression?.verdict == .inconclusive }
        if !failed.isEmpty { return CommandFailure(.gateFailed, sentence(failed, "failed")) }
        guard !open.isEmpty else { return nil }
        switch inconclusive {
        case .pass: return nil
        case .fail:
            return CommandFailure(.gateFailed, sentence(open, "inconclusive, which --inconclusive makes a failure"))
        case nil: return CommandFailure(.gateInconclusive, sentence(open, "inconclusive"))
        }
    }
}

extension ComparedPair {
    /// How the pair's figures are written.
    fileprivate var text: FigureText {
        FigureText(measure, size: max(abs(comparison.baseline ?? 0), abs(comparison.candidate ?? 0)))
    }

    /// In words: "B is better", "B is worse", "may be chance", "not testable".
    fileprivate var finding: String {
        guard let significant, let difference = comparison.difference else { return "not testable" }
        guard significant, difference != 0 else { return difference == 0 ? "no difference" : "may be chance" }
        return (difference > 0) == measure.higherIsBetter ? "B is better" : "B is worse"
    }
}
