/// The text of a Markdown document: marks of emphasis, links, tables and code removed, headings and lists kept. What
/// stands in code stays as it is.
///
/// Reads line by line, each twice at most. It is no full Markdown: what it does not know stays as it stands.
enum MarkdownText {
    static func text(of source: String) -> DocumentText {
        var lines = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        let title = dropFrontMatter(&lines)
        var out: [String] = []
        var fence: String?
        for line in lines {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if let open = fence {
                if content.hasPrefix(open) { fence = nil } else { out.append(code(line)) }
            } else if content.hasPrefix("```") || content.hasPrefix("~~~") {
                fence = String(content.prefix(3))
            } else if !isRule(content) {
                out.append(plain(content))
            }
        }
        let text = withoutComments(joined(out)).replacing(notAComment, with: "")
        return DocumentText(title: title ?? TextLines.firstHeading(in: text), text: text)
    }

    /// Removes the settings between two lines of `---` at the beginning.
    /// - Returns: the title that they give.
    private static func dropFrontMatter(_ lines: inout ArraySlice<Substring>) -> String? {
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(where: { $0 == "---" || $0 == "..." }) else {
            return nil
        }
        let settings = lines[..<end]
        lines = lines[(end + 1)...]
        guard let line = settings.first(where: { $0.hasPrefix("title:") }) else { return nil }
        let title = line.dropFirst(6).trimmingPrefix { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        let text = String(title.reversed().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }.reversed())
        return text.isEmpty ? nil : text
    }

    /// A line of dashes, stars, equals signs or a table's rule.
    private static func isRule(_ line: Substring) -> Bool {
        line.count >= 3 && line.allSatisfy { "-=*_|: \t".contains($0) } && line.contains { "-=*_".contains($0) }
    }

    /// One blank line at most between two others, none at the ends.
    private static func joined(_ lines: [String]) -> String {
        var out = ""
        var blankIsDue = false
        for line in lines {
            if line.allSatisfy(\.isWhitespace) {
                blankIsDue = !out.isEmpty
                continue
            }
            if !out.isEmpty { out += blankIsDue ? "\n\n" : "\n" }
            blankIsDue = false
            out += line
        }
        return out
    }

    /// A line without its marks.
    private static func plain(_ line: Substring) -> String {
        var content = line
        while content.first == ">" { content = content.dropFirst().drop { $0 == " " } }
        if content.first == "|" { content = content.dropFirst() }
        var prefix = ""
        if Heading(content) != nil {
            prefix = String(content.prefix { $0 == "#" }) + " "
            content = content.drop { $0 == "#" || $0 == " " }
        } else if let mark = content.first, "*+-".contains(mark), content.dropFirst().first == " " {
            prefix = "- "
            content = content.dropFirst(2)
        }
        return prefix + inline(Array(content.unicodeScalars))
    }

    /// What keeps the beginning of a comment in code from being one, until comments are gone.
    private static let notAComment = "\u{0}"

    private static func code(_ text: some StringProtocol) -> String {
        String(text).replacing("<!--", with: "<\(notAComment)!--")
    }

    /// Text of a line without emphasis, code marks, link targets and tags.
    private static func inline(_ line: [Unicode.Scalar]) -> String {
        var out: [Unicode.Scalar?] = []
        let marks = CodeMarks(line)
        // Places of opening brackets in `out`.
        var brackets: [Int] = []
        let lastParenthesis = line.lastIndex(of: ")") ?? -1
        let lastAngle = line.lastIndex(of: ">") ?? -1
        var index = 0
        while index < line.count {
            let scalar = line[index]
            let next = index + 1 < line.count ? line[index + 1] : " "
            switch scalar {
            case "\\" where next.properties.isPatternSyntax:
                out.append(next)
                index += 1
            case "*": break
            case "`":
                let (inside, end) = marks.span(from: index)
                for scalar in code(String(String.UnicodeScalarView(line[inside]))).unicodeScalars { out.append(scalar) }
                index = end - 1
            case "_" where isWordEdge(line, index): break
            case "~" where next == "~": index += 1
            case "!" where next == "[": break
            case "|": out.append(" ")
            case "[":
                brackets.append(out.count)
                out.append(scalar)
            case "]":
                let opening = brackets.popLast()
                if let opening, next == "(", index + 1 < lastParenthesis {
                    out[opening] = nil
                    index = end(of: ")", in: line, from: index + 2, last: lastParenthesis)
                } else {
                    out.append(scalar)
                }
            case "<" where index < lastAngle && (next.properties.isAlphabetic || next == "/"):
                index = tagEnd(line, index, lastAngle, &out)
            default: out.append(scalar)
            }
            index += 1
        }
        var text = String.UnicodeScalarView()
        for case let scalar? in out { text.append(scalar) }
        return String(text)
    }

    /// Where a tag ends; the address of `<https://…>` is text.
    private static func tagEnd(
        _ line: [Unicode.Scalar], _ start: Int, _ last: Int, _ out: inout [Unicode.Scalar?]
    ) -> Int {
        let end = end(of: ">", in: line, from: start + 1, last: last)
        let body = line[(start + 1)..<end]
        if body.starts(with: Array("http".unicodeScalars)) || body.starts(with: Array("mailto".unicodeScalars)) {
            for scalar in body { out.append(scalar) }
        }
        return end
    }

    /// The next `mark`, which stands at `last` at the latest.
    private static func end(of mark: Unicode.Scalar, in line: [Unicode.Scalar], from start: Int, last: Int) -> Int {
        var index = start
        while index < last, line[index] != mark { index += 1 }
        return index
    }

    /// An underscore inside a word is part of it.
    private static func isWordEdge(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
        let isWord = { (place: Int) in
            guard line.indices.contains(place) else { return false }
            return line[place].properties.isAlphabetic || line[place].properties.numericType != nil
        }
        return !(isWord(index - 1) && isWord(index + 1))
    }

    /// What looks like the beginning of a comment and has no end is text.
    private static func withoutComments(_ text: String) -> String {
        guard text.contains("<!--") else { return text }
        var (out, rest) = ("", text[...])
        while let start = rest.firstRange(of: "<!--") {
            out += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "-->") else { return out + "<!--" + rest }
            rest = rest[end.upperBound...]
        }
        return out + rest
    }
}
