import Chat
public import Store

/// What people think of answers, and what is made of it.
///
/// Each time as much has come as `trigger` says, the answers with feedback, whoever gave it, become a data set by a
/// background job. Feedback on what does not stand in the log, with its prompt and as an answer to the same caller, is
/// kept, and does not count.
///
///     let feedback = Feedback(queue, trigger: 100)
///     try await feedback.take(FeedbackRecord(requestID: "req_1", rating: 1, createdAtMilliseconds: now))
public struct Feedback: Sendable {
    private let queue: JobQueue
    private let trigger: Int?
    private let settle: @Sendable () async -> Void

    /// - Parameters:
    ///   - trigger: how much new feedback begins a data set; nil never does.
    ///   - settle: returns once answers that were given stand in the log.
    public init(_ queue: JobQueue, trigger: Int? = nil, settle: @escaping @Sendable () async -> Void = {}) {
        self.queue = queue
        self.trigger = trigger
        self.settle = settle
    }

    /// Why feedback is not taken.
    public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// There is nothing in it.
        case empty
        /// The rating is outside -1…1.
        case rating(Double)
        /// A text has more bytes than it may.
        case tooLong(field: String, limit: Int)
        case store(StoreError)

        public var description: String {
            switch self {
            case .empty: "found no rating, label, comment or corrected answer; expected one of them"
            case .rating(let rating): "rating: found \(rating); expected a number from -1 to 1"
            case .tooLong(let field, let limit): "\(field): expected at most \(limit) bytes"
            case .store(let error): error.description
            }
        }
    }

    /// Most bytes of a corrected answer, of a comment, and of the names of request, session and label.
    public static let longestCorrection = 100_000
    public static let longestComment = 10_000
    public static let longestName = 256

    /// What is said of an answer in the words that clients use, as a rating; nil of a word that is none.
    public static func rating(ofLabel label: String) -> Double? {
        switch label.lowercased() {
        case "good", "positive", "up", "thumbs_up", "helpful", "correct", "like": 1
        case "bad", "negative", "down", "thumbs_down", "unhelpful", "incorrect", "dislike": -1
        case "neutral": 0
        default: nil
        }
    }

    /// Keeps feedback, in place of what the same caller thought of the same request before.
    /// - Returns: the job of a data set that it set off; nil where it did not.
    @discardableResult
    public func take(_ record: FeedbackRecord) async throws(Refusal) -> JobRecord? {
        var record = record
        if record.rating == nil { record.rating = record.label.flatMap(Feedback.rating) }
        if let rating = record.rating, !(-1...1).contains(rating) { throw .rating(rating) }
        let texts = [
            ("request_id", record.requestID, Feedback.longestName),
            ("session_id", record.session, Feedback.longestName),
            ("label", record.label, Feedback.longestName), ("comment", record.comment, Feedback.longestComment),
            ("correction", record.correction, Feedback.longestCorrection),
        ]
        for (field, text, limit) in texts where (text?.utf8.count ?? 0) > limit {
            throw .tooLong(field: field, limit: limit)
        }
        let said = [record.label, record.comment, record.correction].contains { $0?.isEmpty == false }
        guard record.rating != nil || said else { throw .empty }
        await settle()
        let job = queue.made(
            TrainingDatasetJob.name, payload: ["source": "feedback", "everyone": true], single: "everyone")
        do throws(StoreError) {
            let isQueued = try await queue.store.keep(record, trigger.map { FeedbackTrigger(every: $0, job: job) })
            return isQueued ? job : nil
        } catch {
            throw .store(error)
        }
    }

    public func counts() throws(StoreError) -> FeedbackCounts { try queue.store.feedbackCounts() }
}
