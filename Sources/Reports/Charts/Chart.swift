/// One picture: its data, the script that draws it, and what people read beside it.
///
/// gnuplot takes label text for code: backticks in it run commands. So a script is made of literals and integers alone;
/// every word that comes from outside stands in the table, cleaned (see `ChartLabel`).
struct Chart: Sendable {
    /// The name of its files: letters, digits, hyphens.
    var name: String
    /// The heading of its figure on the page; never in the script.
    var title: String
    /// How to read the picture, below it on the page; never in the script.
    var caption: String
    /// The figures in it, for those who do not see it; never in the script.
    var values: String
    /// Width and height in pixels.
    var width: Int
    var height: Int
    var table: ChartTable
    /// The drawing commands, which read the table as `data`.
    var commands: [String]

    /// Pixels; about what a figure has on the page, so that its text keeps its size.
    static let usualWidth = 560
    /// Grey that can be read on white and on black; in the page it becomes the colour of the text.
    static let ink = "#7a7f87"
    /// Colours of the series, told apart by people with any colour vision, on light and dark ground; points and dashes
    /// differ as well.
    static let palette = [
        "#3f7fd0", "#c2671c", "#1f9478", "#b5589b", "#8a7a1f", "#7a6be0", "#c0504d", "#4a8fa3",
    ]

    /// The script that stands beside the data: run in its folder it draws the picture again.
    var scriptFile: String {
        let lines =
            ["# Draws \(name).svg from \(name).tsv: gnuplot \(name).gp"]
            + settings + ["set output '\(name).svg'", "data = '\(name).tsv'"] + commands + ["set output"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for one gnuplot process that draws many charts: the data inline, the picture to standard output.
    var scriptForPipe: String {
        let lines =
            ["reset session", "$rows << NEXUS_END_OF_ROWS", table.text + "NEXUS_END_OF_ROWS"]
            + settings + ["set output", "data = '$rows'"] + commands + ["set output"]
        return lines.joined(separator: "\n") + "\n"
    }

    private var settings: [String] {
        let ink = "rgb '\(Chart.ink)'"
        return [
            "set terminal svg size \(width),\(height) dynamic noenhanced font 'sans-serif,13'",
            "set datafile separator '\\t'", "set datafile missing '?'",
            "set border 3 linecolor \(ink)", "set tics nomirror textcolor \(ink)", "set key textcolor \(ink)",
            "set xlabel textcolor \(ink)", "set ylabel textcolor \(ink)",
            "set grid linecolor rgb '#407a7f87' linewidth 1", "unset key",
        ] + Chart.palette.enumerated().map { "set linetype \($0 + 1) linecolor rgb '\($1)'" }
            + ["set linetype cycle \(Chart.palette.count)"]
    }
}

/// A cell of a chart's table.
enum ChartCell: Sendable {
    /// Nil and what is not finite are gaps.
    case number(Double?)
    case label(String)
}

/// Data in blocks of rows, each block under its header.
struct ChartTable: Sendable {
    var columns: [StaticString]
    var blocks: [[[ChartCell]]]
    /// What the first column's header says of a block instead: a label for the legend.
    var titles: [String] = []

    /// Tab-separated values; two empty lines between blocks, as gnuplot's `index` counts them.
    var text: String {
        var out = ""
        for (index, block) in blocks.enumerated() {
            if index > 0 { out += "\n\n" }
            let title = titles.indices.contains(index) ? ChartLabel.quoted(titles[index]) : nil
            out +=
                columns.enumerated().map { $0 == 0 ? title ?? $1.description : $1.description }
                .joined(separator: "\t") + "\n"
            for row in block { out += row.map(ChartTable.text).joined(separator: "\t") + "\n" }
        }
        return out
    }

    private static func text(_ cell: ChartCell) -> String {
        switch cell {
        case .number(let value): NumberText.exact(value) ?? "?"
        case .label(let text): ChartLabel.quoted(text)
        }
    }
}

/// Names of variants as they may stand in a chart's data.
enum ChartLabel {
    static let longest = 30

    /// Letters, digits, space, `.`, `_`, `:` and `-`; everything else is `_`, and what is too long loses its middle.
    static func clean(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", ".", "_", ":", "-": Character(scalar)
            default: "_"
            }
        }
        guard scalars.count > longest else { return String(scalars) }
        return String(scalars.prefix(longest / 2 - 1)) + ".." + String(scalars.suffix(longest / 2 - 1))
    }

    static func quoted(_ text: String) -> String { "\"\(clean(text))\"" }
}

/// Words for axes, from a closed list: a unit of a spec never reaches a script.
enum ChartUnit {
    static func words(_ unit: String) -> String {
        switch unit {
        case "0–100": "points (0 to 100)"
        case "0–1": "score (0 to 1)"
        case "share": "share (0 to 1)"
        case "ms": "milliseconds"
        case "USD": "US dollars"
        default: "score"
        }
    }
}
