/// What one stage of the pipeline did to one call.
public struct Span: Sendable, Hashable {
    /// The stage: "cache", "retry", "provider" …
    public var stage: String
    /// From the start of the call.
    public var start: Duration
    public var duration: Duration
    /// What came of it: "hit", "miss", "attempt 2 of 3: rate_limited" …; nil where there is nothing to tell.
    public var outcome: String?

    public init(stage: String, start: Duration, duration: Duration, outcome: String? = nil) {
        self.stage = stage
        self.start = start
        self.duration = duration
        self.outcome = outcome
    }
}

/// The spans of one call, gathered while it runs, and what stages tell of it before there is a reply, or without one.
///
/// A span includes the stages inside it, as stages are nested: the self time of a stage is its span less the span of
/// the next one inward.
public final class Trace: Sendable {
    /// What is known of a call besides its reply.
    public struct Notes: Sendable {
        public var spans: [Span] = []
        /// The full name, `provider/model`, of who was asked last; nil where nobody was, or the model has no such name.
        public var upstream: String?
        /// Whether a cache had the answer ("hit", "semantic", "miss", "off"); nil where no cache was passed.
        public var cache: String?
        /// Of a semantic hit, how like the request is to the one that was answered, 0…1.
        public var cacheSimilarity: Double?
        /// Why the cache had the answer or not, where the caller asked for it.
        public var cacheExplanation: JSONValue?
        /// What a rate limit of ours leaves to the caller; nil where there is none.
        public var allowance: RateLimits?
        /// The tokens that a call took before it failed, as far as the vendor told, and what they cost.
        public var spent: TokenUsage?
        public var spentCost: NanoUSD?
        /// What guardrails found: `{"rule", "side", "action", "score", "count"}` each, without a word of the text.
        public var verdicts: [JSONValue] = []
        /// The share of the answer's words that stand in the passages it may rest on; nil without passages.
        public var support: Double?
        /// The messages and the answer as the guardrails let them through, which is what may be written down; nil where
        /// they are those of the request and the reply.
        public var guardedMessages: [Message]?
        public var guardedAnswer: String?
        /// How often a provider was asked.
        public var attempts = 0

        public init() {}
    }

    /// The moment that spans count from.
    public let start: ContinuousClock.Instant
    /// Where the call stands in a distributed trace; nil where it is in none.
    public let identity: TraceIdentity?
    private let noted: Locked<Notes>

    public init(start: ContinuousClock.Instant = .now, identity: TraceIdentity? = nil) {
        self.start = start
        self.identity = identity
        var notes = Notes()
        notes.spans.reserveCapacity(8)
        noted = Locked(notes)
    }

    public var spans: [Span] { noted.withLock { $0.spans } }

    public var notes: Notes { noted.withLock { $0 } }

    /// Adds to what is known of the call.
    public func note(_ change: (inout Notes) -> Void) { noted.withLock(change) }

    public func record(_ span: Span) {
        noted.withLock { $0.spans.append(span) }
    }

    /// Records a span from `begin` to `end`.
    public func record(
        stage: String, from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant = .now,
        outcome: String? = nil
    ) {
        record(Span(stage: stage, start: begin - start, duration: end - begin, outcome: outcome))
    }

    /// The header `traceparent` for the provider that is being asked; nil where the call is in no distributed trace.
    public var upstreamTraceParent: String? {
        guard let identity else { return nil }
        let attempt = noted.withLock { $0.attempts }
        return identity.traceParent(span: identity.childSpanID(max(0, attempt - 1), kind: 0))
    }
}
