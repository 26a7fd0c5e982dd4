public import Chat

/// Which rows of the inference log are asked for: those that every condition lets through; nil asks nothing.
public struct InferenceFilter: Sendable, Hashable {
    /// Only rows after this number, the oldest of them first: how a log is followed.
    public var after: Int64?
    /// The request came at this time or later, and before the other: milliseconds since 1970.
    public var sinceMilliseconds: Int64?
    public var untilMilliseconds: Int64?
    /// The model as it was asked for, or as it answered.
    public var model: String?
    public var provider: String?
    public var statuses: ClosedRange<Int>?
    /// "stop", "timeout" …; see `InferenceRecord.Outcome`.
    public var outcome: String?
    public var isError: Bool?
    public var caller: String?
    public var session: String?
    /// Whether the answer came from the cache.
    public var isCacheHit: Bool?
    public var requestID: String?

    public init() {}
}

/// One row of the inference log.
public struct StoredInference: Sendable {
    /// Rises with each row.
    public var number: Int64
    /// 32 hexadecimal digits; nil where the request was in no distributed trace.
    public var traceID: String?
    public var record: InferenceRecord
}

extension RunStore {
    /// Whether there was a database when the store was opened.
    public var exists: Bool { reader != nil }

    /// The newest rows of the inference log that a filter lets through, oldest first; with `after`, the next ones.
    /// - Parameter limit: most rows.
    public func inferences(
        matching filter: InferenceFilter = InferenceFilter(), limit: Int
    ) throws(StoreError) -> [StoredInference] {
        try read(absent: []) { db in try InferenceTable.rows(filter, limit: limit, path: path, db) }
    }
}
