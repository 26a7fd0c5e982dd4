/// What somebody thought of an answer.
public struct FeedbackRecord: Sendable, Hashable {
    /// The request that was answered, by its `x-request-id`.
    public var requestID: String
    /// Who asked; nil where no keys are set. Feedback belongs to answers of the same caller.
    public var caller: String?
    public var session: String?
    /// From -1 (bad) to 1 (good); nil where there is none.
    public var rating: Double?
    /// In the giver's own word; nil where there is none.
    public var label: String?
    public var comment: String?
    /// What the answer should have been.
    public var correction: String?
    /// Milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64

    public init(
        requestID: String, caller: String? = nil, session: String? = nil, rating: Double? = nil, label: String? = nil,
        comment: String? = nil, correction: String? = nil, createdAtMilliseconds: Int64
    ) {
        self.requestID = requestID
        self.caller = caller
        self.session = session
        self.rating = rating
        self.label = label
        self.comment = comment
        self.correction = correction
        self.createdAtMilliseconds = createdAtMilliseconds
    }
}

/// An answer that a model may be trained on.
public struct TrainingExample: Sendable, Hashable {
    public var requestID: String
    /// The messages as JSON, as they were logged; nil where they were not.
    public var prompt: String?
    public var answer: String?
    public var rating: Double?
    public var correction: String?
    /// The feedback it goes by; nil where it goes by none.
    public var feedback: FeedbackVersion?
}

/// Feedback as it stood when it was read.
public struct FeedbackVersion: Sendable, Hashable {
    /// Its number in the store.
    public var number: Int64
    /// When it was given: milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
}

/// What queues a job whenever enough feedback has come that is in no data set.
public struct FeedbackTrigger: Sendable, Hashable {
    /// How much; at least 1.
    public var every: Int
    public var job: JobRecord

    public init(every: Int, job: JobRecord) {
        self.every = max(1, every)
        self.job = job
    }
}

/// How much feedback there is, and how much of it can be used.
public struct FeedbackCounts: Sendable, Hashable {
    public var all: Int
    /// On an answer that was logged with its prompt, and not in any data set yet.
    public var unused: Int

    public init(all: Int, unused: Int) {
        self.all = all
        self.unused = unused
    }
}
