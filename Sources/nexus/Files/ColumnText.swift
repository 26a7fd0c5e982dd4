import Foundation
import Scoring

/// Rows as aligned columns for a terminal, the header first.
struct ColumnText {
    var header: [String]
    /// The columns whose cells stand to the right.
    var numeric: Set<Int>
    var rows: [[String]] = []

    /// Control characters of cells are made visible; the last column is not padded.
    var lines: [String] {
        let cells = ([header] + rows).map { $0.map(VisibleScalar.line) }
        let widths = header.indices.map { column in
            cells.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return cells.map { row in
            let padded = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return numeric.contains(column) ? space + cell : column == row.count - 1 ? cell : cell + space
            }
            return padded.joined(separator: "  ")
        }
    }
}

/// Figures of one measure as people read them: two decimals on a scale of 0 to 100, else four.
struct FigureText {
    private let decimals: Int

    /// - Parameter size: a score of the measure, by which one without a range (TER, WER) shows its scale.
    init(_ measure: Measure, size: Double?) {
        decimals = measure.range.map { $0.upperBound > 1 } ?? (abs(size ?? 0) >= 2) ? 2 : 4
    }

    /// An en dash where unknown.
    func score(_ value: Double?) -> String {
        value.map { String(format: "%.\(decimals)f", $0).replacing("-", with: "−") } ?? "–"
    }

    /// With its sign, whichever it is; in exponent form where it would read 0.
    func difference(_ value: Double?) -> String {
        guard let value else { return "–" }
        let isTiny = value != 0 && abs(value) < (decimals == 2 ? 0.005 : 0.00005)
        return String(format: isTiny ? "%+.1e" : "%+.\(decimals)f", value).replacing("-", with: "−")
    }

    /// Four decimals with a sign, whichever it is.
    static func signed(_ value: Double) -> String { String(format: "%+.4f", value).replacing("-", with: "−") }

    static func pValue(_ value: Double?) -> String {
        value.map { $0 < 0.001 ? "< 0.001" : String(format: "%.3f", $0) } ?? "–"
    }

    /// "= 0.031", "< 0.001".
    static func relation(_ value: Double?) -> String {
        let text = pValue(value)
        return text.hasPrefix("<") ? text : "= " + text
    }

    /// Four significant digits at most.
    static func brief(_ value: Double) -> String { String(format: "%.4g", value).replacing("-", with: "−") }

    /// "95 %", "99.5 %".
    static func percent(_ share: Double) -> String { String(format: "%.3g %%", share * 100) }
}
