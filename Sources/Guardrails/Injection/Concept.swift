/// What words in a prompt are about, as far as telling an attack from a question goes.
struct Concept: OptionSet, Sendable {
    let rawValue: UInt64

    static let override = Concept(rawValue: 1 << 0)
    static let instruction = Concept(rawValue: 1 << 1)
    static let prior = Concept(rawValue: 1 << 2)
    static let you = Concept(rawValue: 1 << 3)
    static let reveal = Concept(rawValue: 1 << 4)
    static let systemPrompt = Concept(rawValue: 1 << 5)
    static let secret = Concept(rawValue: 1 << 6)
    static let persona = Concept(rawValue: 1 << 7)
    static let jailbreak = Concept(rawValue: 1 << 8)
    static let without = Concept(rawValue: 1 << 9)
    static let machine = Concept(rawValue: 1 << 10)
    static let grader = Concept(rawValue: 1 << 11)
    static let topScore = Concept(rawValue: 1 << 12)
    static let credential = Concept(rawValue: 1 << 13)
    static let send = Concept(rawValue: 1 << 14)
    static let question = Concept(rawValue: 1 << 15)
    static let voided = Concept(rawValue: 1 << 16)
    static let obey = Concept(rawValue: 1 << 17)
    static let replyOnly = Concept(rawValue: 1 << 18)
    static let authority = Concept(rawValue: 1 << 19)
    static let openWith = Concept(rawValue: 1 << 20)
    static let verbatim = Concept(rawValue: 1 << 21)
    static let fromNowOn = Concept(rawValue: 1 << 22)
    static let restriction = Concept(rawValue: 1 << 23)
    static let favour = Concept(rawValue: 1 << 24)
    static let award = Concept(rawValue: 1 << 25)
    static let user = Concept(rawValue: 1 << 26)
    static let address = Concept(rawValue: 1 << 27)
    static let consent = Concept(rawValue: 1 << 28)
    static let disable = Concept(rawValue: 1 << 29)
    static let conversation = Concept(rawValue: 1 << 30)
    /// All of something, whatever came before.
    static let all = Concept(rawValue: 1 << 31)
    /// Words for rules that everybody has, besides a model's own instructions.
    static let policy = Concept(rawValue: 1 << 32)
    static let not = Concept(rawValue: 1 << 33)
    static let answer = Concept(rawValue: 1 << 34)
    /// Verbs of `reveal` that order rather than ask.
    static let command = Concept(rawValue: 1 << 35)

    /// The words of all concepts, folded as texts are.
    static let trie = WordTrie(
        ConceptWords.all.map { concept, words in (concept.rawValue, NormalizedPrompt.folded(words)) }, merges: true)
}

/// A word of a concept at its place in the folded bytes.
struct ConceptHit {
    var concept: Concept
    var start: Int
    var end: Int

    /// All hits of a text in order.
    static func all(in bytes: [UInt8]) -> [ConceptHit] {
        bytes.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                var hits: [ConceptHit] = []
                _ = Concept.trie.forEachMatch(in: view, to: view.count) { tag, range in
                    hits.append(
                        ConceptHit(concept: Concept(rawValue: tag), start: range.lowerBound, end: range.upperBound))
                }
                return hits
            }
        }
    }
}
