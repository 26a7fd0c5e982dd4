import Foundation

/// The words of a text in lower case: runs of letters, digits and marks.
///
/// Han, kana and Hangul, which are written without spaces or with endings joined on, come as pairs of neighbours, each
/// overlapping the next by one ("東京都" is "東京" and "京都"); a single one stands alone. Compatibility forms are
/// made plain ("ｆｕｌｌ" is "full") and letters with separate accents are joined with them. Linear.
struct Words: Sequence, IteratorProtocol {
    struct Word: Hashable {
        var text: String
        /// Whether it is a piece of a script that is not stemmed.
        var isPair = false
    }

    private let scalars: String.UnicodeScalarView
    private var index: String.Index
    /// The scalar before `index` if it may begin a pair, and whether a pair has ended with it.
    private var pending: (scalar: Unicode.Scalar, isPaired: Bool)?

    init(_ text: String) {
        let plain = Words.needsComposing(text) ? text.precomposedStringWithCompatibilityMapping : text
        scalars = plain.unicodeScalars
        index = scalars.startIndex
    }

    mutating func next() -> Word? {
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if Words.isPaired(scalar) {
                scalars.formIndex(after: &index)
                defer { pending = (scalar, pending != nil) }
                if let pending { return Word(text: String(pending.scalar) + String(scalar), isPair: true) }
                continue
            }
            if let single = takeSingle() { return single }
            guard Words.isPart(scalar) else {
                scalars.formIndex(after: &index)
                continue
            }
            let start = index
            while index < scalars.endIndex, Words.isPart(scalars[index]), !Words.isPaired(scalars[index]) {
                scalars.formIndex(after: &index)
            }
            return Word(text: String(scalars[start..<index]).lowercased())
        }
        return takeSingle()
    }

    private mutating func takeSingle() -> Word? {
        defer { pending = nil }
        guard let pending, !pending.isPaired else { return nil }
        return Word(text: String(pending.scalar), isPair: true)
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return (0x61...0x7A).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
                || (0x30...0x39).contains(scalar.value)
        }
        if scalar.value < 0xAA { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    private static func isPaired(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        guard value >= 0x3005 else { return false }
        return (0x3041...0x30FF).contains(value) && value != 0x30FB || (0xAC00...0xD7A3).contains(value)
            || scalar.properties.isIdeographic
    }

    /// Whether the text has accents apart from their letters, or forms kept for compatibility.
    private static func needsComposing(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            let value = scalar.value
            return value > 0x7F
                && ((0x300...0x36F).contains(value) || (0x3099...0x309A).contains(value)
                    || (0xFB00...0xFB06).contains(value) || (0xFF01...0xFF9F).contains(value))
        }
    }
}
