import Chat
import GRDB

extension RunStore {
    /// Keeps feedback, in place of what the same caller thought of the same request before.
    public func keep(_ feedback: FeedbackRecord) async throws(StoreError) {
        try await write { db in
            let sql = """
                INSERT INTO feedback (request_id, caller, session, rating, label, comment, correction, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (request_id, caller) DO UPDATE SET session = excluded.session, rating = excluded.rating,
                    label = excluded.label, comment = excluded.comment, correction = excluded.correction,
                    created_at = excluded.created_at, dataset = NULL
                """
            try db.cachedStatement(sql: sql).execute(arguments: [
                stored(feedback.requestID), stored(feedback.caller ?? ""), stored(feedback.session), feedback.rating,
                stored(feedback.label), stored(feedback.comment), stored(feedback.correction),
                feedback.createdAtMilliseconds,
            ])
        }
    }

    public func feedbackCounts() throws(StoreError) -> FeedbackCounts {
        try read(absent: FeedbackCounts(all: 0, unused: 0)) { db in
            let unused = "SELECT count(*) FROM feedback WHERE dataset IS NULL"
            return FeedbackCounts(
                all: try Int.fetchOne(db, sql: "SELECT count(*) FROM feedback") ?? 0,
                unused: try Int.fetchOne(db, sql: unused) ?? 0)
        }
    }

    /// Hands over the logged answers that somebody gave feedback on and that stand in the log with prompt and answer,
    /// in the order in which they were given.
    /// - Parameter onlyUnused: leaves out what is in a data set already.
    /// - Returns: How much feedback there was, with prompts in the log or without.
    public func forEachRatedExample(
        onlyUnused: Bool, _ body: (TrainingExample) throws -> Void
    ) throws(StoreError) -> Int {
        try read(absent: 0) { db in
            let condition = onlyUnused ? "f.dataset IS NULL" : "1"
            let sql = """
                SELECT f.request_id, i.prompt, i.answer, f.rating, f.correction FROM inferences i
                JOIN feedback f ON f.request_id = i.request_id AND f.caller = coalesce(i.caller, '')
                WHERE i.prompt IS NOT NULL AND i.answer IS NOT NULL AND \(condition) ORDER BY i.inference
                """
            try forEachExample(sql, db, body)
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM feedback f WHERE \(condition)") ?? 0
        }
    }

    /// Hands over the logged answers of the second source, in the order in which they were given.
    /// - Returns: How many answers of it there were, with prompts in the log or without.
    public func forEachDistilledExample(_ body: (TrainingExample) throws -> Void) throws(StoreError) -> Int {
        try read(absent: 0) { db in
            let source = ChatReply.Source.fallback.rawValue
            let sql = """
                SELECT request_id, prompt, answer, NULL, NULL FROM inferences
                WHERE source = '\(source)' AND prompt IS NOT NULL AND answer IS NOT NULL ORDER BY inference
                """
            try forEachExample(sql, db, body)
            let count = "SELECT count(*) FROM inferences WHERE source = '\(source)'"
            return try Int.fetchOne(db, sql: count) ?? 0
        }
    }

    private func forEachExample(_ sql: String, _ db: Database, _ body: (TrainingExample) throws -> Void) throws {
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            let columns = Columns(row: row, path: path)
            try body(
                TrainingExample(
                    requestID: try columns.text(0), prompt: try columns.text(1), answer: try columns.text(2),
                    rating: try columns.optionalDouble(3), correction: try columns.optionalText(4)))
        }
    }

    /// Marks feedback as used by a data set.
    public func markFeedback(before milliseconds: Int64, dataset: String) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE feedback SET dataset = ? WHERE dataset IS NULL AND created_at <= ?",
                arguments: [stored(dataset), milliseconds])
        }
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
