import Experiments

/// What becomes of a figure when each stage is taken out: bars from the whole pipeline's value, a picture a metric.
enum StageWaterfall {
    /// Pictures of a run; more would not be looked at.
    static let mostCharts = 9

    static let kind = ChartKind(name: "stages", heading: "Stages") { summary in
        let wanted = summary.measures.prefix(1).map(\.id) + ["latency_ms", "cost_usd"]
        var charts: [Chart] = []
        for ablation in summary.ablations {
            for metric in wanted where charts.count < mostCharts {
                let effects = ablation.effects.filter { $0.row.metric == metric && $0.row.difference != nil }
                if let chart = chart(charts.count + 1, ablation, metric, effects, summary) { charts.append(chart) }
            }
        }
        return charts
    }

    private static func chart(
        _ number: Int, _ ablation: AblationSummary, _ metric: String, _ effects: [StageEffect], _ summary: RunSummary
    ) -> Chart? {
        // Where no stage changes anything there is nothing to see.
        guard effects.contains(where: { $0.row.low != 0 || $0.row.high != 0 }),
            let whole = whole(ablation, metric, summary)
        else { return nil }
        let unit = summary.unit(of: metric)
        let words = effects.map { effect in
            "\(effect.name): \(NumberText.signed(effect.row.difference, unit: unit)), \(Finding(effect.row).word)"
        }
        let caption =
            ablation.design == .ablate
            ? "The line is \(ablation.pipeline) whole; each bar leads to the value without the stage, with the "
                + "\(summary.confidence) interval of the paired difference. "
            : "Bars are differences, with the stage less without it, with \(summary.confidence) intervals. "
        return Chart(
            name: "\(kind.name)-\(number)", title: "\(metric): \(ablation.title(in: summary).lowercasedFirst)",
            caption: caption + "Blue: the stage helps. Orange: it harms. Grey: no clear difference.",
            values: words.joined(separator: "; "), width: Chart.usualWidth, height: 96 + 36 * effects.count,
            table: table(effects, ablation.design, whole), commands: commands(effects.count, ablation.design, unit))
    }

    /// Where bars begin: the whole pipeline's figure, or nothing for differences by themselves.
    private static func whole(_ ablation: AblationSummary, _ metric: String, _ summary: RunSummary) -> Double? {
        guard ablation.design == .ablate else { return 0 }
        let variant = summary.variants.first { $0.label == ablation.variant }
        return variant?.figures.first { $0.metric == metric }?.value ?? variant?.resource(metric, "mean")?.value
    }

    private static func table(_ effects: [StageEffect], _ design: AblationSpec.Design, _ whole: Double) -> ChartTable {
        // Taking a stage out goes the other way than its difference.
        let sign: Double = design == .ablate ? -1 : 1
        return ChartTable(
            columns: ["y", "label", "from", "to", "low", "high", "change", "finding"],
            blocks: [
                effects.enumerated().map { index, effect in
                    let row = effect.row
                    let change = sign * (row.difference ?? 0)
                    let ends = [row.low, row.high].map { whole + sign * ($0 ?? row.difference ?? 0) }
                    let finding: Double =
                        switch Finding(row) {
                        case .better: 1
                        case .worse: -1
                        case .unclear, .untested: 0
                        }
                    return [
                        .number(Double(effects.count - index)), .label(effect.label(design)), .number(whole),
                        .number(whole + change), .number(ends.min()), .number(ends.max()), .number(change),
                        .number(finding),
                    ]
                }
            ])
    }

    private static func commands(_ count: Int, _ design: AblationSpec.Design, _ unit: String) -> [String] {
        let series: [(finding: Int, colour: String)] = [
            (1, Chart.palette[0]), (-1, Chart.palette[1]), (0, Chart.ink),
        ]
        let bars = series.map { entry in
            "data using ($8 == \(entry.finding) ? ($3+$4)/2 : NaN):1:3:4:($1-0.24):($1+0.24):ytic(2) every ::1 "
                + "with boxxyerror linecolor rgb '\(entry.colour)'"
        }
        let axis = ChartUnit.words(unit)
        return [
            "set border 1", "unset grid", "set grid xtics linecolor rgb '#407a7f87'",
            "set yrange [0.4:\(count).6]", "set ytics scale 0", "set xtics format '%g'",
            "set style fill transparent solid 0.6 noborder", "set offsets graph 0.08, graph 0.08, 0, 0",
            "set xlabel '\(design == .ablate ? axis : "with less without, \(axis)")'",
            "plot \(bars.joined(separator: ", \\\n  ")), \\",
            "  data using 4:1:5:6 every ::1 with xerrorbars linecolor rgb '\(Chart.ink)' pointtype 0 linewidth 1.5, \\",
            "  data using 3:($1-0.5):(0):(1) every ::1 with vectors nohead linecolor rgb '\(Chart.ink)' "
                + "linewidth 1.5, \\",
            "  data using 4:1:(sprintf('%+.3g', $7)) every ::1 with labels offset 0,0.95 "
                + "textcolor rgb '\(Chart.ink)'",
        ]
    }
}

extension StageEffect {
    fileprivate func label(_ design: AblationSpec.Design) -> String {
        design == .ablate ? "without \(name)" : stages.joined(separator: " x ")
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
