/// What of a text must be the same in another one before an answer to it may stand for an answer to the other.
struct LexicalFeatures: Sendable {
    /// Numbers and the signs that reckon with them, in order; number words as numbers.
    var numbers: [String] = []
    /// Units of measure, in order, by their short names.
    var units: [String] = []
    /// Negations.
    var negations = 0
    /// What is asked for: "who", "when" …, sorted.
    var questions: [String] = []
    /// Sides of opposites: "before", "less", "up" …, sorted.
    var sides: [String] = []
    /// Stretches between quotation marks, in order.
    var quotes: [String] = []
    /// Mixtures of letters with digits or signs, in order.
    var codes: [String] = []
    /// Whom the text speaks of.
    var persons: Set<String> = []
    /// All words in order.
    var words: [String] = []
    /// Words that are names, or may be: with a capital, of a script that has none, or the first of a sentence.
    var names: Set<String> = []
    /// Words that are neither names nor function words, in order.
    var content: [String] = []

    init(_ text: String) {
        let cut = GateTokens(text)
        quotes = cut.quotes
        for token in cut.tokens { add(token) }
        questions.sort()
        sides.sort()
        content.removeAll { names.contains($0) }
    }

    private mutating func add(_ token: GateTokens.Token) {
        switch token.kind {
        case .number: numbers.append(token.text)
        case .code: codes.append(token.text)
        case .sign:
            if let unit = GateWords.units[token.text] { units.append(unit) } else { numbers.append(token.text) }
        case .uncased: addUncased(token)
        case .word: addWord(token)
        }
    }

    private mutating func addUncased(_ token: GateTokens.Token) {
        if GateWords.negations.contains(token.text) { negations += 1 }
        guard !GateWords.functionLetters.contains(token.text) else { return }
        words.append(token.text)
        names.insert(token.text)
    }

    private mutating func addWord(_ token: GateTokens.Token) {
        let word = LexicalFeatures.bare(token.text)
        words.append(word)
        if LexicalFeatures.isNegation(token.text) { negations += 1 }
        if let number = GateWords.numbers[word] { numbers.append(number) }
        if let unit = GateWords.units[word] { units.append(unit) }
        if let question = GateWords.questions[word] { addQuestion(question) }
        if let side = GateWords.sides[word] { sides.append(side) }
        if let person = GateWords.persons[word] { persons.insert(person) }
        guard !GateWords.functions.contains(word) else { return }
        if token.isName || token.startsSentence { names.insert(word) }
        content.append(word)
    }

    /// "how many" asks for a number, and not how.
    private mutating func addQuestion(_ question: String) {
        if question == "how many", questions.last == "how" { questions.removeLast() }
        questions.append(question)
    }

    /// Without a possessive or a contraction's end: "France's", "what's", "qu'est".
    private static func bare(_ word: String) -> String {
        for ending in ["'s", "'re", "'ll", "'ve", "'d", "'m"] where word.hasSuffix(ending) {
            return String(word.dropLast(ending.count))
        }
        return word
    }

    private static func isNegation(_ word: String) -> Bool {
        word.hasSuffix("n't") || GateWords.negations.contains(word)
    }
}
