/// The letters of a multiple-choice question, and how to find the one that an answer names.
struct ChoiceLetters: Sendable {
    /// The letters, in capitals.
    let text: String
    private let letters: Set<Unicode.Scalar>

    /// From two or more different ASCII letters, else nil.
    init?(_ text: String) {
        let capitals = text.unicodeScalars.map(Self.capital)
        letters = Set(capitals)
        guard capitals.count >= 2, letters.count == capitals.count, letters.allSatisfy({ ("A"..."Z").contains($0) })
        else {
            return nil
        }
        self.text = String(String.UnicodeScalarView(capitals))
    }

    /// The letter that an answer names, or nil. The first rule that finds one decides:
    /// 1. the answer is the letter, in either case, whatever signs stand around it: "b", "(B)", "**B**.";
    /// 2. the last letter named after the word "answer", "option", "choice" or "letter": "The answer is (B)";
    /// 3. the answer starts with the letter and a bracket, full stop or colon: "B) Paris";
    /// 4. the last capital letter that stands as a word of its own and is not the first word of a phrase, as the
    ///    article "A" or the pronoun "I" before a small letter are.
    func read(_ answer: String) -> Unicode.Scalar? {
        let words = Self.words(answer)
        if words.count == 1, let only = letter(words[0], anyCase: true) { return only }
        return named(words) ?? leading(words) ?? standing(words)
    }

    /// A run of letters and digits, with what follows it.
    private struct Word {
        var text: [Unicode.Scalar]
        /// The signs up to the next word.
        var gap: [Unicode.Scalar]
        /// Whether an apostrophe joins it to a neighbour: "A's".
        var isJoined: Bool
    }

    private static let heralds = words(["answer", "option", "choice", "letter"])
    /// Words that may stand between the herald and the letter.
    private static let fillers = words([
        "is", "are", "be", "would", "should", "must", "the", "to", "this", "question", "correct", "final", "best",
        "choice", "option", "letter", "answer",
    ])

    private static func words(_ words: [String]) -> Set<[Unicode.Scalar]> {
        Set(words.map { Array($0.unicodeScalars) })
    }

    private func named(_ words: [Word]) -> Unicode.Scalar? {
        var result: Unicode.Scalar?
        var index = 0
        while index < words.count {
            guard Self.heralds.contains(Self.lowered(words[index])) else {
                index += 1
                continue
            }
            index += 1
            while index < words.count, Self.fillers.contains(Self.lowered(words[index])) { index += 1 }
            guard index < words.count, let found = letter(words[index], anyCase: false), !isArticle(words, index) else {
                continue
            }
            result = found
        }
        return result
    }

    private func leading(_ words: [Word]) -> Unicode.Scalar? {
        guard let first = words.first, let sign = first.gap.first(where: { $0 != "*" }),
            ").:]".unicodeScalars.contains(sign)
        else { return nil }
        return letter(first, anyCase: true)
    }

    private func standing(_ words: [Word]) -> Unicode.Scalar? {
        words.indices.reversed().lazy.compactMap { isArticle(words, $0) ? nil : letter(words[$0], anyCase: false) }
            .first
    }

    /// Whether "A" or "I" goes on as a phrase: a small letter follows on the same line.
    private func isArticle(_ words: [Word], _ index: Int) -> Bool {
        let word = words[index]
        guard word.text == ["A"] || word.text == ["I"], index + 1 < words.count,
            word.gap.allSatisfy({ PythonText.isWhitespace($0) && $0 != "\n" }),
            let following = words[index + 1].text.first
        else { return false }
        return following.properties.isLowercase
    }

    private func letter(_ word: Word, anyCase: Bool) -> Unicode.Scalar? {
        guard word.text.count == 1, !word.isJoined, let scalar = word.text.first else { return nil }
        let wanted = anyCase ? Self.capital(scalar) : scalar
        return letters.contains(wanted) ? wanted : nil
    }

    private static func words(_ text: String) -> [Word] {
        var words: [Word] = []
        var isInWord = false
        var leadIn: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            let isPart = isWordPart(scalar)
            if isPart {
                if isInWord {
                    words[words.count - 1].text.append(scalar)
                } else {
                    words.append(Word(text: [scalar], gap: [], isJoined: leadIn.map(isApostrophe) ?? false))
                }
            } else if !words.isEmpty {
                words[words.count - 1].gap.append(scalar)
            }
            isInWord = isPart
            // An apostrophe joins only between letters: "'B'" is a quoted letter.
            leadIn = isPart || words.isEmpty || words[words.count - 1].gap.count > 1 ? nil : scalar
        }
        for index in words.indices.dropLast() where words[index + 1].isJoined { words[index].isJoined = true }
        return words
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        case 0..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool { scalar == "'" || scalar == "\u{2019}" }

    /// The word in small letters, for those of ASCII; empty for words longer than any that is looked for.
    private static func lowered(_ word: Word) -> [Unicode.Scalar] {
        guard word.text.count <= 8 else { return [] }
        return word.text.map {
            ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8(truncatingIfNeeded: $0.value) + 0x20) : $0
        }
    }

    private static func capital(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("a"..."z").contains(scalar) ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value) - 0x20) : scalar
    }
}
