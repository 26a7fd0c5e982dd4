/// Text that grows line by line, white space made single, at most one blank line between paragraphs.
struct TextLines {
    private var bytes: [UInt8] = []
    /// Breaks and a space that are due before the next letter.
    private var breaks = 0
    private var spaceIsDue = false
    private var prefix: [UInt8] = []
    /// Whether white space counts as it stands.
    var isPreformatted = false

    mutating func append(_ byte: UInt8) {
        let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
        if isSpace, isPreformatted, byte == 0x0A { return endLine() }
        if isSpace, !isPreformatted { return spaceIsDue = true }
        if byte < 0x20 && !isSpace || byte == 0x7F { return spaceIsDue = true }
        flush()
        bytes.append(isSpace ? 0x20 : byte)
    }

    private mutating func flush() {
        if breaks > 0, !bytes.isEmpty {
            bytes.append(contentsOf: repeatElement(0x0A, count: breaks))
        } else if spaceIsDue, prefix.isEmpty, let last = bytes.last, last != 0x0A {
            bytes.append(0x20)
        }
        bytes.append(contentsOf: prefix)
        (breaks, spaceIsDue, prefix) = (0, false, [])
    }

    mutating func endLine() {
        breaks = max(breaks, 1)
        prefix = []
    }

    mutating func endParagraph() {
        breaks = 2
        prefix = []
    }

    /// What stands before the next letter, if one comes on this line.
    mutating func begin(_ text: String) { prefix = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text of the first line that is a heading.
    var firstHeading: String? { TextLines.firstHeading(in: text) }

    static func firstHeading(in text: String) -> String? {
        for line in text.split(separator: "\n") {
            if let heading = Heading(line) { return heading.text }
        }
        return nil
    }
}

/// A line that begins with one to six `#` and a space.
struct Heading {
    /// Scalars of a heading that count; each chunk below it repeats them.
    static let longest = 1_000

    var level: Int
    var text: String

    init?(_ line: some StringProtocol) {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
        self.level = level
        let words = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(level + 1).prefix(Heading.longest)))
        text = String(words.reversed().drop { $0 == "#" || $0.isWhitespace }.reversed())
        if text.isEmpty { return nil }
    }
}
