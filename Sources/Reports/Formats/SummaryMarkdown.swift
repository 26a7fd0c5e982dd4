import Experiments

/// `summary.md`: what a pull request shows, the verdict first.
struct SummaryMarkdown: Report {
    let fileName = "summary.md"

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        let summary = material.summary
        var lines = ["# \(SummaryMarkdown.escape(summary.name))", ""]
        if let first = summary.verdict.first { lines += ["**\(SummaryMarkdown.escape(first))**", ""] }
        for sentence in summary.verdict.dropFirst() { lines += [SummaryMarkdown.escape(sentence), ""] }
        if !summary.faults.isEmpty {
            lines += ["> **❌ This run is not valid.**"]
            lines += summary.faults.map { "> - \(SummaryMarkdown.escape($0))" } + [""]
        }
        lines += SummaryMarkdown.gates(summary)
        lines += SummaryMarkdown.variants(summary)
        lines += SummaryMarkdown.comparisons(summary)
        lines += summary.ablations.flatMap { SummaryMarkdown.ablation($0, summary) }
        if !summary.warnings.isEmpty {
            lines += ["## Warnings", ""] + summary.warnings.map { "- ⚠️ \(SummaryMarkdown.escape($0))" } + [""]
        }
        lines.append(SummaryMarkdown.origin(summary))
        try file.append(lines.joined(separator: "\n") + "\n")
    }

    private static func gates(_ summary: RunSummary) -> [String] {
        guard !summary.gates.isEmpty else { return [] }
        let rows = summary.gates.map { gate in
            ["\(gate.verdict.sign) \(gate.verdict.rawValue)", gate.variant, gate.rule, gate.reason]
        }
        return ["## Gates", ""] + table(["verdict", "variant", "gate", "why"], rows)
    }

    private static func variants(_ summary: RunSummary) -> [String] {
        var header = ["variant"] + summary.measures.map { "\($0.id) (\($0.unit))" }
        header += ["latency p50", "latency p95", "cost", "failed"]
        let rows = summary.variants.map { variant in
            [variant.label + (variant.label == summary.baseline ? " (baseline)" : "")]
                + summary.measures.map { measure in
                    let figure = variant.figures.first { $0.metric == measure.id }
                    let interval = NumberText.interval(figure?.low, figure?.high, unit: measure.unit)
                    return NumberText.readable(figure?.value, unit: measure.unit) + (interval.map { " (\($0))" } ?? "")
                }
                + [
                    NumberText.readable(variant.resource("latency_ms", "p50")?.value, unit: "ms"),
                    NumberText.readable(variant.resource("latency_ms", "p95")?.value, unit: "ms"),
                    NumberText.readable(variant.resource("cost_usd", "total")?.value, unit: "USD"),
                    "\(variant.failed) of \(variant.trials)",
                ]
        }
        let note = "In brackets: \(summary.confidence) confidence intervals."
        let failures = summary.variants.compactMap(\.failureLine).map { "- Failed: \(escape($0))" }
        return ["## Variants", ""] + table(header, rows) + [note, ""] + (failures.isEmpty ? [] : failures + [""])
    }

    private static func comparisons(_ summary: RunSummary) -> [String] {
        guard !summary.comparisons.isEmpty else { return [] }
        let rows = summary.comparisons.map { row in
            let unit = summary.unit(of: row.metric)
            let interval = NumberText.interval(row.low, row.high, unit: unit, signs: true)
            let finding = Finding(row)
            return [
                row.metric, "\(row.variant) against \(row.baseline)",
                NumberText.signed(row.difference, unit: unit) + (interval.map { " (\($0))" } ?? ""),
                NumberText.pValue(row.pValue), NumberText.pValue(row.pAdjusted), "\(finding.mark) \(finding.word)",
                String(row.n), row.test,
            ]
        }
        let header = ["metric", "pair", "difference", "p", "p adjusted", "finding", "n", "test"]
        return ["## Comparisons", ""] + table(header, rows)
    }

    private static func ablation(_ ablation: AblationSummary, _ summary: RunSummary) -> [String] {
        let rows = ablation.effects.map { effect in
            let row = effect.row
            let (unit, finding) = (summary.unit(of: row.metric), Finding(row))
            let interval = NumberText.interval(row.low, row.high, unit: unit, signs: true)
            return [
                effect.name, row.metric,
                NumberText.signed(row.difference, unit: unit) + (interval.map { " (\($0))" } ?? ""),
                NumberText.pValue(row.pAdjusted), "\(finding.mark) \(finding.word)", String(row.n),
            ]
        }
        let header = ["stage", "metric", "with less without", "p adjusted", "finding", "n"]
        return ["## \(escape(ablation.title(in: summary)))", ""] + table(header, rows)
    }

    private static func origin(_ summary: RunSummary) -> String {
        let facts =
            "\(NumberText.grouped(summary.sampleCount)) samples, \(NumberText.grouped(summary.storedTrials)) trials, "
            + "\(summary.failedTrials) failed; seed \(summary.seed), \(summary.resamples) resamples, "
            + "correction \(summary.correction), alpha \(summary.alpha); nexus \(summary.version)"
        return "Run \(escape(summary.runID)): \(escape(facts))."
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
        let rule = "|" + String(repeating: " --- |", count: header.count)
        let all = [header] + rows
        var lines = all.map { "| " + $0.map(escape).joined(separator: " | ") + " |" }
        lines.insert(rule, at: 1)
        return lines + [""]
    }

    /// Text that Markdown shows as it is: no links, no HTML, no mentions, no end of a table's cell.
    static func escape(_ text: String) -> String {
        var out = ""
        for character in VisibleText.line(text) {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~": out += "\\\(character)"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "@": out += "&#64;"
            default: out.append(character)
            }
        }
        return out
    }
}
