public import Chat

/// What people think of answers, and the jobs that make data sets of it and train on them.
///
/// All of it throws `ChatError`: `.invalidRequest` for what cannot be taken, `.internal` with `out_of_resources` where
/// the store fails.
public protocol TrainingShelf: Sendable {
    /// Keeps feedback, in place of what the caller thought of the same request before.
    /// - Returns: members of the answer.
    func take(_ feedback: AnswerFeedback, caller: String?) async throws(ChatError) -> [JSONValue.Member]
    /// Queues a job.
    /// - Returns: members of the answer.
    func begin(_ order: TrainingOrder, caller: String?) async throws(ChatError) -> [JSONValue.Member]
    /// The caller's own jobs and nobody's, newest first.
    func jobs(caller: String?) async throws(ChatError) -> [JSONValue]
    /// Nil where the caller has no such job.
    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue?
}

/// What somebody thought of an answer.
public struct AnswerFeedback: Sendable, Hashable {
    /// The request that was answered, by its `x-request-id`.
    public var requestID: String
    public var session: String?
    /// From -1 (bad) to 1 (good).
    public var rating: Double?
    /// In the giver's own word: `good`, `bad` …
    public var label: String?
    public var comment: String?
    /// What the answer should have been.
    public var correction: String?
}

/// What a job is to do.
public enum TrainingOrder: Sendable, Hashable {
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case feedback
        /// The answers of the second source, for a smaller model to learn from.
        case secondSource = "api_b"
    }

    /// Make a data set; `all` takes feedback that is in an older one, too.
    case dataset(Source, all: Bool)
    /// Train the configured model on the data set of a job that is done.
    case fineTuning(dataset: String)
}
