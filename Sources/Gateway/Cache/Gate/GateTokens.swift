import Foundation

/// A text cut up for the lexical gate: words, numbers, codes, signs and quoted stretches, in their order.
struct GateTokens {
    enum Kind: Hashable {
        /// A word of letters, in lower case.
        case word
        /// Digits, with the separators that stand between them.
        case number
        /// Letters with digits or signs in them: `GPT-4`, `user_id`, `example.com`.
        case code
        /// A sign that reckons or measures: `+`, `%`, `€`.
        case sign
        /// A letter of a script without capitals, or a word of one that has spaces.
        case uncased
    }

    struct Token: Hashable {
        var text: String
        var kind: Kind
        /// Whether it is written with a capital elsewhere than at the start of a sentence, or has one inside.
        var isName = false
        var startsSentence = false
    }

    private(set) var tokens: [Token] = []
    /// What stands between quotation marks, as it is written.
    private(set) var quotes: [String] = []

    init(_ text: String) {
        // Composed, so that the same letters are the same scalars; full-width forms as the plain ones they stand for.
        let scalars = text.precomposedStringWithCanonicalMapping.unicodeScalars.map(GateTokens.plain)
        quotes = GateTokens.quotes(in: scalars)
        var scanner = Scanner(scalars: scalars)
        scanner.run()
        tokens = scanner.tokens
        // Text in capitals alone shows no names by them.
        if !scanner.hasLowercase { for index in tokens.indices { tokens[index].isName = false } }
    }

    /// A full-width form, a digit of another script or a curly apostrophe as its plain form.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
        case 0x2019, 0x02BC: return "'"
        case 0x2212: return "-"
        case 0x3000, 0x00A0: return " "
        default: break
        }
        guard scalar.value > 0x7F, scalar.properties.generalCategory == .decimalNumber,
            let value = scalar.properties.numericValue, (0...9).contains(value)
        else { return scalar }
        return Unicode.Scalar(UInt32(value) + 0x30) ?? scalar
    }

    private static let pairs: [Unicode.Scalar: Unicode.Scalar] = [
        "\"": "\"", "“": "”", "„": "“", "«": "»", "»": "«", "「": "」", "『": "』", "`": "`", "‹": "›",
    ]

    private static func quotes(in scalars: [Unicode.Scalar]) -> [String] {
        var quotes: [String] = []
        var index = 0
        while index < scalars.count {
            defer { index += 1 }
            guard let closing = pairs[scalars[index]],
                let end = scalars[(index + 1)...].firstIndex(where: { $0 == closing || $0 == "\u{201D}" }),
                end > index + 1
            else { continue }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[(index + 1)..<end])
            quotes.append(String(text).trimmingCharacters(in: .whitespacesAndNewlines))
            index = end
        }
        return quotes
    }
}

/// Goes through a text once.
private struct Scanner {
    let scalars: [Unicode.Scalar]
    var tokens: [GateTokens.Token] = []
    var hasLowercase = false
    private var index = 0
    private var isAtStart = true

    init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private static let signs = Set("+*/^=<>≤≥≠×÷√%‰°$€£¥₹#&|~".unicodeScalars)
    private static let enders = Set(".!?…:;\n。！？".unicodeScalars)

    mutating func run() {
        while index < scalars.count {
            let scalar = scalars[index]
            if isUncased(scalar) {
                takeUncased()
            } else if isWord(scalar) {
                takeWord()
            } else if scalar == "-", isDigit(index + 1) || isDigit(index - 1) {
                add("-", .sign)
                index += 1
            } else {
                if Scanner.signs.contains(scalar) { add(String(scalar), .sign) }
                if Scanner.enders.contains(scalar) { isAtStart = true }
                index += 1
            }
        }
    }

    private mutating func add(_ text: String, _ kind: GateTokens.Kind, isName: Bool = false) {
        tokens.append(.init(text: text, kind: kind, isName: isName, startsSentence: isAtStart && kind != .sign))
        if kind != .sign { isAtStart = false }
    }

    private func isDigit(_ place: Int) -> Bool {
        scalars.indices.contains(place) && ("0"..."9").contains(scalars[place])
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "_"
        }
        return scalar.properties.isAlphabetic || isMark(scalar) || scalar.properties.numericType != nil
    }

    private func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private func isUncased(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x2AF && scalar.properties.isAlphabetic && !scalar.properties.isCased
            && !scalar.properties.isLowercase && scalar.properties.generalCategory == .otherLetter
    }

    /// Han and kana letter by letter; words of scripts with spaces whole.
    private mutating func takeUncased() {
        let first = scalars[index]
        if first.properties.isIdeographic || (0x3041...0x30FF).contains(first.value) {
            add(String(first), .uncased)
            index += 1
            return
        }
        var text = String.UnicodeScalarView()
        while index < scalars.count, isUncased(scalars[index]) || isMark(scalars[index]) {
            text.append(scalars[index])
            index += 1
        }
        add(String(text), .uncased)
    }

    private mutating func takeWord() {
        let start = index
        while index < scalars.count, isWord(scalars[index]) || isJoint(index) {
            if isUncased(scalars[index]) { break }
            index += 1
        }
        classify(start..<index)
    }

    /// Whether the scalar at a place joins what stands on both sides of it into one word.
    private func isJoint(_ place: Int) -> Bool {
        guard place > 0, place + 1 < scalars.count else { return false }
        let (before, after) = (scalars[place - 1], scalars[place + 1])
        guard isWord(before), isWord(after) else { return false }
        switch scalars[place] {
        case "'": return !isDigit(place - 1)
        case ".", ",": return isDigit(place - 1) == isDigit(place + 1) && (scalars[place] == "." || isDigit(place + 1))
        case ":": return isDigit(place - 1) && isDigit(place + 1)
        case "@": return true
        case "-": return (isCodeLike(before) || isCodeLike(after)) && !(isDigit(place - 1) && isDigit(place + 1))
        default: return false
        }
    }

    private func isCodeLike(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar.properties.isUppercase
    }

    private mutating func classify(_ range: Range<Int>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        let text = String(view)
        let letters = view.filter { $0.properties.isAlphabetic }
        if letters.contains(where: \.properties.isLowercase) { hasLowercase = true }
        let digits = view.filter { ("0"..."9").contains($0) }
        if letters.isEmpty { return add(text, .number) }
        if !digits.isEmpty { return takeMixed(text) }
        if view.contains(where: { $0 == "_" || $0 == "@" || $0 == "." }) { return add(text.lowercased(), .code) }
        let upper = letters.filter(\.properties.isUppercase).count
        let isCapital = letters.first?.properties.isUppercase ?? false
        // "NASA" and "iPhone" are names wherever they stand, "I" never is.
        let isInside = upper > (isCapital ? 1 : 0)
        add(text.lowercased(), .word, isName: (isInside || (isCapital && !isAtStart)) && text != "I")
    }

    /// A number with its unit ("5km") is both; any other mixture is a code.
    private mutating func takeMixed(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
        let rest = text.dropFirst(number.count).lowercased()
        guard !number.isEmpty, GateWords.units[rest] != nil else { return add(text.lowercased(), .code) }
        add(String(number), .number)
        add(rest, .word)
    }
}
