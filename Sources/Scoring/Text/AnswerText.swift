/// Answers made comparable, as the evaluation script of SQuAD does it (Rajpurkar et al., "SQuAD: 100,000+ Questions for
/// Machine Comprehension of Text", 2016): lower case, no ASCII punctuation, no English articles, single spaces.
enum AnswerText {
    static func normalized(_ text: String) -> String {
        var words: [Substring.UnicodeScalarView] = []
        var cleaned = String.UnicodeScalarView()
        for scalar in PythonText.lowercased(text).unicodeScalars where !isPunctuation(scalar) { cleaned.append(scalar) }
        cleaned = withoutArticles(cleaned)
        words = cleaned.split(whereSeparator: PythonText.isWhitespace)
        return words.map { String($0) }.joined(separator: " ")
    }

    /// Whether two texts have the same scalars; canonically equivalent spellings differ.
    static func areIdentical(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    /// The punctuation and symbols of ASCII, Python's `string.punctuation`.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Puts a space for every whole word "a", "an", "the".
    private static func withoutArticles(_ text: String.UnicodeScalarView) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        func finish() {
            let isArticle = articles.contains { $0.unicodeScalars.elementsEqual(word) }
            if isArticle { result.append(" ") } else { result.append(contentsOf: word) }
            word.removeAll()
        }
        for scalar in text {
            if isWordScalar(scalar) {
                word.append(scalar)
            } else {
                finish()
                result.append(scalar)
            }
        }
        finish()
        return result
    }

    private static let articles = ["a", "an", "the"]

    /// What `\w` matches in Python's `re`, but for the underscore, which is gone by then: letters and numerals.
    /// Combining marks are none, so that a letter before one ends a word.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar.value {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }
}
