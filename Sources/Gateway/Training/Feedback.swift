import Chat
public import Store

/// What people think of answers, and what is made of it.
///
/// Once as much has come as `trigger` says, the answers with feedback become a data set by a background job.
///
///     let feedback = Feedback(queue, trigger: 100)
///     try await feedback.take(FeedbackRecord(requestID: "req_1", rating: 1, createdAtMilliseconds: now))
public struct Feedback: Sendable {
    private let queue: JobQueue
    private let trigger: Int?

    /// - Parameter trigger: how much new feedback begins a data set; nil never does.
    public init(_ queue: JobQueue, trigger: Int? = nil) {
        self.queue = queue
        self.trigger = trigger
    }

    /// Why feedback is not taken.
    public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// There is nothing in it.
        case empty
        /// The rating is outside -1…1.
        case rating(Double)
        /// A text is longer than `Feedback.longestText` bytes.
        case tooLong(field: String)
        case store(StoreError)

        public var description: String {
            switch self {
            case .empty: "found no rating, label, comment or corrected answer; expected one of them"
            case .rating(let rating): "rating: found \(rating); expected a number from -1 to 1"
            case .tooLong(let field): "\(field): expected at most \(Feedback.longestText) bytes"
            case .store(let error): error.description
            }
        }
    }

    public static let longestText = 100_000

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
            ("request_id", record.requestID), ("label", record.label), ("comment", record.comment),
            ("correction", record.correction),
        ]
        for (field, text) in texts where (text?.utf8.count ?? 0) > Feedback.longestText { throw .tooLong(field: field) }
        let said = [record.label, record.comment, record.correction].contains { $0?.isEmpty == false }
        guard record.rating != nil || said else { throw .empty }
        do throws(StoreError) {
            try await queue.store.keep(record)
            // Where a data set cannot be made, as without prompts in the log, not every word sets off another attempt.
            let unused = try queue.store.feedbackCounts().unused
            guard let trigger, unused >= trigger, unused.isMultiple(of: trigger) else { return nil }
            return try await queue.add(TrainingDatasetJob.name, payload: ["source": "feedback"], single: "feedback")
        } catch {
            throw .store(error)
        }
    }

    public func counts() throws(StoreError) -> FeedbackCounts { try queue.store.feedbackCounts() }
}
