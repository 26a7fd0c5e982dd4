/// Rows of cells as aligned lines.
enum TextColumns {
    /// - Parameters:
    ///   - rows: as many cells each; the first row may be the heads.
    ///   - rightAligned: the columns of figures.
    static func lines(_ rows: [[String]], rightAligned: ClosedRange<Int>) -> [String] {
        guard let first = rows.first else { return [] }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }
}
