/// A table that the reader can sort, by click and by keyboard; on narrow screens it scrolls inside its frame.
struct DataTable {
    struct Column {
        var title: String
        /// A second, smaller line of the header: the unit.
        var detail: String?
        var isNumeric = false
    }

    enum Cell {
        case text(String)
        /// What a reader sees, what the column sorts by (nil sorts last), and a line below.
        case number(String, sortedBy: Double?, detail: String? = nil)
        /// A word in a colour of its own; the class is a literal of the source.
        case badge(String, kind: StaticString)
        /// A number with more around it.
        case figure(sortedBy: Double?, @Sendable (inout Markup) -> Void)
        /// Words with more around them; the column sorts by what it reads.
        case words(@Sendable (inout Markup) -> Void)
    }

    var caption: String
    var columns: [Column]
    /// The first cell of a row is its header.
    var rows: [[Cell]]

    func write(to page: inout Markup) {
        let frame: KeyValuePairs<StaticString, String?> = [
            "class": "frame", "role": "region", "tabindex": "0", "aria-label": caption,
        ]
        page.element("div", frame) { page in
            page.element("table", ["class": "sortable"]) { page in
                page.element("caption", text: caption)
                page.element("thead") { page in
                    page.element("tr") { page in
                        for column in columns { header(column, to: &page) }
                    }
                }
                page.element("tbody") { page in
                    for row in rows {
                        page.line()
                        page.element("tr") { page in
                            for (index, cell) in row.enumerated() { write(cell, isFirst: index == 0, to: &page) }
                        }
                    }
                }
            }
        }
        page.line()
    }

    private func header(_ column: Column, to page: inout Markup) {
        page.element("th", ["scope": "col", "class": column.isNumeric ? "num" : nil]) { page in
            page.element("span", ["class": "title"], text: column.title)
            if let detail = column.detail { page.element("small", text: detail) }
        }
    }

    private func write(_ cell: Cell, isFirst: Bool, to page: inout Markup) {
        var isNumeric = false
        var key: String?
        switch cell {
        case .number(_, let value, _): (isNumeric, key) = (true, NumberText.exact(value) ?? "")
        case .figure(let value, _): (isNumeric, key) = (true, NumberText.exact(value) ?? "")
        case .text, .badge, .words: break
        }
        let attributes: KeyValuePairs<StaticString, String?> = [
            "scope": isFirst ? "row" : nil, "class": isNumeric ? "num" : nil, "data-key": key,
        ]
        page.element(isFirst ? "th" : "td", attributes) { page in
            switch cell {
            case .text(let text): page.text(text)
            case .number(let text, _, let detail):
                page.text(text)
                if let detail { page.element("small", text: detail) }
            case .badge(let text, let kind): page.element("span", ["class": "tag \(kind)"], text: text)
            case .figure(_, let build), .words(let build): build(&page)
            }
        }
    }
}

extension Finding {
    /// The class of its badge.
    var kind: StaticString {
        switch self {
        case .better: "better"
        case .worse: "worse"
        case .unclear: "unclear"
        case .untested: "untested"
        }
    }
}
