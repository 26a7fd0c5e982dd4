import Chat
import Foundation

/// Turns texts into the terms that are looked up: words in lower case without their endings and accents.
///
/// "Las canciones" and "la canción" share a term, and a question typed without its accents finds the text that has
/// them. Queries lose their function words, unless they have no others ("to be or not to be"); texts keep theirs.
public struct Analyzer: Sendable {
    public let language: Language
    /// Terms of words seen before, by their spelling: most words of a text are frequent ones.
    private let memory = Locked<[String: String]>([:])
    private static let memorySize = 1 << 16
    /// Longer runs without a space are no words but data.
    private static let longestWord = 64

    public init(language: Language) { self.language = language }

    /// The terms of a text in their order.
    public func terms(of text: String) -> [String] { terms(of: text) { _ in true } }

    /// The terms that a query is searched by.
    public func queryTerms(of query: String) -> [String] {
        let stopWords = language.stopWords
        let terms = terms(of: query) { !stopWords.contains($0) }
        return terms.isEmpty ? self.terms(of: query) : terms
    }

    private func terms(of text: String, where isWanted: (String) -> Bool) -> [String] {
        memory.withLock { memory in
            var terms: [String] = []
            for word in Words(text) {
                if word.isPair {
                    terms.append(word.text)
                } else if let term = memory[word.text] {
                    if isWanted(word.text) { terms.append(term) }
                } else {
                    let term = term(of: word.text)
                    if isWanted(word.text) { terms.append(term) }
                    // Memory keeps nothing of words that are none, a blob's digits: there is no end of them.
                    guard word.text.utf8.count <= 4 * Analyzer.longestWord else { continue }
                    if memory.count >= Analyzer.memorySize { memory.removeAll(keepingCapacity: true) }
                    memory[word.text] = term
                }
            }
            return terms
        }
    }

    private func term(of word: String) -> String {
        guard word.unicodeScalars.count <= Analyzer.longestWord else {
            return String(word.unicodeScalars.prefix(Analyzer.longestWord))
        }
        return Analyzer.withoutAccents(language.stem(word))
    }

    private static func withoutAccents(_ word: String) -> String {
        guard word.utf8.contains(where: { $0 > 0x7F }) else { return word }
        let scalars = word.decomposedStringWithCanonicalMapping.unicodeScalars
        return String(String.UnicodeScalarView(scalars.filter { !(0x300...0x36F).contains($0.value) }))
    }
}
