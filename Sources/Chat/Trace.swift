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

/// The spans of one call, gathered while it runs.
///
/// A span includes the stages inside it, as stages are nested: the self time of a stage is its span less the span of
/// the next one inward.
public final class Trace: Sendable {
    /// The moment that spans count from.
    public let start: ContinuousClock.Instant
    private let recorded = Locked<[Span]>([])

    public init(start: ContinuousClock.Instant = .now) {
        self.start = start
    }

    public var spans: [Span] { recorded.withLock { $0 } }

    public func record(_ span: Span) {
        recorded.withLock { $0.append(span) }
    }

    /// Records a span from `begin` to `end`.
    public func record(
        stage: String, from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant = .now,
        outcome: String? = nil
    ) {
        record(Span(stage: stage, start: begin - start, duration: end - begin, outcome: outcome))
    }
}
