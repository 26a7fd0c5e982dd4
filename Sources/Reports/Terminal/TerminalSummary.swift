public import Experiments

/// What `nexus eval` says on standard output when it is done: the verdict, the variants, the differences, the gates.
public enum TerminalSummary {
    /// The summary as lines, the last one ended.
    ///
    /// Columns are aligned; a table too wide for `width` loses its intervals first. Text of the run is made visible, so
    /// that no label can send codes to the terminal.
    /// - Parameters:
    ///   - width: columns of the terminal; 100 suits a pipe.
    ///   - colour: whether escape codes may be used (a terminal, and no `NO_COLOR`).
    ///   - report: where the report is, or nil to leave that line out.
    public static func render(
        _ summary: RunSummary, width: Int = 100, colour: Bool = false, report: String? = nil
    ) -> String {
        let paint = Paint(isOn: colour)
        var lines: [String] = []
        for fault in summary.faults {
            lines += Wrapping.lines("not valid: " + VisibleText.line(fault), width: width).map { paint($0, .red) }
        }
        for (index, sentence) in summary.verdict.enumerated() {
            lines += Wrapping.lines(VisibleText.line(sentence), width: width)
                .map { index == 0 ? paint($0, .bold) : $0 }
        }
        lines += [""] + variants(summary, width: width, paint: paint)
        let failures = summary.variants.compactMap(\.failureLine)
        if !failures.isEmpty { lines.append("") }
        for failure in failures {
            lines += Wrapping.lines("failed: " + VisibleText.line(failure), width: width).map { paint($0, .red) }
        }
        if !summary.comparisons.isEmpty { lines += [""] + comparisons(summary, width: width, paint: paint) }
        for ablation in summary.ablations {
            lines += [""] + Wrapping.lines(VisibleText.line(ablation.title(in: summary)) + ":", width: width)
            lines += effects(ablation, summary, width: width, paint: paint)
        }
        if !summary.gates.isEmpty { lines += [""] + gates(summary, width: width, paint: paint) }
        if !summary.warnings.isEmpty { lines.append("") }
        for warning in summary.warnings {
            lines += Wrapping.lines("note: " + VisibleText.line(warning), width: width).map { paint($0, .yellow) }
        }
        if let report { lines += ["", "report: \(VisibleText.line(report))"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func variants(_ summary: RunSummary, width: Int, paint: Paint) -> [String] {
        func table(intervals: Bool, resources: Bool) -> TextTable {
            let measures = summary.measures.map { measure in
                TextTable.Column(title: VisibleText.line(measure.id), isNumeric: true)
            }
            let extra: [TextTable.Column] =
                resources
                ? [.init(title: "p50", isNumeric: true), .init(title: "cost", isNumeric: true)] : []
            let rows = summary.variants.map { variant -> [String] in
                [VisibleText.line(variant.label)]
                    + summary.measures.map { cell(of: $0, variant, summary, interval: intervals) }
                    + (resources ? resourceCells(variant) : []) + ["\(variant.failed)/\(variant.trials)"]
            }
            return TextTable(
                columns: [.init(title: "variant")] + measures + extra + [.init(title: "failed", isNumeric: true)],
                rows: rows)
        }
        let candidates = [(true, true), (false, true), (false, false)].map { table(intervals: $0.0, resources: $0.1) }
        let chosen = candidates.first { $0.width <= width } ?? candidates[2]
        return chosen.lines(width: width, paint: paint)
    }

    private static func cell(
        of measure: MeasureFacts, _ variant: VariantSummary, _ summary: RunSummary, interval: Bool
    ) -> String {
        let figure = variant.figures.first { $0.metric == measure.id }
        let finding = summary.comparison(of: measure.id, variant: variant.label).map { Finding($0) }
        let mark = finding == .better || finding == .worse ? (finding?.mark ?? "") + " " : ""
        let value = mark + NumberText.readable(figure?.value, unit: measure.unit)
        guard interval, let low = figure?.low, let high = figure?.high else { return value }
        return
            "\(value) ["
            + [low, high].map { NumberText.readable($0, unit: measure.unit) }.joined(separator: ", ") + "]"
    }

    private static func resourceCells(_ variant: VariantSummary) -> [String] {
        [
            NumberText.readable(variant.resource("latency_ms", "p50")?.value, unit: "ms"),
            NumberText.readable(variant.resource("cost_usd", "total")?.value, unit: "USD"),
        ]
    }

    private static func comparisons(_ summary: RunSummary, width: Int, paint: Paint) -> [String] {
        /// A terminal is no place for hundreds of pairs; the report has them.
        let most = 24
        let rows = summary.comparisons.prefix(most).map { row -> [String] in
            let unit = summary.unit(of: row.metric)
            let finding = Finding(row)
            return [
                VisibleText.line("\(row.variant) − \(row.baseline)"), VisibleText.line(row.metric),
                NumberText.signed(row.difference, unit: unit),
                NumberText.interval(row.low, row.high, unit: unit, signs: true) ?? "–",
                NumberText.pValue(row.pAdjusted ?? row.pValue), "\(finding.mark) \(finding.word)",
            ]
        }
        let table = TextTable(
            columns: [
                .init(title: "difference"), .init(title: "metric"), .init(title: "by", isNumeric: true),
                .init(title: "\(summary.confidence) interval", isNumeric: true),
                .init(title: "p (\(summary.correction))", isNumeric: true), .init(title: "finding"),
            ], rows: Array(rows))
        let left = summary.comparisons.count - rows.count
        return table.lines(width: width, paint: paint)
            + (left > 0 ? ["  and \(left) more in the report"] : [])
    }

    private static func effects(
        _ ablation: AblationSummary, _ summary: RunSummary, width: Int, paint: Paint
    ) -> [String] {
        func table(intervals: Bool) -> TextTable {
            let interval = TextTable.Column(title: "\(summary.confidence) interval", isNumeric: true)
            let rows = ablation.effects.map { effect -> [String] in
                let row = effect.row
                let (unit, finding) = (summary.unit(of: row.metric), Finding(row))
                let bounds = NumberText.interval(row.low, row.high, unit: unit, signs: true) ?? "–"
                return [
                    VisibleText.line(effect.name), VisibleText.line(row.metric),
                    NumberText.signed(row.difference, unit: unit),
                ] + (intervals ? [bounds] : []) + [
                    NumberText.pValue(row.pAdjusted ?? row.pValue), "\(finding.mark) \(finding.word)",
                ]
            }
            return TextTable(
                columns: [
                    .init(title: "stage"), .init(title: "metric"), .init(title: "worth", isNumeric: true),
                ] + (intervals ? [interval] : []) + [
                    .init(title: "p (\(summary.correction))", isNumeric: true), .init(title: "finding"),
                ], rows: rows)
        }
        let whole = table(intervals: true)
        return (whole.width <= width ? whole : table(intervals: false)).lines(width: width, paint: paint)
    }

    private static func gates(_ summary: RunSummary, width: Int, paint: Paint) -> [String] {
        summary.gates.flatMap { gate -> [String] in
            let word = gate.verdict.rawValue
            let space = String(repeating: " ", count: max(0, 13 - word.count))
            let text = VisibleText.line("\(gate.variant): \(gate.rule). \(gate.reason)")
            let wrapped = Wrapping.lines(text, width: max(20, width - 13))
            let indent = String(repeating: " ", count: 13)
            return wrapped.enumerated().map { index, line in
                index == 0 ? paint(word, Paint.Colour(gate.verdict)) + space + line : indent + line
            }
        }
    }
}
