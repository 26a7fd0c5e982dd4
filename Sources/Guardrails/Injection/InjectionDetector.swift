#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How likely a text tries to turn a model against its instructions.
///
/// The text is read in several ways: folded (widths, look-alikes, invisible scalars), with spelled-out words joined,
/// with digits for letters undone, and with what decodes from base64, hexadecimal, percent-encoding, character
/// references, rot13 or backwards. Each reading is looked through for words of some thirty concepts in fifteen
/// languages, and for which stand near which. A sign adds its weight to the logarithm of the odds; the score is the
/// logistic function of the sum (D. R. Cox, "The regression analysis of binary sequences", 1958), of the reading that
/// is most suspicious.
///
/// The weights are set by hand, not learned: the score ranks texts and is no calibrated probability. A paraphrase with
/// none of the words passes; so does an attack in a picture or spread over turns. Linear in the text.
public struct InjectionDetector: Sendable {
    /// From here on a text counts as an attack, unless a rule says otherwise.
    public static let threshold = 0.5

    public init() {}

    /// A score and the names of the signs that gave it.
    public struct Finding: Sendable, Hashable {
        /// 0 to 1.
        public var score: Double
        public var signs: [String]
    }

    /// The score of a text, 0 to 1.
    public func score(_ text: String) -> Double { finding(text).score }

    /// The score of a text and why.
    public func finding(_ text: String) -> Finding {
        var best: (odds: Double, signs: [String]) = (-.infinity, [])
        for view in NormalizedPrompt(text).views {
            var found = InjectionDetector.odds(view.bytes)
            if view.isDecoded, found.odds > -0.6 {
                found.odds += 1
                found.signs.append("hidden by an encoding")
            }
            if found.odds > best.odds { best = found }
        }
        return Finding(score: 1 / (1 + exp(-best.odds)), signs: best.signs)
    }

    private static func odds(_ bytes: [UInt8]) -> (odds: Double, signs: [String]) {
        let evidence = InjectionEvidence(bytes)
        let found = InjectionFeature.all.filter { $0.test(evidence) }
        var odds = found.reduce(InjectionFeature.bias) { $0 + $1.weight }
        // A question about attacks is none; one beside a demand is.
        let isDemand = evidence.pairs(.command, .systemPrompt, within: 44).contains { evidence.isDemand($0.first) }
        if isQuestion(evidence), !isDemand, !found.isEmpty, found.allSatisfy(\.isTopical) {
            odds += InjectionFeature.questionDiscount
        }
        return (odds, found.map(\.name))
    }

    private static func isQuestion(_ evidence: InjectionEvidence) -> Bool {
        guard let first = evidence.hits.first(where: { $0.concept.contains(.question) }) else {
            return evidence.bytes.last == UInt8(ascii: "?")
        }
        return first.start < 24 || evidence.bytes.last == UInt8(ascii: "?")
    }
}
