import Experiments

/// How often answers of each confidence were right, beside the diagonal where they would be as sure as right: a picture
/// a metric, a line a variant.
enum ReliabilityDiagram {
    /// Pictures of a run; more would not be looked at.
    static let mostCharts = 3

    static let kind = ChartKind(name: "reliability", heading: "Confidence") { summary in
        let metrics = summary.measures.map(\.id).filter { metric in
            summary.variants.contains { $0.calibration(of: metric) != nil }
        }
        return metrics.prefix(mostCharts).enumerated().map { index, metric in
            let lines = summary.variants.compactMap { variant in
                variant.calibration(of: metric).map { (label: variant.label, calibration: $0) }
            }
            return chart(index + 1, metric, lines, summary)
        }
    }

    private typealias Line = (label: String, calibration: Calibration)

    private static func chart(_ number: Int, _ metric: String, _ lines: [Line], _ summary: RunSummary) -> Chart {
        let words = lines.prefix(12).map { line in
            let calibration = line.calibration
            return "\(line.label): expected calibration error "
                + "\(NumberText.readable(calibration.expectedError, unit: "share")) over "
                + "\(NumberText.grouped(calibration.count)) answers"
        }
        return Chart(
            name: "\(kind.name)-\(number)", title: "\(metric) over confidence",
            caption:
                "Mean \(metric) of the answers in each tenth of confidence, with its \(summary.confidence) interval. "
                + "On the diagonal answers are as good as they are sure; below it they are too sure.",
            values: words.joined(separator: "; ") + (lines.count > 12 ? "; …" : ""), width: Chart.usualWidth,
            height: 360 + 18 * ((lines.count + 2) / 3), table: table(lines), commands: commands(lines.count))
    }

    private static func table(_ lines: [Line]) -> ChartTable {
        ChartTable(
            columns: ["confidence", "score", "ci_low", "ci_high", "answers"],
            blocks: lines.map { line in
                line.calibration.bins.map { bin in
                    [
                        .number(bin.confidence), .number(bin.score), .number(bin.low ?? bin.score),
                        .number(bin.high ?? bin.score), .number(Double(bin.count)),
                    ]
                }
            },
            titles: lines.map(\.label))
    }

    private static func commands(_ count: Int) -> [String] {
        [
            "set border 3", "set key outside top center horizontal noenhanced", "set xlabel 'confidence'",
            "set ylabel 'score (0 to 1)'", "set xrange [-0.02:1.03]", "set yrange [-0.02:1.03]", "set xtics 0.2",
            "set ytics 0.2", "set errorbars 0", "set rmargin 3",
            "plot x with lines linecolor rgb '\(Chart.ink)' dashtype 2 notitle, \\",
            "  for [i=0:\(count - 1)] data index i using 1:2 with lines linetype i+1 linewidth 2 dashtype 1+i%4 "
                + "title columnheader(1), \\",
            "  for [i=0:\(count - 1)] data index i using 1:2:3:4 every ::1 with yerrorbars linetype i+1 pointtype 7 "
                + "pointsize 0.7 linewidth 1.5 notitle",
        ]
    }
}

extension VariantSummary {
    /// Of one metric; nil where no answer has a confidence.
    func calibration(of metric: String) -> Calibration? { calibrations.first { $0.metric == metric } }
}
