import Experiments

/// What quality costs: the first measure over the mean cost of a sample, or over latency where nothing costs money.
enum QualityAgainstCost {
    private struct Point {
        var label: String
        var price: Double
        var figure: Figure
    }

    static let kind = ChartKind(name: "quality-cost", heading: "Quality against cost") { summary in
        guard let measure = summary.measures.first else { return [] }
        let byCost = points(summary, measure, resource: ("cost_usd", "mean"))
        let costs = Set(byCost.map(\.price))
        if byCost.count >= 2, costs.count >= 2 { return [chart(byCost, measure, inDollars: true, summary)] }
        let byTime = points(summary, measure, resource: ("latency_ms", "p50"))
        guard byTime.count >= 2 else { return [] }
        return [chart(byTime, measure, inDollars: false, summary)]
    }

    private static func points(
        _ summary: RunSummary, _ measure: MeasureFacts, resource: (name: String, statistic: String)
    ) -> [Point] {
        summary.variants.compactMap { variant in
            guard let price = variant.resource(resource.name, resource.statistic)?.value,
                let figure = variant.figures.first(where: { $0.metric == measure.id }), figure.value != nil
            else { return nil }
            return Point(label: variant.label, price: price, figure: figure)
        }
    }

    private static func chart(
        _ points: [Point], _ measure: MeasureFacts, inDollars: Bool, _ summary: RunSummary
    ) -> Chart {
        let price = inDollars ? "mean cost of a sample" : "median latency"
        let words = points.prefix(12).map { point in
            "\(point.label): \(NumberText.readable(point.figure.value, unit: measure.unit)) at "
                + NumberText.readable(point.price, unit: inDollars ? "USD" : "ms")
        }
        return Chart(
            name: "quality-cost", title: "\(measure.id) against \(inDollars ? "cost" : "latency")",
            caption: "\(measure.id) with its \(summary.confidence) interval over the \(price). "
                + (measure.higherIsBetter ? "Up and left is better." : "Down and left is better."),
            values: words.joined(separator: "; ") + (points.count > 12 ? "; …" : ""), width: Chart.usualWidth,
            height: 360, table: table(points, inDollars: inDollars),
            commands: commands(points.map(\.price), inDollars: inDollars, unit: measure.unit))
    }

    private static func table(_ points: [Point], inDollars: Bool) -> ChartTable {
        ChartTable(
            columns: [inDollars ? "usd_per_1000" : "latency_ms", "label", "value", "ci_low", "ci_high"],
            blocks: [
                points.map { point in
                    let figure = point.figure
                    return [
                        .number(point.price * (inDollars ? 1_000 : 1)), .label(point.label), .number(figure.value),
                        .number(figure.low ?? figure.value), .number(figure.high ?? figure.value),
                    ]
                }
            ])
    }

    private static func commands(_ prices: [Double], inDollars: Bool, unit: String) -> [String] {
        let low = prices.min() ?? 0
        let isWide = low > 0 && (prices.max() ?? 0) / low > 30
        let axis = inDollars ? "US dollars for 1000 samples" : "median latency, milliseconds"
        return [
            "set border 3", "set xlabel '\(axis)\(isWide ? ", logarithmic" : "")'",
            "set ylabel '\(ChartUnit.words(unit))'", isWide ? "set logscale x" : "set xrange [0:*]",
            "set offsets graph 0.12, graph 0.2, graph 0.1, graph 0.1", "set xtics format '%g'", "set errorbars 0",
            "plot data using 1:3:4:5 every ::1 with yerrorbars linetype 1 pointtype 7 pointsize 0.9 linewidth 2, \\",
            "  data using 1:3:2 every ::1 with labels left offset 1,0.6 textcolor rgb '\(Chart.ink)'",
        ]
    }
}
