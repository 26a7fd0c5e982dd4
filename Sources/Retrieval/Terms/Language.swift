/// The language that the words of a collection are stemmed in.
public enum Language: String, Sendable, Hashable, CaseIterable {
    case english = "en"
    case spanish = "es"
    case portuguese = "pt"
    /// Any other, or several: words count as they are.
    case other = "und"

    /// The language that a text is written in, by the words that stand in every text of it.
    ///
    /// Counts the function words among the first 20,000 words; the language with the most is it, if they make a tenth
    /// of the words at least. Languages beside the three are `.other`, though one close to them may be taken for it.
    public init(of text: String) {
        var counts: [Language: Int] = [:]
        var total = 0
        for word in Words(text).prefix(20_000) {
            total += 1
            for language in Language.allCases where language.stopWords.contains(word.text) {
                counts[language, default: 0] += 1
            }
        }
        // In order of the cases, so that a tie falls the same way every time.
        let best = Language.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? .other
        self = counts[best, default: 0] * 10 >= max(1, total) ? best : .other
    }

    /// The word without its endings.
    /// - Parameter word: in lower case, accents as one scalar with their letter.
    func stem(_ word: String) -> String {
        switch self {
        case .english: EnglishStemmer.stem(word)
        case .spanish: SpanishStemmer.stem(word)
        case .portuguese: PortugueseStemmer.stem(word)
        case .other: word
        }
    }
}
