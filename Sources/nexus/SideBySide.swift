import Chat

/// Several answers in columns of one terminal, printed as they come: a line goes out once every column has its part of
/// it, or has ended.
///
/// A pure value: it says what to print.
struct SideBySide {
    fileprivate struct Column {
        var lines: [String] = []
        var open = ""
        var hasEnded = false
    }

    private let width: Int
    private var columns: [Column]
    private var printed = 0

    private static let gap = " │ "

    /// - Parameter width: columns of the terminal in all; each answer gets at least 12.
    init(count: Int, width: Int) {
        let gaps = SideBySide.gap.count * (count - 1)
        self.width = max(12, (width - gaps) / max(1, count))
        columns = Array(repeating: Column(), count: count)
    }

    /// The heads of the columns and the rule below them.
    func header(_ titles: [String]) -> [String] {
        let rule = String(repeating: "─", count: width)
        return [row(titles.map { cut($0) }), columns.map { _ in rule }.joined(separator: "─┼─")]
    }

    /// Takes in a piece of an answer.
    /// - Returns: the lines that are whole now.
    mutating func add(_ text: String, to column: Int) -> [String] {
        for character in text {
            if character.isNewline {
                columns[column].close()
            } else {
                columns[column].open.append(character)
                if columns[column].open.count > width { columns[column].wrap(at: width) }
            }
        }
        return whole()
    }

    /// Says that an answer is at its end.
    mutating func end(_ column: Int) -> [String] {
        if !columns[column].open.isEmpty { columns[column].close() }
        columns[column].hasEnded = true
        return whole()
    }

    private mutating func whole() -> [String] {
        var rows: [String] = []
        while columns.allSatisfy({ $0.hasEnded || $0.lines.count > printed }),
            columns.contains(where: { $0.lines.count > printed })
        {
            rows.append(row(columns.map { $0.lines.count > printed ? $0.lines[printed] : "" }))
            printed += 1
        }
        return rows
    }

    private func cut(_ text: String) -> String { text.count > width ? text.prefix(width - 1) + "…" : text }

    private func row(_ cells: [String]) -> String {
        let padded = cells.map { $0 + String(repeating: " ", count: max(0, width - $0.count)) }
        let text = padded.joined(separator: SideBySide.gap)
        return String(text.reversed().drop { $0 == " " }.reversed())
    }
}

extension SideBySide.Column {
    fileprivate mutating func close() {
        lines.append(open)
        open = ""
    }

    /// Breaks the open line at its last blank, or where it is full.
    fileprivate mutating func wrap(at width: Int) {
        if let blank = open.lastIndex(of: " "), blank != open.startIndex {
            lines.append(String(open[..<blank]))
            open = String(open[open.index(after: blank)...])
        } else {
            lines.append(String(open.prefix(width)))
            open = String(open.dropFirst(width))
        }
    }
}
