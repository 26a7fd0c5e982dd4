public import Chat

/// Which trial of a run: one sample, one variant, one repeat.
public struct TrialKey: Sendable, Hashable, CustomStringConvertible {
    public var variant: String
    public var sampleID: String
    /// From 0.
    public var repeatIndex: Int

    public init(variant: String, sampleID: String, repeatIndex: Int = 0) {
        self.variant = variant
        self.sampleID = sampleID
        self.repeatIndex = repeatIndex
    }

    public var description: String { "\(sampleID)/\(variant)/\(repeatIndex)" }

    /// Names are told apart by their scalars, as the database tells them: canonically equivalent ids are two samples.
    public static func == (one: TrialKey, other: TrialKey) -> Bool {
        one.repeatIndex == other.repeatIndex && one.sampleID.hasSameBytes(as: other.sampleID)
            && one.variant.hasSameBytes(as: other.variant)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ScalarText(variant))
        hasher.combine(ScalarText(sampleID))
        hasher.combine(repeatIndex)
    }
}

/// One finished trial: what was asked, what came of it, what it cost, how it scored.
public struct TrialRecord: Sendable, Hashable {
    public var key: TrialKey
    /// SHA-256 of the request's canonical bytes, in hexadecimal.
    public var requestHash: String
    /// Milliseconds since 1970, UTC.
    public var startedAtMilliseconds: Int64
    public var outcome: Outcome
    /// Times that the provider was asked; 0 for an answer from a cache.
    public var attempts: Int
    public var spans: [Span]
    /// Empty for a failed trial: an error is never scored.
    public var scores: [ScoreRecord]

    public init(
        key: TrialKey, requestHash: String, startedAtMilliseconds: Int64, outcome: Outcome, attempts: Int = 1,
        spans: [Span] = [], scores: [ScoreRecord] = []
    ) {
        self.key = key
        self.requestHash = requestHash
        self.startedAtMilliseconds = startedAtMilliseconds
        self.outcome = outcome
        self.attempts = attempts
        self.spans = spans
        self.scores = scores
    }

    public enum Outcome: Sendable, Hashable {
        case answered(StoredReply)
        case failed(StoredFailure)
    }

    public enum Status: String, Sendable, Hashable, CaseIterable {
        case ok, failed
    }

    public var status: Status {
        switch outcome {
        case .answered: .ok
        case .failed: .failed
        }
    }

    /// The answer, or nil for a failed trial.
    public var reply: StoredReply? {
        switch outcome {
        case .answered(let reply): reply
        case .failed: nil
        }
    }

    /// The failure, or nil for an answered trial.
    public var failure: StoredFailure? {
        switch outcome {
        case .answered: nil
        case .failed(let failure): failure
        }
    }
}

/// What the store keeps of an answer.
public struct StoredReply: Sendable, Hashable {
    public var output: String
    public var source: ChatReply.Source
    public var finishReason: ChatReply.FinishReason
    /// The model that answered, as the vendor names it.
    public var model: String
    public var usage: TokenUsage?
    /// Nil where price or usage is unknown.
    public var cost: NanoUSD?
    /// From the call to the end of the answer, to the microsecond.
    public var latency: Duration?
    /// From the call to the first delta with content, to the microsecond.
    public var timeToFirstToken: Duration?
    public var warnings: [String]
    /// See `ChatReply.confidence`.
    public var confidence: Double?

    public init(
        output: String, source: ChatReply.Source, finishReason: ChatReply.FinishReason, model: String,
        usage: TokenUsage? = nil, cost: NanoUSD? = nil, latency: Duration? = nil, timeToFirstToken: Duration? = nil,
        warnings: [String] = [], confidence: Double? = nil
    ) {
        self.output = output
        self.source = source
        self.finishReason = finishReason
        self.model = model
        self.usage = usage
        self.cost = cost
        self.latency = latency
        self.timeToFirstToken = timeToFirstToken
        self.warnings = warnings
        self.confidence = confidence
    }

    /// What of a reply is stored.
    public init(_ reply: ChatReply) {
        self.init(
            output: reply.text, source: reply.source, finishReason: reply.finishReason, model: reply.model,
            usage: reply.usage, cost: reply.cost, latency: reply.timing.total,
            timeToFirstToken: reply.timing.firstToken, warnings: reply.warnings, confidence: reply.confidence)
    }
}

/// What the store keeps of a failure.
public struct StoredFailure: Sendable, Hashable {
    public var kind: ChatError.Kind
    public var message: String
    /// The upstream's HTTP status.
    public var status: Int?
    /// From the call to the failure, to the microsecond.
    public var latency: Duration?

    public init(kind: ChatError.Kind, message: String, status: Int? = nil, latency: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.status = status
        self.latency = latency
    }

    /// What of an error is stored.
    public init(_ error: ChatError, latency: Duration? = nil) {
        self.init(kind: error.kind, message: error.message, status: error.status, latency: latency)
    }
}

/// One measure's value for one trial.
public struct ScoreRecord: Sendable, Hashable {
    /// The metric's id: "bleu", "rougeL" …
    public var measure: String
    /// Nil is "not scored", never 0.
    public var value: Double?
    /// The segment's sufficient statistics, from which a corpus score is summed; nil where the metric has none.
    public var statistics: [Double]?
    /// Why there is no value, or what the judge said.
    public var note: String?

    public init(measure: String, value: Double?, statistics: [Double]? = nil, note: String? = nil) {
        self.measure = measure
        self.value = value
        self.statistics = statistics
        self.note = note
    }
}
