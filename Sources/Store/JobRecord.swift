public import Chat

/// A background job as it is stored.
public struct JobRecord: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running, done, failed
    }

    public var id: String
    /// What it does: `embed`, `retention` …
    public var kind: String
    /// Of jobs of a kind with the same one, one at most waits or runs; nil where any number may.
    public var single: String?
    /// Who asked for it: a caller's fingerprint; nil where nobody did, or keys are not set.
    public var owner: String?
    public var payload: JSONValue
    /// What an attempt left for the next one; nil where none did.
    public var checkpoint: JSONValue?
    public var state: State
    /// 0…1.
    public var progress: Double
    /// What came of it; nil until it is done.
    public var result: JSONValue?
    /// Why the last attempt failed; nil where none did.
    public var error: String?
    /// How often it was begun.
    public var attempts: Int
    public var maxAttempts: Int
    /// Times are milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
    /// When it is due.
    public var runAtMilliseconds: Int64
    public var startedAtMilliseconds: Int64?
    public var finishedAtMilliseconds: Int64?

    public init(
        id: String, kind: String, single: String? = nil, owner: String? = nil, payload: JSONValue = [:],
        maxAttempts: Int = 5, createdAtMilliseconds: Int64, runAtMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.kind = kind
        self.single = single
        self.owner = owner
        self.payload = payload
        state = .queued
        progress = 0
        attempts = 0
        self.maxAttempts = maxAttempts
        self.createdAtMilliseconds = createdAtMilliseconds
        self.runAtMilliseconds = runAtMilliseconds ?? createdAtMilliseconds
    }
}

/// What came of an attempt at a job.
public enum JobOutcome: Sendable, Hashable {
    case done(JSONValue)
    /// Failed for good.
    case failed(String)
    /// Failed, and due again at a time, if it has attempts left.
    case again(String, atMilliseconds: Int64)
    /// Others are at work on it, and it is due again at a time, with all its attempts; `trouble` is why a look at them
    /// failed.
    case later(progress: Double, trouble: String?, atMilliseconds: Int64)
}
