public import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How much an answer may be trusted, as far as it shows itself: from 0 to 1.
///
/// Four signs are looked at, each where it is there: how sure the model was of its tokens (the geometric mean of their
/// probabilities), how far its answers to the same request agree, how much of the answer's words stands in the passages
/// that were put before the model, and what the rules of guardrails found in the answer. The first three are averaged
/// geometrically; each finding takes its score's half of what is left. It is a sign and no probability until it is held
/// against right and wrong answers (`Statistics.Reliability`).
public struct Confidence: Sendable, Hashable {
    public let value: Double

    /// - Parameters:
    ///   - logprobs: in OpenAI's shape, see `ChatReply.logprobs`.
    ///   - agreement: the mean `agreement(_:_:)` with other answers to the request; nil without any.
    ///   - support: see `Trace.Notes.support`.
    ///   - verdicts: see `Trace.Notes.verdicts`; those on the answer count.
    /// - Returns: nil where there is no sign at all.
    public init?(logprobs: [JSONValue], agreement: Double? = nil, support: Double?, verdicts: [JSONValue]) {
        let found = verdicts.filter { $0["side"]?.stringValue == "output" }
        let signs = [Confidence.sureness(logprobs), agreement, support].compactMap { $0 }.map { min(1, max(0, $0)) }
        guard !signs.isEmpty || !found.isEmpty else { return nil }
        var value = signs.isEmpty ? 1 : pow(signs.reduce(1, *), 1 / Double(signs.count))
        for verdict in found { value *= 1 - min(1, max(0, verdict["score"]?.doubleValue ?? 1)) / 2 }
        self.value = value
    }

    /// Of a reply, with what its trace tells of it.
    public init?(of reply: ChatReply, agreement: Double? = nil, _ notes: Trace.Notes) {
        self.init(
            logprobs: reply.logprobs, agreement: agreement, support: notes.support, verdicts: notes.verdicts)
    }

    /// How much two answers say the same, from 0 to 1: Dice's coefficient of the words they hold, in lower case.
    ///
    /// Source: X. Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", ICLR 2023,
    /// for agreement as a sign; L. R. Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology
    /// 26(3), 1945, for the coefficient.
    static func agreement(_ one: String, _ other: String) -> Double {
        let (one, other) = (Set(words(one)), Set(words(other)))
        guard !one.isEmpty || !other.isEmpty else { return 1 }
        return 2 * Double(one.intersection(other).count) / Double(one.count + other.count)
    }

    /// The geometric mean of the tokens' probabilities; nil without tokens.
    private static func sureness(_ logprobs: [JSONValue]) -> Double? {
        let logarithms = logprobs.compactMap { $0["logprob"]?.doubleValue }
        guard !logarithms.isEmpty else { return nil }
        return exp(logarithms.reduce(0, +) / Double(logarithms.count))
    }

    /// The share of an answer's words, of four letters and more or with digits, that stand in the passages; nil for an
    /// answer without such words. Compared in lower case by their first six letters.
    static func support(of answer: String, in passages: [String]) -> Double? {
        let told = telling(answer)
        guard !told.isEmpty else { return nil }
        let known = passages.reduce(into: Set<Substring>()) { $0.formUnion(telling($1)) }
        return Double(told.intersection(known).count) / Double(told.count)
    }

    private static func telling(_ text: String) -> Set<Substring> {
        Set(words(text).filter { $0.count >= 4 || $0.contains(where: \.isNumber) }.map { $0.prefix(6) })
    }

    private static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }
    }
}
