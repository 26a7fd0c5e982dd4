/// Answers made comparable, as the evaluation script of SQuAD does it (Rajpurkar et al., "SQuAD: 100,000+ Questions for
/// Machine Comprehension of Text", 2016): lower case, no ASCII punctuation, no English articles, single spaces.
enum AnswerText {
    static func normalized(_ text: String) -> String {
        let ascii = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { 0x20..<0x7F ~= $0 || isASCIISpace($0) } ? normalizedASCII(bytes) : nil
        }
        if let ascii, let ascii { return ascii }
        var kept: [Unicode.Scalar] = []
        for scalar in PythonText.lowercased(text).unicodeScalars where !isPunctuation(scalar.value) {
            kept.append(scalar)
        }
        let words = withoutArticles(kept).split(whereSeparator: PythonText.isWhitespace)
        var result = String.UnicodeScalarView()
        for word in words {
            if !result.isEmpty { result.append(" ") }
            result.append(contentsOf: word)
        }
        return String(result)
    }

    /// The way for printable ASCII, where a word is a run between white space once punctuation is gone.
    private static func normalizedASCII(_ text: UnsafeBufferPointer<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 1)
        var start = 0
        func finish() {
            if isArticle(result[start...]) { result.removeSubrange(start...) }
            if result.count > start { result.append(0x20) }
            start = result.count
        }
        for byte in text {
            if isASCIISpace(byte) {
                finish()
            } else if !isPunctuation(UInt32(byte)) {
                result.append(byte | (byte &- 0x41 < 26 ? 0x20 : 0))
            }
        }
        finish()
        if result.last == 0x20 { result.removeLast() }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isArticle(_ word: ArraySlice<UInt8>) -> Bool {
        guard (1...3).contains(word.count) else { return false }
        return word.elementsEqual("a".utf8) || word.elementsEqual("an".utf8) || word.elementsEqual("the".utf8)
    }

    private static func isASCIISpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || 0x09...0x0D ~= byte || 0x1C...0x1F ~= byte
    }

    /// Whether two texts have the same scalars; canonically equivalent spellings differ.
    static func areIdentical(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    /// The punctuation and symbols of ASCII, Python's `string.punctuation`.
    private static func isPunctuation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Puts a space for every whole word "a", "an", "the".
    private static func withoutArticles(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        var start = 0
        func finish() {
            let word = result[start...]
            guard word.elementsEqual(["a"]) || word.elementsEqual(["a", "n"]) || word.elementsEqual(["t", "h", "e"])
            else {
                return
            }
            result.replaceSubrange(start..., with: CollectionOfOne(" "))
        }
        for scalar in text {
            if isWordScalar(scalar) {
                result.append(scalar)
            } else {
                finish()
                result.append(scalar)
                start = result.count
            }
        }
        finish()
        return result
    }

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
