/// The text of an HTML page: scripts, styles and comments dropped, entities decoded, blocks on lines of their own.
///
/// One pass over the bytes with a state that does not grow: nothing nests, nothing is looked for twice. An element of
/// raw text without an end swallows the rest, as in browsers.
struct HTMLText {
    /// Elements whose content is no text of the page.
    private static let dropped: Set<String> = [
        "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "select", "textarea", "title",
    ]
    /// Elements that begin and end a line, and those around which a blank line stands.
    private static let lines: Set<String> = ["br", "li", "tr", "dt", "dd", "option", "hr", "caption", "legend"]
    private static let paragraphs: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "details", "div", "dl", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "html", "main", "nav", "ol", "p", "pre",
        "section", "summary", "table", "tbody", "tfoot", "thead", "ul",
    ]

    private let bytes: [UInt8]
    private var index = 0
    private var out = TextLines()
    private var title: String?

    private init(_ source: String) { bytes = Array(source.utf8) }

    static func text(of source: String) -> DocumentText {
        var reader = HTMLText(source)
        reader.read()
        let title = reader.title.flatMap { $0.isEmpty ? nil : $0 }
        return DocumentText(title: title ?? reader.out.firstHeading, text: reader.out.text)
    }

    private mutating func read() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"): if !readMarkup() { take(1) }
            case UInt8(ascii: "&"): readEntity()
            default: take(1)
            }
        }
    }

    private mutating func take(_ count: Int) {
        for byte in bytes[index..<index + count] { out.append(byte) }
        index += count
    }

    private mutating func readEntity() {
        if let (text, length) = HTMLEntities.decode(bytes[index...]) {
            for byte in text.utf8 { out.append(byte) }
            index += length
        } else {
            take(1)
        }
    }

    /// Reads a tag, a comment or a declaration.
    /// - Returns: whether there was one; a "<" alone is text.
    private mutating func readMarkup() -> Bool {
        guard index + 1 < bytes.count else { return false }
        if starts(with: "<!--") {
            index = end(of: "-->", from: index + 4)
            return true
        }
        let next = bytes[index + 1]
        if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
            index = end(of: ">", from: index + 2)
            return true
        }
        let isEnd = next == UInt8(ascii: "/")
        let start = index + (isEnd ? 2 : 1)
        guard start < bytes.count, HTMLText.isLetter(bytes[start]) else { return false }
        var nameEnd = start
        while nameEnd < bytes.count, !HTMLText.endsName(bytes[nameEnd]) { nameEnd += 1 }
        let name = String(decoding: bytes[start..<min(nameEnd, start + 32)], as: UTF8.self).lowercased()
        index = endOfTag(from: nameEnd)
        if isEnd { close(name) } else { open(name) }
        return true
    }

    /// Behind the ">" of a tag; those inside quoted values do not end it.
    private func endOfTag(from start: Int) -> Int {
        var (position, quote) = (start, UInt8(0))
        while position < bytes.count {
            let byte = bytes[position]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                return position + 1
            } else if byte == 0x22 || byte == 0x27, bytes[position - 1] == UInt8(ascii: "=") {
                quote = byte  // " or ' after the equals sign
            }
            position += 1
        }
        return position
    }

    private mutating func open(_ name: String) {
        if HTMLText.dropped.contains(name) {
            if bytes[index - 1] == UInt8(ascii: ">"), index >= 2, bytes[index - 2] == UInt8(ascii: "/"), name == "svg" {
                return
            }
            let content = skipContent(of: name)
            if name == "title", title == nil { title = HTMLText.plain(bytes[content]) }
            return
        }
        mark(name)
        if let level = HTMLText.level(name) {
            out.begin(String(repeating: "#", count: level) + " ")
        } else if name == "li" {
            out.begin("- ")
        }
        out.isPreformatted = name == "pre" || (out.isPreformatted && name != "pre")
    }

    private mutating func close(_ name: String) {
        if name == "pre" { out.isPreformatted = false }
        mark(name)
    }

    private mutating func mark(_ name: String) {
        if HTMLText.paragraphs.contains(name) {
            out.endParagraph()
        } else if HTMLText.lines.contains(name) {
            out.endLine()
        } else if name == "td" || name == "th" || name == "img" {
            out.append(0x20)
        }
    }

    private static func level(_ name: String) -> Int? {
        guard name.utf8.count == 2, name.hasPrefix("h"), let level = name.last?.wholeNumberValue else { return nil }
        return (1...6).contains(level) ? level : nil
    }

    /// Goes behind the end tag of an element of raw text.
    /// - Returns: where its content stands.
    private mutating func skipContent(of name: String) -> Range<Int> {
        let start = index
        let wanted = Array(("</" + name).utf8)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), matches(wanted, at: index),
                index + wanted.count >= bytes.count || HTMLText.endsName(bytes[index + wanted.count])
            {
                let end = index
                index = endOfTag(from: index + wanted.count)
                return start..<end
            }
            index += 1
        }
        return start..<bytes.count
    }

    private func matches(_ wanted: [UInt8], at position: Int) -> Bool {
        guard position + wanted.count <= bytes.count else { return false }
        return wanted.indices.allSatisfy { index in
            let byte = bytes[position + index]
            return byte == wanted[index] || HTMLText.isLetter(byte) && byte | 0x20 == wanted[index]
        }
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return index + count <= bytes.count && (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }

    /// Behind the next `text`, or the end.
    private func end(of text: StaticString, from start: Int) -> Int {
        let count = text.utf8CodeUnitCount
        var position = start
        while position + count <= bytes.count {
            if (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] }) { return position + count }
            position += 1
        }
        return bytes.count
    }

    /// Text without tags, its entities decoded and its white space made single.
    private static func plain(_ bytes: ArraySlice<UInt8>) -> String {
        var (lines, index) = (TextLines(), bytes.startIndex)
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"), let (text, length) = HTMLEntities.decode(bytes[index...]) {
                for byte in text.utf8 { lines.append(byte) }
                index += length
            } else {
                lines.append(bytes[index])
                index += 1
            }
        }
        return lines.text
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
    }
}
