import Experiments

/// The forest plot: each tested difference with its interval, a picture a measure.
enum DifferencePlot {
    /// Rows that still can be read in one picture.
    static let mostRows = 60

    static let kind = ChartKind(name: "differences", heading: "Differences") { summary in
        summary.measures.enumerated().compactMap { index, measure in
            let rows = summary.comparisons.filter { $0.metric == measure.id && $0.difference != nil }
            return rows.isEmpty ? nil : chart(index + 1, measure, rows, summary)
        }
    }

    private static func chart(
        _ number: Int, _ measure: MeasureFacts, _ all: [ComparisonRow], _ summary: RunSummary
    ) -> Chart {
        let rows = all.count <= mostRows ? all : Array(largest(all).prefix(mostRows))
        let words = rows.prefix(12).map { row in
            "\(row.variant) against \(row.baseline): \(NumberText.signed(row.difference, unit: measure.unit))"
                + (NumberText.interval(row.low, row.high, unit: measure.unit, signs: true).map { " (\($0))" } ?? "")
                + ", \(Finding(row).word)"
        }
        let direction = measure.higherIsBetter ? "Right of zero is better." : "Left of zero is better."
        let cut = rows.count < all.count ? " The \(rows.count) largest of \(all.count) differences are drawn." : ""
        return Chart(
            name: "differences-\(number)", title: "Differences in \(measure.id)",
            caption: "Variant minus baseline with \(summary.confidence) intervals. \(direction)\(cut)",
            values: words.joined(separator: "; ") + (rows.count > 12 ? "; …" : ""), width: Chart.usualWidth,
            height: 96 + 34 * rows.count, table: table(rows),
            commands: commands(count: rows.count, higherIsBetter: measure.higherIsBetter, unit: measure.unit))
    }

    private static func largest(_ rows: [ComparisonRow]) -> [ComparisonRow] {
        rows.sorted { abs($0.difference ?? 0) > abs($1.difference ?? 0) }
    }

    private static func table(_ rows: [ComparisonRow]) -> ChartTable {
        ChartTable(
            columns: ["y", "label", "difference", "ci_low", "ci_high", "finding"],
            blocks: [
                rows.enumerated().map { index, row in
                    [
                        .number(Double(rows.count - index)), .label("\(row.variant) - \(row.baseline)"),
                        .number(row.difference), .number(row.low ?? row.difference),
                        .number(row.high ?? row.difference), .number(finding(row)),
                    ]
                }
            ])
    }

    private static func finding(_ row: ComparisonRow) -> Double {
        switch Finding(row) {
        case .better: 1
        case .worse: -1
        case .unclear, .untested: 0
        }
    }

    /// Better is a filled blue circle, worse a filled orange triangle, unclear an open grey circle.
    private static func commands(count: Int, higherIsBetter: Bool, unit: String) -> [String] {
        let side = higherIsBetter ? "right of 0 is better" : "left of 0 is better"
        let series: [(finding: Int, colour: String, point: Int)] = [
            (1, Chart.palette[0], 7), (-1, Chart.palette[1], 9), (0, Chart.ink, 6),
        ]
        let plots = series.map { entry in
            "data using ($6 == \(entry.finding) ? $3 : NaN):1:4:5:ytic(2) every ::1 with xerrorbars "
                + "linecolor rgb '\(entry.colour)' pointtype \(entry.point) pointsize 0.9 linewidth 2"
        }
        return [
            "set border 1", "unset grid", "set grid xtics linecolor rgb '#407a7f87'",
            "set yrange [0.4:\(count).6]", "set ytics scale 0", "set errorbars 0", "set xtics format '%g'",
            "set offsets graph 0.04, graph 0.04, 0, 0",
            "set xlabel 'variant minus baseline, \(ChartUnit.words(unit)); \(side)'",
            "set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb '\(Chart.ink)' linewidth 1.5",
            "set xrange [*<0:0<*]",
            "plot \(plots.joined(separator: ", \\\n  ")), \\",
            "  data using 3:1:(sprintf('%+.3g', $3)) every ::1 with labels offset 0,0.85 "
                + "textcolor rgb '\(Chart.ink)'",
        ]
    }
}
