import Experiments

/// The share of answers that came within a time, a curve a variant.
enum LatencyCurves {
    /// Points of a curve; quantiles, so that long runs draw as fast as short ones.
    static let mostPoints = 200

    static let kind = ChartKind(name: "latency", heading: "Latency") { summary in
        let curves = summary.variants.filter { variant in variant.latencies.contains { $0.isFinite } }
        guard !curves.isEmpty else { return [] }
        let words = curves.prefix(12).map { variant in
            let half = NumberText.readable(variant.resource("latency_ms", "p50")?.value, unit: "ms")
            let most = NumberText.readable(variant.resource("latency_ms", "p95")?.value, unit: "ms")
            return "\(variant.label): median \(half), 95th percentile \(most)"
        }
        return [
            Chart(
                name: "latency", title: "Latency",
                caption: "Share of the answers that came within a time; further left is faster.",
                values: words.joined(separator: "; ") + (curves.count > 12 ? "; …" : ""), width: Chart.usualWidth,
                height: 320 + 18 * ((curves.count + 2) / 3), table: table(curves),
                commands: commands(curves))
        ]
    }

    private static func table(_ variants: [VariantSummary]) -> ChartTable {
        ChartTable(
            columns: ["latency_ms", "percent"],
            blocks: variants.map { variant in
                points(variant.latencies.filter { $0.isFinite }.sorted()).map { [.number($0.0), .number($0.1)] }
            },
            titles: variants.map(\.label))
    }

    /// The curve's corners: each value, or evenly chosen ones, with the percentage of values up to it.
    static func points(_ sorted: [Double]) -> [(Double, Double)] {
        guard let first = sorted.first else { return [] }
        let count = min(sorted.count, mostPoints)
        let chosen = (1...count).map { step -> (Double, Double) in
            let rank = (step * sorted.count + count - 1) / count
            return (sorted[min(rank, sorted.count) - 1], 100 * Double(rank) / Double(sorted.count))
        }
        return [(first, 0)] + chosen
    }

    private static func commands(_ variants: [VariantSummary]) -> [String] {
        let values = variants.flatMap { $0.latencies }.filter { $0.isFinite }
        let low = values.min() ?? 0
        let isWide = low > 0 && (values.max() ?? 0) / low > 30
        return [
            "set border 3", "set key outside top center horizontal noenhanced", "set ylabel 'percent of answers'",
            "set xlabel 'milliseconds\(isWide ? ", logarithmic" : "")'", "set yrange [0:102]",
            "set ytics (0, 25, 50, 75, 95, 100)", "set offsets 0, 0, 0, 0",
            isWide ? "set logscale x" : "set xrange [0:*]", "set xtics format '%g'", "set rmargin 3",
            "plot for [i=0:\(variants.count - 1)] data index i using 1:2 with steps linetype i+1 "
                + "linewidth 2 dashtype 1+i%4 title columnheader(1)",
        ]
    }
}
