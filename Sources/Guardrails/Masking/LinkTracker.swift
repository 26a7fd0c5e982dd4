/// Whether the place that a text has come to is inside of an address of the web, or where Markdown and HTML have one.
///
/// An address begins with `//`, with a word such as `http` or `www.`, or behind `](`; it ends at a space, or where what
/// was opened before it ends: a quote, a bracket. Those of `mailto:` and `tel:` load nothing and do not count.
struct LinkTracker: Sendable {
    private(set) var isInside = false
    /// What stands before the word under way, and what ends an address that begins in it.
    private var opener: Unicode.Scalar = " "
    private var previous: Unicode.Scalar = " "
    /// Whether a backslash stands before it, as in a JSON document inside of another.
    private var isEscaped = false
    /// The word's first letters, small.
    private var head = ""
    /// Round brackets that are open in the address.
    private var depth = 0
    private var isDestination = false

    mutating func take(_ scalar: Unicode.Scalar) {
        defer { previous = scalar }
        if isInside {
            if isEnd(scalar) { begin(after: scalar) }
            return
        }
        if LinkTracker.isMark(scalar) {
            begin(after: scalar)
            isDestination = scalar == "(" && previous == "]"
            return
        }
        if head.utf8.count < 8 { head.unicodeScalars.append(LinkTracker.small(scalar)) }
        let isHarmless = head.hasPrefix("mailto:") || head.hasPrefix("tel:")
        let isUndecided = "mailto:".hasPrefix(head) || "tel:".hasPrefix(head)
        isInside =
            scalar == "/" && (previous == "/" || previous == "\\")
            || ["http", "ftp:", "www."].contains { head.hasPrefix($0) }
            || isDestination && !isHarmless && !isUndecided
        if isInside { depth = 0 }
    }

    private mutating func begin(after scalar: Unicode.Scalar) {
        (isInside, isDestination) = (false, false)
        (opener, isEscaped, head) = (scalar, previous == "\\", "")
    }

    /// Whether a scalar ends the address.
    private mutating func isEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch opener {
        case "\"", "'", "`":
            return scalar == opener && (previous == "\\") == isEscaped || scalar == "\n" && opener != "\""
        case "<": return scalar == ">" || scalar == "\n" && previous == "\n"
        case "(":
            if previous != "\\" {
                if scalar == "(" { depth += 1 }
                if scalar == ")" { depth -= 1 }
            }
            return depth < 0 || LinkTracker.isSpace(scalar)
        default: return LinkTracker.isSpace(scalar) || scalar == "\"" || scalar == "<" || scalar == ">"
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    /// Marks that words of addresses begin behind.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "'", "`", "<", ">", "(", ")", "[", "]", "{", "}", "=", ",", ";", "|", "*", "!": true
        default: isSpace(scalar)
        }
    }

    private static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }
}
