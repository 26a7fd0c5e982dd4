public import Chat
public import Store

/// A kind of background job: what is done with a payload.
///
/// A job may be begun again after a crash or a failure, so that doing it twice must come to the same as doing it once.
public protocol JobKind: Sendable {
    /// What jobs of it are called in the store: `embed`.
    static var name: String { get }

    /// Does a job.
    /// - Returns: what came of it, kept with the job.
    /// - Throws: `JobError`: whether it is worth another attempt.
    func run(_ job: RunningJob) async throws(JobError) -> JSONValue
}

/// A job under way.
public struct RunningJob: Sendable {
    public let id: String
    /// Who asked for it: a caller's fingerprint; nil where nobody did, or keys are not set.
    public let owner: String?
    public let payload: JSONValue
    /// What an attempt before this one left; nil where none did.
    public let checkpoint: JSONValue?
    /// From 1.
    public let attempt: Int
    private let note: @Sendable (Double) -> Void
    private let keep: @Sendable (JSONValue) async throws(JobError) -> Void

    /// - Parameters:
    ///   - note: takes how far it has come.
    ///   - keep: keeps what the next attempt goes on from.
    public init(
        _ record: JobRecord, note: @escaping @Sendable (Double) -> Void = { _ in },
        keep: @escaping @Sendable (JSONValue) async throws(JobError) -> Void = { _ in }
    ) {
        id = record.id
        owner = record.owner
        payload = record.payload
        checkpoint = record.checkpoint
        attempt = record.attempts
        self.note = note
        self.keep = keep
    }

    /// Keeps what the next attempt goes on from where this one is cut short; durable when it returns.
    public func keep(checkpoint: JSONValue) async throws(JobError) { try await keep(checkpoint) }

    /// Notes how far it has come, 0…1; it is written down within a few seconds.
    public func progress(_ share: Double) {
        note(max(0, min(1, share.isFinite ? share : 0)))
    }
}

/// Why a job did not come to its end.
public enum JobError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another attempt may do better: what was asked did not answer, the store was busy.
    case passing(String)
    /// No attempt will: the payload is faulty, something is not there.
    case lasting(String)
    /// Others are at work on it, and it is begun again after a time to look after them: this is no failure, and counts
    /// as no attempt. `trouble` is why they could not be looked after this time; nil where they could.
    case underWay(progress: Double, trouble: String?, after: Duration)

    public var description: String {
        switch self {
        case .passing(let message), .lasting(let message): message
        case .underWay(_, let trouble, _): trouble ?? "under way"
        }
    }
}
