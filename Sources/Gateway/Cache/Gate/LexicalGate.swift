/// Whether one text may stand for another as far as its letters tell: what an embedding's likeness overlooks.
///
/// Embeddings put "flights to Paris on May 3" beside "flights to Paris on May 4". So, whatever their likeness, two
/// texts pass only where numbers, units, codes, quotations, negations, what is asked for, the side of opposites, names
/// and the order of the words that both have are the same. It refuses many pairs that mean the same, and is no proof
/// that those it lets through do: the synonyms it does not know are the embedding's to judge.
///
///     LexicalGate.differences(between: "Who won in 1998?", and: "Who won in 1999?")      // [.numbers]
///
/// Names are words with a capital (in German every noun), the first word of a sentence that is no function word, and in
/// scripts without capitals every word but a few. Longer texts weigh one word less in any likeness: above
/// `longestFree` words all must be the same.
public enum LexicalGate {
    /// What keeps two texts apart.
    public enum Difference: String, Sendable, Hashable, CaseIterable {
        case numbers, units, codes, quotes, negation, question, opposites, names, persons, order, words
    }

    /// Most words that say something in a text of which some may be others.
    static let longestFree = 20

    /// What keeps the texts apart, in the order of the cases; empty where they pass. Symmetric, and about linear in
    /// their length.
    public static func differences(between a: String, and b: String) -> [Difference] {
        differences(LexicalFeatures(a), LexicalFeatures(b))
    }

    static func differences(_ a: LexicalFeatures, _ b: LexicalFeatures) -> [Difference] {
        Difference.allCases.filter { difference in
            switch difference {
            case .numbers: a.numbers != b.numbers
            case .units: a.units != b.units
            case .codes: a.codes != b.codes
            case .quotes: a.quotes != b.quotes
            case .negation: a.negations != b.negations || turnsAround(a, b)
            case .question: a.questions != b.questions
            case .opposites: a.sides != b.sides
            case .names: namesDiffer(a, b)
            case .persons: !a.persons.isEmpty && !b.persons.isEmpty && a.persons != b.persons
            case .order: orderDiffers(a.content, b.content)
            case .words:
                max(a.content.count, b.content.count) > longestFree && a.content.sorted() != b.content.sorted()
            }
        }
    }

    /// Whether the names of either stand in the other otherwise: a name may be written small there.
    private static func namesDiffer(_ a: LexicalFeatures, _ b: LexicalFeatures) -> Bool {
        let names = a.names.union(b.names)
        return a.words.filter(names.contains) != b.words.filter(names.contains)
    }

    /// Whether the words that stand once in each come in another order.
    private static func orderDiffers(_ a: [String], _ b: [String]) -> Bool {
        let shared = once(a).intersection(once(b))
        return a.filter(shared.contains) != b.filter(shared.contains)
    }

    private static func once(_ words: [String]) -> Set<String> {
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        return Set(counts.filter { $0.value == 1 }.keys)
    }

    /// Whether one has a word and the other its opposite: "legal" and "illegal", "careful" and "careless".
    private static func turnsAround(_ a: LexicalFeatures, _ b: LexicalFeatures) -> Bool {
        let (inA, inB) = (Set(a.words), Set(b.words))
        let (onlyA, onlyB) = (inA.subtracting(inB), inB.subtracting(inA))
        return onlyA.contains { hasOpposite($0, in: onlyB) } || onlyB.contains { hasOpposite($0, in: onlyA) }
    }

    private static func hasOpposite(_ word: String, in others: Set<String>) -> Bool {
        guard word.count >= 3 else { return false }
        if word.hasSuffix("ful"), others.contains(word.dropLast(3) + "less") { return true }
        return GateWords.negatingPrefixes.contains { others.contains($0 + word) }
    }
}
