import Experiments

/// What the stages of a pipeline are worth, and where the time goes.
enum StageSection {
    /// Whether the run has anything to show of its stages.
    static func isFor(_ summary: RunSummary) -> Bool {
        !summary.ablations.isEmpty || Set(summary.variants.map(\.pipeline)).count > 1
    }

    static func write(_ material: ReportMaterial, to page: inout Markup) {
        let summary = material.summary
        guard isFor(summary) else { return }
        page.element("section", ["id": "stages", "aria-labelledby": "stages-title"]) { page in
            page.element("h2", ["id": "stages-title"], text: "Stages")
            if !summary.ablations.isEmpty {
                page.element("p", ["class": "hint"], text: explanation(summary))
                page.element("div", ["class": "figures"]) { page in
                    for drawn in material.charts where StageWaterfall.kind.drew(drawn.chart) {
                        ChartSection.figure(drawn, to: &page)
                    }
                }
            }
            for ablation in summary.ablations { effects(ablation, summary).write(to: &page) }
            page.element("h3", text: "Where the time goes")
            page.element(
                "p", ["class": "hint"],
                text: "What each stage took by itself, without the stages inside it, over the trials that passed it.")
            times(summary).write(to: &page)
        }
        page.line()
    }

    private static func explanation(_ summary: RunSummary) -> String {
        let families = Set(summary.ablations.flatMap(\.effects).map(\.row.familySize).filter { $0 > 0 })
        let design =
            summary.ablations.contains { $0.design == .factorial }
            ? "Of a factorial, a stage's difference is its mean over every setting of the others, and a × is how much "
                + "more the first changes where the second is on. "
            : ""
        let correction =
            summary.correction == "none"
            ? "p-values are not corrected."
            : families.count > 1
                ? "p-values are adjusted by \(summary.correction) over the tests of a family, at most "
                    + "\(families.max() ?? 0)."
                : "p-values are adjusted by \(summary.correction) over these \(families.first ?? 0) tests alone."
        return "Every difference is with the stage less without it, on the same samples in random order. \(design)"
            + correction
    }

    private static func effects(_ ablation: AblationSummary, _ summary: RunSummary) -> DataTable {
        let titles: [(String, String?, Bool)] = [
            ("stage", nil, false), ("metric", nil, false), ("difference", "\(summary.confidence) interval", true),
            ("finding", nil, false), ("p", nil, true), ("p adjusted", "tests", true), ("n", nil, true),
            ("test", nil, false),
        ]
        return DataTable(
            caption: ablation.title(in: summary),
            columns: titles.map { DataTable.Column(title: $0.0, detail: $0.1, isNumeric: $0.2) },
            rows: ablation.effects.map { effect in
                let row = effect.row
                let (unit, finding) = (summary.unit(of: row.metric), Finding(row))
                return [
                    .text(effect.name), .text(row.metric),
                    .number(
                        NumberText.signed(row.difference, unit: unit), sortedBy: row.difference,
                        detail: NumberText.interval(row.low, row.high, unit: unit, signs: true)),
                    .badge("\(finding.mark) \(finding.word)", kind: finding.kind),
                    .number(NumberText.pValue(row.pValue), sortedBy: row.pValue),
                    .number(
                        NumberText.pValue(row.pAdjusted), sortedBy: row.pAdjusted,
                        detail: "\(row.correction), \(row.familySize)"),
                    .number(NumberText.grouped(row.n), sortedBy: Double(row.n)),
                    .words { page in
                        page.text(row.test.isEmpty ? "not tested" : row.test)
                        if let note = row.note { page.element("small", ["class": "note"], text: note) }
                    },
                ]
            })
    }

    private static func times(_ summary: RunSummary) -> DataTable {
        let titles = [("variant", false), ("stage", false), ("trials", true), ("mean", true), ("median", true)]
        return DataTable(
            caption: "Each stage's own time",
            columns: titles.map { DataTable.Column(title: $0.0, isNumeric: $0.1) } + [
                DataTable.Column(title: "p95", detail: "from 200 trials", isNumeric: true),
                DataTable.Column(title: "share", detail: "of all stages' time", isNumeric: true),
            ],
            rows: summary.variants.flatMap { variant in
                variant.stages.map { time in
                    [
                        .text(variant.label), .text(time.stage),
                        .number(NumberText.grouped(time.trials), sortedBy: Double(time.trials)),
                        .number(NumberText.readable(time.mean, unit: "ms"), sortedBy: time.mean),
                        .number(NumberText.readable(time.median, unit: "ms"), sortedBy: time.median),
                        .number(NumberText.readable(time.p95, unit: "ms"), sortedBy: time.p95),
                        .number(NumberText.percent(time.share), sortedBy: time.share),
                    ]
                }
            })
    }
}

extension AblationSummary {
    /// "What the stages of full are worth", with model, prompt and cache where the run has several.
    func title(in summary: RunSummary) -> String {
        var parts: [String] = []
        if Set(summary.ablations.map(\.model)).count > 1 { parts.append(model) }
        if Set(summary.ablations.map(\.prompt)).count > 1 { parts.append(prompt) }
        if let stratum { parts.append("cache \(stratum)") }
        return "What the stages of \(pipeline) are worth" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }
}
