/// `quality`: an answer that is too short or too long, repeats itself, or has nothing to do with the question.
enum QualityRule {
    static let definition = RuleDefinition(
        name: "quality", summary: "Length, repetition and relevance of an answer.", sides: [.output],
        keys: ["max_characters", "max_repetition", "min_characters", "min_relevance"]
    ) { settings, _ throws(PolicyError) in
        let least = try settings.integer("min_characters", in: 0...10_000_000) ?? 1
        let most = try settings.integer("max_characters", in: 1...10_000_000) ?? 10_000_000
        let repetition = try settings.number("max_repetition", in: 0...1, standard: 0.5)
        let relevance = try settings.number("min_relevance", in: 0...1, standard: 0)
        return Rule(
            name: "quality", isAboutAnswer: true,
            check: .now { subject in
                let count = subject.text.unicodeScalars.count
                if count < least { return found("the answer has \(count) characters; expected \(least) at least") }
                if count > most { return found("the answer has \(count) characters; expected \(most) at most") }
                let repeated = AnswerQuality.repetition(in: subject.text)
                if repeated > repetition {
                    return found("\(Int(repeated * 100)) % of the answer's runs of four words repeat")
                }
                if relevance > 0, let question = subject.question,
                    let share = AnswerQuality.relevance(of: subject.text, to: question), share < relevance
                {
                    return found("\(Int(share * 100)) % of the question's words are in the answer")
                }
                return .passed
            })
    }

    private static func found(_ message: String) -> Rule.Outcome { .found(Rule.Finding(message: message)) }
}

/// Figures of an answer that need no model.
enum AnswerQuality {
    /// The share of runs of four words that stood in the text before, 0 to 1; 0 for texts of fewer than twelve words.
    static func repetition(in text: String) -> Double {
        let words = words(text)
        guard words.count >= 12 else { return 0 }
        var seen: Set<[Substring]> = []
        var repeats = 0
        for start in 0...(words.count - 4) where !seen.insert(Array(words[start..<(start + 4)])).inserted {
            repeats += 1
        }
        return Double(repeats) / Double(words.count - 3)
    }

    /// The share of the question's words of four letters and more that are in the answer, compared by their first five
    /// letters; nil for a question without such words.
    static func relevance(of answer: String, to question: String) -> Double? {
        let asked = Set(words(question).filter { $0.count >= 4 }.map { $0.prefix(5) })
        guard !asked.isEmpty else { return nil }
        let answered = Set(words(answer).map { $0.prefix(5) })
        return Double(asked.intersection(answered).count) / Double(asked.count)
    }

    private static func words(_ text: String) -> [Substring] {
        let folded = String(decoding: FoldedText(Array(text.utf8)).bytes, as: UTF8.self).lowercased()
        return folded.split { !$0.isLetter && !$0.isNumber }
    }
}
