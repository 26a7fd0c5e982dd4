public import Chat
public import Store

/// Where background jobs wait: durable, and seen by whoever asks for them.
///
///     let job = try await queue.add("embed", payload: ["collection": "docs"])
///     try queue.job(job.id)?.progress
public struct JobQueue: Sendable {
    let store: RunStore
    /// Milliseconds since 1970.
    let nowMilliseconds: @Sendable () -> Int64
    /// 64 random bits.
    let random: @Sendable () -> UInt64

    public init(
        _ store: RunStore, nowMilliseconds: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    ) {
        self.store = store
        self.nowMilliseconds = nowMilliseconds
        self.random = random
    }

    /// Queues a job under an id of 128 random bits.
    /// - Parameters:
    ///   - single: with one, nothing is queued where a job of the kind with the same one waits or runs.
    ///   - owner: who asks for it.
    ///   - delay: how long it waits at least.
    /// - Returns: the job; nil where one like it is there already.
    /// - Throws: `StoreError`
    @discardableResult
    public func add(
        _ kind: String, payload: JSONValue = [:], single: String? = nil, owner: String? = nil,
        delay: Duration = .zero, maxAttempts: Int = 5
    ) async throws(StoreError) -> JobRecord? {
        let job = made(
            kind, payload: payload, single: single, owner: owner, delay: delay, maxAttempts: maxAttempts)
        return try await store.enqueue(job) ? job : nil
    }

    /// A job that is not queued yet; as `add`.
    func made(
        _ kind: String, payload: JSONValue = [:], single: String? = nil, owner: String? = nil,
        delay: Duration = .zero, maxAttempts: Int = 5
    ) -> JobRecord {
        let now = nowMilliseconds()
        return JobRecord(
            id: "job_" + TraceIdentity.text(random()) + TraceIdentity.text(random()), kind: kind, single: single,
            owner: owner, payload: payload, maxAttempts: maxAttempts, createdAtMilliseconds: now,
            runAtMilliseconds: now + delay.microseconds / 1000)
    }

    /// The store's file, which stands in the errors of jobs.
    public var path: String { store.path }

    /// The job of an id; nil where there is none.
    public func job(_ id: String) throws(StoreError) -> JobRecord? { try store.job(id) }

    /// The newest jobs, newest first.
    /// - Parameters:
    ///   - kinds: only of these; nil is all.
    ///   - owners: only of these, and those that nobody asked for.
    public func jobs(
        kinds: [String]? = nil, of owners: CallerScope = .everyone, limit: Int = 100
    ) throws(StoreError) -> [JobRecord] {
        try store.jobs(kinds: kinds, of: owners, limit: limit)
    }
}
