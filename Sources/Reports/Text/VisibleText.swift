/// Text of others made safe to look at: nothing in it can hide, reorder or break what stands around it.
enum VisibleText {
    /// The text with control characters as their pictures (␀, ␛) and direction marks as their names (⟦U+202E⟧); tabs
    /// and line ends stay.
    static func of(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let picture = picture(of: scalar) {
                shown.append(contentsOf: picture.unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same on one line.
    static func line(_ text: String) -> String {
        of(text.replacing("\r\n", with: " ")).split { $0 == "\n" || $0 == "\r" || $0 == "\t" }.joined(separator: " ")
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
    }

    private static func picture(of scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x09, 0x0A: nil
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value).map { String(Character($0)) }
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0xFFFE, 0xFFFF: "\u{FFFD}"
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
            "⟦U+" + String(scalar.value, radix: 16, uppercase: true) + "⟧"
        default: nil
        }
    }
}
