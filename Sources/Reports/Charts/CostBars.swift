import Experiments

/// What each variant cost in all.
enum CostBars {
    static let kind = ChartKind(name: "cost", heading: "Cost") { summary in
        let rows = summary.variants.compactMap { variant in
            variant.resource("cost_usd", "total")?.value.map { (label: variant.label, cost: $0) }
        }
        guard rows.contains(where: { $0.cost > 0 }) else { return [] }
        let unknown = summary.variants.count - rows.count
        let words = rows.map { "\($0.label): \(NumberText.readable($0.cost, unit: "USD"))" }
        return [
            Chart(
                name: "cost", title: "Cost of the whole run",
                caption: "All trials of a variant together."
                    + (unknown > 0 ? " Unknown for \(unknown) further variants." : ""),
                values: words.joined(separator: "; "), width: Chart.usualWidth, height: 90 + 36 * rows.count,
                table: table(rows), commands: commands(count: rows.count))
        ]
    }

    private static func table(_ rows: [(label: String, cost: Double)]) -> ChartTable {
        ChartTable(
            columns: ["y", "label", "cost_usd"],
            blocks: [
                rows.enumerated().map { index, row in
                    [.number(Double(rows.count - index)), .label(row.label), .number(row.cost)]
                }
            ])
    }

    private static func commands(count: Int) -> [String] {
        [
            "set border 1", "unset grid", "set yrange [0.4:\(count).6]", "set xrange [0:*]", "set offsets 0, 0, 0, 0",
            "set xlabel 'US dollars, all trials'", "set style fill transparent solid 0.75 noborder",
            "set xtics format '%.3g'", "set rmargin 12", "set ytics scale 0",
            "plot data using (0):1:(0):3:($1-0.28):($1+0.28):ytic(2) every ::1 with boxxyerror linetype 1, \\",
            "  data using 3:1:(sprintf('$%.3g', $3)) every ::1 with labels left offset 0.6,0 "
                + "textcolor rgb '\(Chart.ink)'",
        ]
    }
}
