import Experiments

/// How the scores of single samples spread, a picture a measure: box and points, or the share of ones where a score is
/// right or wrong.
enum ScoreSpread {
    /// Points of a variant; evenly chosen ranks beyond that.
    static let mostPoints = 300

    static let kind = ChartKind(name: "scores", heading: "Score distributions") { summary in
        summary.measures.enumerated().compactMap { index, measure in
            let rows = summary.variants.compactMap { variant -> Row? in
                let scores = (variant.sampleScores[measure.id] ?? []).compactMap { $0 }.filter { $0.isFinite }
                guard !scores.isEmpty else { return nil }
                let figure = variant.figures.first { $0.metric == measure.id }
                return Row(label: variant.label, sorted: scores.sorted(), figure: figure)
            }
            guard !rows.isEmpty else { return nil }
            let isBinary = rows.allSatisfy { $0.sorted.allSatisfy { $0 == 0 || $0 == 1 } }
            return isBinary
                ? shares(index + 1, measure, rows, summary) : spread(index + 1, measure, rows)
        }
    }

    private struct Row {
        var label: String
        var sorted: [Double]
        var figure: Figure?

        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let index = max(0, min(Int(place), sorted.count - 1))
            let next = min(index + 1, sorted.count - 1)
            return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
        }
    }

    private static func spread(_ number: Int, _ measure: MeasureFacts, _ rows: [Row]) -> Chart {
        let words = rows.prefix(12).map { row in
            "\(row.label): median \(NumberText.readable(row.quantile(0.5), unit: measure.unit)), half of them from "
                + (NumberText.interval(row.quantile(0.25), row.quantile(0.75), unit: measure.unit) ?? "")
        }
        return Chart(
            name: "scores-\(number)", title: "Scores of single samples: \(measure.id)",
            caption: "The box holds the middle half, the thick line is the median, the diamond the mean, the thin line "
                + "goes from the 5th to the 95th percentile; each dot is a sample.",
            values: words.joined(separator: "; ") + (rows.count > 12 ? "; …" : ""), width: Chart.usualWidth,
            height: 96 + 62 * rows.count, table: spreadTable(rows),
            commands: spreadCommands(
                count: rows.count, unit: measure.unit, startsAtZero: rows.allSatisfy { ($0.sorted.first ?? -1) >= 0 }))
    }

    private static func spreadTable(_ rows: [Row]) -> ChartTable {
        let boxes = rows.enumerated().map { index, row -> [ChartCell] in
            let mean = row.sorted.reduce(0, +) / Double(row.sorted.count)
            return [.number(Double(rows.count - index)), .label(row.label)]
                + [0.05, 0.25, 0.5, 0.75, 0.95].map { .number(row.quantile($0)) } + [.number(mean)]
        }
        let points = rows.enumerated().flatMap { index, row in
            chosen(row.sorted).enumerated().map { place, score -> [ChartCell] in
                let offset = 0.26 + 0.16 * jitter(place)
                return [.number(Double(rows.count - index) - offset), .label(""), .number(score)]
            }
        }
        return ChartTable(
            columns: ["y", "label", "p05", "p25", "p50", "p75", "p95", "mean"], blocks: [boxes, points])
    }

    private static func chosen(_ sorted: [Double]) -> [Double] {
        guard sorted.count > mostPoints else { return sorted }
        return (0..<mostPoints).map { sorted[$0 * (sorted.count - 1) / (mostPoints - 1)] }
    }

    /// Spreads points over −1…1 evenly and always alike: multiples of the golden ratio.
    private static func jitter(_ place: Int) -> Double {
        let turn = Double(place) * 0.618_033_988_749_895
        return ((turn - turn.rounded(.down)) * 2 - 1) * 0.999
    }

    private static func spreadCommands(count: Int, unit: String, startsAtZero: Bool) -> [String] {
        [
            "set border 1", "unset grid", "set grid xtics linecolor rgb '#407a7f87'",
            "set yrange [0.4:\(count).6]", "set ytics scale 0", "set xtics format '%g'",
            startsAtZero ? "set xrange [0:*]" : "set offsets graph 0.02, graph 0.02, 0, 0",
            "set xlabel '\(ChartUnit.words(unit)), a sample'",
            "set style fill transparent solid 0.3 noborder",
            "plot data index 1 using 3:1 every ::1 with points linetype 1 pointtype 7 pointsize 0.25, \\",
            "  data index 0 using 3:1:($7-$3):(0) every ::1 with vectors nohead linetype 1 linewidth 1.5, \\",
            "  data index 0 using 5:1:4:6:($1-0.14):($1+0.14):ytic(2) every ::1 with boxxyerror linetype 1, \\",
            "  data index 0 using 5:($1-0.14):(0):(0.28) every ::1 with vectors nohead linetype 1 linewidth 3.5, \\",
            "  data index 0 using 8:1 every ::1 with points linetype 2 pointtype 13 pointsize 0.9",
        ]
    }

    private static func shares(
        _ number: Int, _ measure: MeasureFacts, _ rows: [Row], _ summary: RunSummary
    ) -> Chart {
        let shares = rows.map { ($0.label, $0.sorted.reduce(0, +) / Double($0.sorted.count), $0.figure) }
        let words = shares.prefix(12).map { "\($0.0): \(NumberText.percent($0.1))" }
        let table = ChartTable(
            columns: ["y", "label", "share", "ci_low", "ci_high"],
            blocks: [
                shares.enumerated().map { index, row in
                    [
                        .number(Double(rows.count - index)), .label(row.0), .number(row.1),
                        .number(row.2?.low ?? row.1), .number(row.2?.high ?? row.1),
                    ]
                }
            ])
        return Chart(
            name: "scores-\(number)", title: "Share of samples with \(measure.id)",
            caption: "Share of samples that score 1, with its \(summary.confidence) interval.",
            values: words.joined(separator: "; ") + (rows.count > 12 ? "; …" : ""), width: Chart.usualWidth,
            height: 90 + 40 * rows.count, table: table, commands: shareCommands(count: rows.count))
    }

    private static func shareCommands(count: Int) -> [String] {
        [
            "set border 1", "unset grid", "set yrange [0.4:\(count).6]", "set xrange [0:1.08]",
            "set xtics 0,0.25,1 format '%g'", "set xlabel 'share of samples'", "set ytics scale 0",
            "set style fill transparent solid 0.45 noborder", "set errorbars 0", "set rmargin 9",
            "plot data using (0):1:(0):3:($1-0.26):($1+0.26):ytic(2) every ::1 with boxxyerror linetype 1, \\",
            "  data using 3:1:4:5 every ::1 with xerrorbars linetype 1 pointtype 7 pointsize 0.5 linewidth 2, \\",
            "  data using 5:1:(sprintf('%.1f %%', 100*$3)) every ::1 with labels left offset 1,0 "
                + "textcolor rgb '\(Chart.ink)'",
        ]
    }
}
