import Chat
import Scoring
import Statistics

/// How well each metric agrees with people's scores, as a table or as JSON.
struct HumanAgreement {
    /// The field that holds people's scores.
    let field: String
    let systems: Int
    let samples: Int
    private let settings: TestSettings
    private let rows: [(measure: Measure, agreement: MetricAgreement)]

    /// - Throws: `CommandFailure` where no output has a score of people's.
    init(_ systems: [SystemScores], field: String, settings: TestSettings) throws {
        var numbers: [ScalarText: Int] = [:]
        for id in systems.flatMap(\.ids).map(ScalarText.init) where numbers[id] == nil { numbers[id] = numbers.count }
        guard systems.contains(where: { $0.human.contains { $0 != nil } }) else {
            throw CommandFailure.usage("--human: found no number in the field '\(field)'; expected people's scores")
        }
        self.field = field
        self.systems = systems.count
        self.settings = settings
        samples = numbers.count
        rows = try (systems.first?.columns ?? []).indices.map { place in
            let measure = systems[0].columns[place].measure
            let agreement = try MetricAgreement(
                systems.map { $0.outputs(of: place, numbers) }, width: measure.statisticsCount, score: measure.score,
                resamples: settings.resamples, seed: settings.seed, level: settings.level)
            return (measure, agreement)
        }
    }

    private static func levels(_ agreement: MetricAgreement) -> [(name: String, level: MetricAgreement.Level)] {
        [("segment", agreement.segment)] + (agreement.system.map { [("system", $0)] } ?? [])
    }

    var json: JSONValue {
        let correlations = rows.flatMap { measure, agreement in
            HumanAgreement.levels(agreement).map { name, level in
                JSONValue.object(
                    [
                        .init(key: "metric", value: .string(measure.id)), .init(key: "level", value: .string(name)),
                        .init(key: "n", value: .number(level.n)),
                        .init(key: "higher_is_better", value: .bool(measure.higherIsBetter)),
                    ] + members("pearson", level.pearson) + members("kendall", level.kendall))
            }
        }
        return .object([
            "field": .string(field), "systems": .number(systems), "samples": .number(samples),
            "ci_level": .number(settings.level), "ci_method": .string(method),
            "resamples": .number(settings.resamples), "seed": .number(String(settings.seed)),
            "correlations": .array(correlations),
        ])
    }

    private func members(_ name: String, _ found: Correlation?) -> [JSONValue.Member] {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return [
            .init(key: name, value: number(found?.coefficient)),
            .init(key: name + "_ci_low", value: number(found?.interval?.low)),
            .init(key: name + "_ci_high", value: number(found?.interval?.high)),
            .init(key: name + "_p_value", value: number(found?.test.pValue)),
        ]
    }

    private var method: String {
        systems > 1 ? "bootstrap over systems and samples, percentile" : "bootstrap over samples, percentile"
    }

    var lines: [String] {
        let level = FigureText.percent(settings.level) + " INTERVAL"
        var table = ColumnText(
            header: ["METRIC", "LEVEL", "N", "PEARSON", level, "KENDALL", level], numeric: [2, 3, 4, 5, 6])
        for (measure, agreement) in rows {
            for (name, level) in HumanAgreement.levels(agreement) {
                table.rows.append(
                    [measure.id, name, "\(level.n)"] + HumanAgreement.cells(level.pearson)
                        + HumanAgreement.cells(level.kendall))
            }
        }
        let falling = rows.map(\.measure).filter { !$0.higherIsBetter }.map(\.id).joined(separator: ", ")
        return ["Against people's scores in '\(VisibleScalar.line(field))':"] + table.lines + [
            "Intervals by \(method) (\(settings.resamples)). Segment: all outputs; system: corpus scores against means."
        ] + (falling.isEmpty ? [] : ["Lower is better for \(falling): there agreement is a negative correlation."])
    }

    private static func cells(_ found: Correlation?) -> [String] {
        guard let found else { return ["–", "–"] }
        let interval = found.interval.map { "[\(FigureText.signed($0.low)), \(FigureText.signed($0.high))]" }
        return [FigureText.signed(found.coefficient), interval ?? "–"]
    }
}

extension SystemScores {
    /// One measure's scores beside people's, in the order of all samples.
    fileprivate func outputs(of place: Int, _ numbers: [ScalarText: Int]) -> MetricAgreement.System {
        let column = columns[place]
        let width = column.measure.statisticsCount
        var found = MetricAgreement.System(
            scores: Array(repeating: nil, count: numbers.count), human: Array(repeating: nil, count: numbers.count),
            statistics: Array(repeating: 0, count: numbers.count * width))
        for (row, id) in ids.enumerated() {
            guard let number = numbers[ScalarText(id)] else { continue }
            found.scores[number] = column.score(row)
            found.human[number] = human[row]
            found.statistics.replaceSubrange(
                number * width..<(number + 1) * width, with: column.rows[row * width..<(row + 1) * width])
        }
        return found
    }
}
