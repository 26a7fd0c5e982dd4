/// A table in characters: columns aligned, numbers to the right, a rule under the header.
struct TextTable {
    struct Column {
        var title: String
        var isNumeric = false
    }

    var columns: [Column]
    var rows: [[String]]

    private static let gap = 2

    private var widths: [Int] {
        columns.indices.map { column in
            let cells = rows.compactMap { $0.indices.contains(column) ? TerminalWidth.of($0[column]) : nil }
            return max(TerminalWidth.of(columns[column].title), cells.max() ?? 0)
        }
    }

    /// Columns of the terminal that the whole table takes.
    var width: Int { widths.reduce(0, +) + TextTable.gap * max(0, columns.count - 1) }

    /// The table's lines; where it is too wide, the first column is cut down to at least 12 columns.
    func lines(width limit: Int, paint: Paint) -> [String] {
        var widths = widths
        if width > limit, let first = widths.first { widths[0] = max(min(first, 12), first - (width - limit)) }
        let header = line(columns.map(\.title), widths)
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        let body = rows.map { row in colour(line(row, widths), paint) }
        return [paint(header, .bold), paint(rule, .faint)] + body
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = columns.indices.map { column -> String in
            let cell = TerminalWidth.cut(cells.indices.contains(column) ? cells[column] : "", to: widths[column])
            let space = String(repeating: " ", count: max(0, widths[column] - TerminalWidth.of(cell)))
            return columns[column].isNumeric ? space + cell : cell + space
        }
        let text = padded.joined(separator: "  ")
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    private func colour(_ line: String, _ paint: Paint) -> String {
        guard paint.isOn else { return line }
        return line.replacing("▲", with: paint("▲", .green)).replacing("▼", with: paint("▼", .red))
    }
}

/// How many columns text takes on a terminal.
enum TerminalWidth {
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

    /// The text, its end replaced by … where it takes more than `columns`.
    static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        var kept = ""
        var taken = 0
        for character in text {
            taken += width(of: character)
            if taken > columns - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// Two for ideographs, syllables of Korean, full-width forms and emoji; none for marks alone.
    private static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// Text broken at spaces into lines of a width.
enum Wrapping {
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if TerminalWidth.of(line) + 1 + TerminalWidth.of(String(word)) <= max(width, 10) {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
