public import Chat

/// Why a cache had an answer to a request, or none: what of the caller's own entries comes nearest, and what differs.
///
/// Entries of other callers are never looked at, so it tells nothing of what they asked.
///
///     explanation.reason     // "the nearest of 3 entries differs in temperature (0.7 here, 0 there)"
public struct CacheExplanation: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case hit, semantic, miss, off
    }

    /// The caller's entry that comes nearest; of a hit the one that answered.
    public struct Nearest: Sendable, Hashable {
        public var key: CacheKey
        /// How long ago it was answered.
        public var age: Duration
        public var remaining: Duration
        /// What differs between the requests; empty of a hit.
        public var differences: [RequestFields.Difference]
        /// The cosine of the last messages' vectors; nil where they were not compared.
        public var similarity: Double?
        /// What the lexical gate has against it.
        public var gate: [LexicalGate.Difference]
    }

    public var outcome: Outcome
    /// How the cache looked: off, exact or semantic.
    public var mode: CallContext.CacheUse
    /// The caller's entries that were looked at, at most `CacheExplanation.mostEntries`.
    public var entries = 0
    /// What similarity is asked for; nil where the mode is not semantic.
    public var threshold: Double?
    public var nearest: Nearest?
    /// What kept likeness from being looked at: no single text as the last message, no vector …; nil where nothing did.
    public var obstacle: String?

    /// The entries that an explanation looks at, those used last.
    public static let mostEntries = 1_000
    /// The differences that are told.
    private static let mostDifferences = 8

    /// One sentence.
    public var reason: String {
        switch outcome {
        case .off: return "the cache is off for this request"
        case .hit: return "the same request was answered before"
        case .semantic:
            return "a request like it was answered before: similarity \(CacheExplanation.text(nearest?.similarity)), "
                + "asked for \(CacheExplanation.text(threshold))"
        case .miss: break
        }
        let suffix = obstacle.map { "; \($0)" } ?? ""
        guard let nearest else { return "no entry of this caller is kept" + suffix }
        if let similarity = nearest.similarity {
            let found = "the nearest text has a similarity of \(CacheExplanation.text(similarity))"
            guard let threshold, similarity >= threshold else {
                return found + ", below \(CacheExplanation.text(threshold))"
            }
            let against = nearest.gate.map(\.rawValue).joined(separator: ", ")
            return found + (against.isEmpty ? ", but its answer is gone" : ", but differs in \(against)")
        }
        let fields = nearest.differences.prefix(3).map(CacheExplanation.text).joined(separator: ", ")
        let more = nearest.differences.count > 3 ? " and \(nearest.differences.count - 3) more" : ""
        let what = fields.isEmpty ? "is the same, but cannot be read" : "differs in " + fields + more
        return "the nearest of \(entries) entr\(entries == 1 ? "y" : "ies") \(what)" + suffix
    }

    private static func text(_ difference: RequestFields.Difference) -> String {
        switch (difference.here, difference.there) {
        case (let here?, let there?) where !here.hasPrefix("#") && !there.hasPrefix("#"):
            "\(difference.field) (\(here) here, \(there) there)"
        case (nil, _): "\(difference.field) (absent here)"
        case (_, nil): "\(difference.field) (absent there)"
        default: difference.field
        }
    }

    private static func text(_ similarity: Double?) -> String {
        similarity.map { JSONValue.number(($0 * 1000).rounded() / 1000).text } ?? "unknown"
    }

    public var json: JSONValue {
        .object([
            "outcome": .string(outcome.rawValue),
            "mode": .string(mode.rawValue),
            "reason": .string(reason),
            "entries": .number(entries),
            "threshold": threshold.map { .number($0) },
            "nearest": nearest.map { nearest in
                .object([
                    "key": .string(nearest.key.text),
                    "age_seconds": .number(nearest.age.milliseconds / 1000),
                    "expires_in_seconds": .number(nearest.remaining.milliseconds / 1000),
                    "similarity": nearest.similarity.map { .number(($0 * 10_000).rounded() / 10_000) },
                    "differs": .array(nearest.differences.prefix(CacheExplanation.mostDifferences).map(\.json)),
                    "gate": nearest.gate.isEmpty ? nil : .array(nearest.gate.map { .string($0.rawValue) }),
                ])
            },
        ])
    }
}
