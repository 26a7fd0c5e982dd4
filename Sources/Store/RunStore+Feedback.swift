import Chat
import GRDB

extension RunStore {
    /// Keeps feedback, in place of what the same caller thought of the same request before.
    ///
    /// Only feedback on an answer that stands in the log with its prompt, as one of the same caller, counts for a
    /// trigger. What it counts and what it queues is one transaction with the feedback, so that none is missed.
    /// - Returns: whether the trigger's job was queued.
    @discardableResult
    public func keep(
        _ feedback: FeedbackRecord, _ trigger: FeedbackTrigger? = nil
    ) async throws(StoreError) -> Bool {
        let isQueued = Locked(false)
        try await write { db in
            try RunStore.insert(feedback, db)
            let begins = try trigger.map { try RunStore.pull($0, db) } ?? false
            isQueued.withLock { $0 = begins }
        }
        return isQueued.withLock { $0 }
    }

    private static func insert(_ feedback: FeedbackRecord, _ db: Database) throws {
        let sql = """
            INSERT INTO feedback (request_id, caller, session, rating, label, comment, correction, created_at, logged)
            VALUES (:request, :caller, :session, :rating, :label, :comment, :correction, :moment,
                \(answer(to: ":request", of: ":caller", before: ":moment")) IS NOT NULL)
            ON CONFLICT (request_id, caller) DO UPDATE SET session = excluded.session, rating = excluded.rating,
                label = excluded.label, comment = excluded.comment, correction = excluded.correction,
                created_at = excluded.created_at, logged = excluded.logged, dataset = NULL
            """
        try db.cachedStatement(sql: sql).execute(arguments: [
            "request": stored(feedback.requestID), "caller": stored(feedback.caller ?? ""),
            "session": stored(feedback.session), "rating": feedback.rating, "label": stored(feedback.label),
            "comment": stored(feedback.comment), "correction": stored(feedback.correction),
            "moment": feedback.createdAtMilliseconds,
        ])
    }

    /// The row of the answer that feedback is on, if it stands in the log with its prompt: of several under one id, as
    /// clients may give them, the newest that was asked for before the feedback came.
    private static func answer(to request: String, of caller: String, before moment: String) -> String {
        """
        (SELECT max(n.inference) FROM inferences n
            WHERE n.request_id = \(request) AND coalesce(n.caller, '') = \(caller)
            AND n.started_at <= \(moment) AND n.prompt IS NOT NULL AND n.answer IS NOT NULL)
        """
    }

    /// Queues a trigger's job where there is, once more than at its last try, as much unused feedback as it wants.
    private static func pull(_ trigger: FeedbackTrigger, _ db: Database) throws -> Bool {
        let unused = try unusedFeedback(db)
        let tried = try Int.fetchOne(db, sql: "SELECT tried FROM feedback_trigger") ?? 0
        // Where one like it waits or runs, the next feedback tries again.
        let isQueued = unused / trigger.every > tried / trigger.every ? try insert(trigger.job, db) : false
        if isQueued || unused < tried {
            try db.execute(sql: "UPDATE feedback_trigger SET tried = ?", arguments: [unused])
        }
        return isQueued
    }

    private static func unusedFeedback(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM feedback WHERE dataset IS NULL AND logged = 1") ?? 0
    }

    public func feedbackCounts() throws(StoreError) -> FeedbackCounts {
        try read(absent: FeedbackCounts(all: 0, unused: 0)) { db in
            FeedbackCounts(
                all: try Int.fetchOne(db, sql: "SELECT count(*) FROM feedback") ?? 0,
                unused: try RunStore.unusedFeedback(db))
        }
    }

    /// Hands over feedback with the answers that it is on, in the order in which they were given; what it is on and
    /// does not stand in the log comes first.
    /// - Parameters:
    ///   - callers: whose feedback; it is on answers of the same caller.
    ///   - dataset: leaves out what is in a data set already, but for this one; nil leaves out nothing.
    public func forEachRatedExample(
        of callers: CallerScope, inNoneBut dataset: String?, _ body: (TrainingExample) throws -> Void
    ) throws(StoreError) {
        try read(absent: ()) { db in
            let sql = """
                SELECT f.request_id, i.prompt, i.answer, f.rating, f.correction, f.feedback, f.created_at
                FROM feedback f LEFT JOIN inferences i
                    ON i.inference = \(RunStore.answer(to: "f.request_id", of: "f.caller", before: "f.created_at"))
                WHERE (:caller IS NULL OR f.caller = :caller)
                    AND (:dataset IS NULL OR f.dataset IS NULL OR f.dataset = :dataset)
                ORDER BY i.inference, f.feedback
                """
            try forEachExample(sql, ["caller": stored(callers.name), "dataset": stored(dataset)], db, body)
        }
    }

    /// Hands over the answers of the second source, in the order in which they were given.
    /// - Parameter callers: who had asked.
    public func forEachDistilledExample(
        of callers: CallerScope, _ body: (TrainingExample) throws -> Void
    ) throws(StoreError) {
        try read(absent: ()) { db in
            let sql = """
                SELECT request_id, prompt, answer, NULL, NULL, NULL, NULL FROM inferences
                WHERE source = '\(ChatReply.Source.fallback.rawValue)'
                    AND (:caller IS NULL OR coalesce(caller, '') = :caller) ORDER BY inference
                """
            try forEachExample(sql, ["caller": stored(callers.name)], db, body)
        }
    }

    private func forEachExample(
        _ sql: String, _ arguments: StatementArguments, _ db: Database, _ body: (TrainingExample) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while let row = try rows.next() {
            let columns = Columns(row: row, path: path)
            var example = TrainingExample(
                requestID: try columns.text(0), prompt: try columns.optionalText(1),
                answer: try columns.optionalText(2), rating: try columns.optionalDouble(3),
                correction: try columns.optionalText(4))
            if let number = try columns.optionalInteger(5) {
                example.feedback = FeedbackVersion(number: number, createdAtMilliseconds: try columns.integer(6))
            }
            try body(example)
        }
    }

    /// Marks feedback as used by a data set, but for what is in another one, or was changed since it was read.
    public func mark(_ feedback: [FeedbackVersion], dataset: String) async throws(StoreError) {
        for start in stride(from: 0, to: feedback.count, by: RunStore.removedAtOnce) {
            let batch = feedback[start..<min(start + RunStore.removedAtOnce, feedback.count)]
            try await write { db in
                let unused = try RunStore.unusedFeedback(db)
                let sql = "UPDATE feedback SET dataset = ? WHERE feedback = ? AND created_at = ? AND dataset IS NULL"
                let statement = try db.cachedStatement(sql: sql)
                for version in batch {
                    try statement.execute(arguments: [
                        stored(dataset), version.number, version.createdAtMilliseconds,
                    ])
                }
                // A trigger's last try is spent with what it was about.
                let used = unused - (try RunStore.unusedFeedback(db))
                try db.execute(sql: "UPDATE feedback_trigger SET tried = max(0, tried - ?)", arguments: [used])
            }
        }
    }

    /// Removes feedback that was given before a time, a few hundred at a time.
    /// - Returns: How much there was.
    public func removeFeedback(givenBefore milliseconds: Int64) async throws(StoreError) -> Int {
        try await removeInBatches(
            """
            DELETE FROM feedback WHERE feedback IN
                (SELECT feedback FROM feedback WHERE created_at < ? ORDER BY feedback LIMIT ?)
            """, [milliseconds])
    }

    /// Removes rows of the inference log that began before a time, the oldest first, a few hundred at a time.
    /// - Returns: How many there were.
    public func removeInferences(startedBefore milliseconds: Int64) async throws(StoreError) -> Int {
        try await removeInBatches(
            """
            DELETE FROM inferences WHERE started_at < ? AND inference IN
                (SELECT inference FROM inferences ORDER BY inference LIMIT ?)
            """, [milliseconds])
    }
}
