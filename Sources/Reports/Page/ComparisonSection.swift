import Experiments

/// The tested differences: forest plots, then the table with p-values and how they were corrected.
enum ComparisonSection {
    static func write(_ material: ReportMaterial, to page: inout Markup) {
        let summary = material.summary
        guard !summary.comparisons.isEmpty || !summary.resourceComparisons.isEmpty else { return }
        page.element("section", ["id": "comparisons", "aria-labelledby": "comparisons-title"]) { page in
            page.element("h2", ["id": "comparisons-title"], text: "Comparisons")
            page.element("p", ["class": "hint"], text: explanation(summary))
            page.element("div", ["class": "figures"]) { page in
                for drawn in material.charts where drawn.chart.name.hasPrefix("differences") {
                    ChartSection.figure(drawn, to: &page)
                }
            }
            if !summary.comparisons.isEmpty {
                table(summary.comparisons, "Differences in quality, variant minus baseline", summary).write(to: &page)
            }
            if !summary.resourceComparisons.isEmpty {
                page.element("h3", text: "Latency and cost")
                table(summary.resourceComparisons, "Differences in latency and cost", summary).write(to: &page)
            }
        }
        page.line()
    }

    private static func explanation(_ summary: RunSummary) -> String {
        let family = summary.comparisons.map(\.familySize).max() ?? 0
        let correction =
            summary.correction == "none"
            ? "p-values are not corrected for the number of tests."
            : "p-values are adjusted by \(summary.correction) over \(family) tests; a difference counts as found where "
                + "the adjusted one is below \(summary.alpha)."
        return "Every difference is variant minus baseline on the same samples. \(correction)"
    }

    private static func table(_ rows: [ComparisonRow], _ caption: String, _ summary: RunSummary) -> DataTable {
        let titles: [(String, String?, Bool)] = [
            ("metric", nil, false), ("variant", "against", false),
            ("difference", "\(summary.confidence) interval", true),
            ("finding", nil, false), ("p", nil, true), ("p adjusted", "tests", true), ("effect", nil, true),
            ("n", nil, true), ("test", nil, false),
        ]
        return DataTable(
            caption: caption,
            columns: titles.map { DataTable.Column(title: $0.0, detail: $0.1, isNumeric: $0.2) },
            rows: rows.map { cells($0, unit: summary.unit(of: $0.metric)) })
    }

    private static func cells(_ row: ComparisonRow, unit: String) -> [DataTable.Cell] {
        let finding = Finding(row)
        let effect = row.effectSize.map { NumberText.fixed($0, 2) } ?? "–"
        return [
            .text(row.metric),
            .words { page in
                page.text(row.variant)
                page.element("small", text: "against \(row.baseline)")
            },
            .number(
                NumberText.signed(row.difference, unit: unit), sortedBy: row.difference,
                detail: NumberText.interval(row.low, row.high, unit: unit, signs: true)),
            .badge("\(finding.mark) \(finding.word)", kind: finding.kind),
            .number(NumberText.pValue(row.pValue), sortedBy: row.pValue),
            .number(
                NumberText.pValue(row.pAdjusted), sortedBy: row.pAdjusted,
                detail: row.familySize > 0 ? "\(row.correction), \(row.familySize)" : row.correction),
            .number(effect, sortedBy: row.effectSize, detail: row.effectSize == nil ? nil : row.effectName),
            .number(NumberText.grouped(row.n), sortedBy: Double(row.n)),
            .words { page in details(row, unit: unit, to: &page) },
        ]
    }

    private static func details(_ row: ComparisonRow, unit: String, to page: inout Markup) {
        page.text(row.test.isEmpty ? "not tested" : row.test)
        for also in row.alsoTested {
            page.element("small", text: "\(also.test): p \(NumberText.pValue(also.pValue))")
        }
        if let smallest = row.minimumDetectable {
            page.element("small", text: "80 % power from \(NumberText.readable(smallest, unit: unit))")
        }
        if let note = row.note { page.element("small", ["class": "note"], text: note) }
    }
}

/// The charts beside the forest plots.
enum ChartSection {
    static func write(_ material: ReportMaterial, to page: inout Markup) {
        page.element("section", ["id": "charts", "aria-labelledby": "charts-title"]) { page in
            page.element("h2", ["id": "charts-title"], text: "Charts")
            if material.charts.isEmpty {
                page.element("p", ["class": "hint"], text: material.notes.first ?? "This run has nothing to draw.")
            }
            page.element("div", ["class": "figures"]) { page in
                for drawn in material.charts where !isShownElsewhere(drawn.chart) { figure(drawn, to: &page) }
            }
        }
        page.line()
    }

    private static func isShownElsewhere(_ chart: Chart) -> Bool {
        [DifferencePlot.kind, ReliabilityDiagram.kind, StageWaterfall.kind].contains { $0.drew(chart) }
    }

    /// A picture under its title with its text alternative.
    static func figure(_ drawn: DrawnChart, to page: inout Markup) {
        page.element("figure") { page in
            page.element("h3", text: drawn.chart.title)
            let alternative = "\(drawn.chart.title). \(drawn.chart.values)."
            page.element("div", ["class": "picture", "role": "img", "aria-label": alternative]) { page in
                page.raw(drawn.inline)
            }
            page.element("figcaption", text: drawn.chart.caption)
        }
        page.line()
    }
}
