public import Chat
import GRDB

extension RunStore {
    /// Queues a job.
    /// - Returns: false where one of its kind with the same `single` waits or runs: then it is not queued.
    @discardableResult
    public func enqueue(_ job: JobRecord) async throws(StoreError) -> Bool {
        let isQueued = Locked(false)
        try await write { db in
            let isNew = try RunStore.insert(job, db)
            isQueued.withLock { $0 = isNew }
        }
        return isQueued.withLock { $0 }
    }

    /// - Returns: false where one like it waits or runs.
    static func insert(_ job: JobRecord, _ db: Database) throws -> Bool {
        let sql = """
            INSERT INTO jobs (id, kind, single, owner, payload, state, progress, attempts, max_attempts, created_at,
                run_at)
            VALUES (?, ?, ?, ?, ?, 'queued', 0, 0, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        try db.execute(
            sql: sql,
            arguments: [
                stored(job.id), job.kind, stored(job.single), stored(job.owner), stored(job.payload.text),
                job.maxAttempts, job.createdAtMilliseconds, job.runAtMilliseconds,
            ])
        return db.changesCount > 0
    }

    /// Whether a job is due, or one whose lease has run out.
    public func hasDueJob(nowMilliseconds: Int64) throws(StoreError) -> Bool {
        try read(absent: false) { db in
            let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE \(RunStore.isDue))"
            return try Bool.fetchOne(db, sql: sql, arguments: [nowMilliseconds, nowMilliseconds]) ?? false
        }
    }

    private static let isDue = """
        ((state = 'queued' AND run_at <= ?) OR (state = 'running' AND lease_until <= ?))
        """

    /// Takes the job that is due for longest, for as long as a lease; nil where none is due. A job that was begun as
    /// often as it may be and never ended has failed.
    /// - Parameter lease: tells this attempt from any other, for `note` and `end`.
    public func claimJob(
        lease: String, until leaseUntil: Int64, nowMilliseconds: Int64
    ) async throws(StoreError) -> JobRecord? {
        let claimed = Locked<JobRecord?>(nil)
        try await write { [path] db in
            let failed = """
                UPDATE jobs SET state = 'failed', finished_at = ?, lease = NULL, lease_until = NULL,
                    error = coalesce(error, 'the process ended while it ran')
                WHERE state = 'running' AND lease_until <= ? AND attempts >= max_attempts
                """
            try db.execute(sql: failed, arguments: [nowMilliseconds, nowMilliseconds])
            let sql = """
                UPDATE jobs SET state = 'running', attempts = attempts + 1, lease = ?, lease_until = ?,
                    started_at = coalesce(started_at, ?)
                WHERE job = (SELECT job FROM jobs WHERE \(RunStore.isDue) ORDER BY run_at, job LIMIT 1)
                RETURNING \(RunStore.jobColumns)
                """
            let arguments: StatementArguments = [
                lease, leaseUntil, nowMilliseconds, nowMilliseconds, nowMilliseconds,
            ]
            guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else { return }
            let job = try RunStore.job(Columns(row: row, path: path))
            claimed.withLock { $0 = job }
        }
        return claimed.withLock { $0 }
    }

    /// Notes how far a job has come, and holds its lease for longer.
    /// - Returns: false where the lease was lost: then another attempt may be under way.
    public func note(
        progress: Double?, of id: String, lease: String, until leaseUntil: Int64
    ) async throws(StoreError) -> Bool {
        try await changesOne(
            "UPDATE jobs SET progress = coalesce(?, progress), lease_until = ? WHERE id = ? AND lease = ?",
            [progress, leaseUntil, stored(id), lease])
    }

    /// Keeps what the next attempt at a job goes on from; durable when it returns.
    /// - Returns: false where the lease was lost.
    public func keep(checkpoint: JSONValue, of id: String, lease: String) async throws(StoreError) -> Bool {
        try await changesOne(
            "UPDATE jobs SET checkpoint = ? WHERE id = ? AND lease = ?", [stored(checkpoint.text), stored(id), lease])
    }

    /// Writes down how an attempt ended.
    /// - Returns: false where its lease was lost: then nothing is changed.
    @discardableResult
    public func end(
        _ id: String, lease: String, _ outcome: JobOutcome, nowMilliseconds: Int64
    ) async throws(StoreError) -> Bool {
        switch outcome {
        case .done(let result):
            return try await changesOne(
                """
                UPDATE jobs SET state = 'done', progress = 1, result = ?, error = NULL, finished_at = ?, lease = NULL,
                    lease_until = NULL WHERE id = ? AND lease = ?
                """, [stored(result.text), nowMilliseconds, stored(id), lease])
        case .failed(let error):
            return try await changesOne(
                """
                UPDATE jobs SET state = 'failed', error = ?, finished_at = ?, lease = NULL, lease_until = NULL
                WHERE id = ? AND lease = ?
                """, [stored(error), nowMilliseconds, stored(id), lease])
        case .again(let error, let runAt):
            return try await changesOne(
                """
                UPDATE jobs SET state = CASE WHEN attempts >= max_attempts THEN 'failed' ELSE 'queued' END, error = ?,
                    finished_at = CASE WHEN attempts >= max_attempts THEN ? END, run_at = ?, lease = NULL,
                    lease_until = NULL
                WHERE id = ? AND lease = ?
                """, [stored(error), nowMilliseconds, runAt, stored(id), lease])
        case .later(let progress, let trouble, let runAt):
            return try await changesOne(
                """
                UPDATE jobs SET state = 'queued', attempts = 0, progress = ?, error = ?, run_at = ?, lease = NULL,
                    lease_until = NULL
                WHERE id = ? AND lease = ?
                """, [progress, stored(trouble), runAt, stored(id), lease])
        }
    }

    /// Makes due at once what an earlier process was at when it ended: one process alone writes to a store.
    public func releaseJobs(nowMilliseconds: Int64) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE jobs SET lease_until = ? WHERE state = 'running'", arguments: [nowMilliseconds])
        }
    }

    /// Removes jobs that ended before a time, a few hundred at a time.
    /// - Returns: How many there were.
    public func removeJobs(endedBefore milliseconds: Int64) async throws(StoreError) -> Int {
        try await removeInBatches(
            """
            DELETE FROM jobs WHERE job IN
                (SELECT job FROM jobs WHERE state IN ('done', 'failed') AND finished_at < ? LIMIT ?)
            """, [milliseconds])
    }

    // MARK: reading

    /// The job of an id; nil where there is none.
    public func job(_ id: String) throws(StoreError) -> JobRecord? {
        try read(absent: nil) { db in
            let sql = "SELECT \(RunStore.jobColumns) FROM jobs WHERE id = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [stored(id)]).map { row in
                try RunStore.job(Columns(row: row, path: path))
            }
        }
    }

    /// The newest jobs, newest first.
    /// - Parameters:
    ///   - kinds: only of these; nil is all.
    ///   - owners: only of these, and those that nobody asked for.
    public func jobs(
        kinds: [String]? = nil, of owners: CallerScope = .everyone, limit: Int
    ) throws(StoreError) -> [JobRecord] {
        try read(absent: []) { db in
            var conditions: [String] = []
            var arguments = StatementArguments(kinds ?? [])
            if let kinds { conditions.append("kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))") }
            if case .only(let owner) = owners {
                conditions.append("(owner IS NULL OR owner = ?)")
                arguments += [stored(owner)]
            }
            let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            let sql = "SELECT \(RunStore.jobColumns) FROM jobs \(condition) ORDER BY job DESC LIMIT ?"
            arguments += [limit]
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                try RunStore.job(Columns(row: row, path: path))
            }
        }
    }

    private static let jobColumns = """
        id, kind, single, owner, payload, state, progress, result, error, attempts, max_attempts, created_at, run_at,
        started_at, finished_at, checkpoint
        """

    private static func job(_ columns: Columns) throws(StoreError) -> JobRecord {
        var job = JobRecord(
            id: try columns.text(0), kind: try columns.text(1), single: try columns.optionalText(2),
            owner: try columns.optionalText(3), payload: try columns.json(4), maxAttempts: try columns.count(10),
            createdAtMilliseconds: try columns.integer(11), runAtMilliseconds: try columns.integer(12))
        job.state = try columns.word(5, JobRecord.State.self)
        job.progress = try columns.optionalDouble(6) ?? 0
        job.result = try columns.optionalJSON(7)
        job.error = try columns.optionalText(8)
        job.attempts = try columns.count(9)
        job.startedAtMilliseconds = try columns.optionalInteger(13)
        job.finishedAtMilliseconds = try columns.optionalInteger(14)
        job.checkpoint = try columns.optionalJSON(15)
        return job
    }
}
