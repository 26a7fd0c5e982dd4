import GRDB

extension RunStore {
    /// Turns that a session keeps; older ones go.
    public static let mostTurns = 1_000

    /// Appends a turn to a session, which is made where it is missing or has expired, and lives until `expiry` from
    /// then on. Nobody waits: `onCommit` is told, on the store's own queue, once the turn is durable or refused.
    public func append(
        _ turn: SessionTurn, to owner: SessionOwner, expiresAtMilliseconds expiry: Int64,
        onCommit: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        guard let commits else { return onCommit(.failure(.readOnly(path: path))) }
        commits.add({ db in try RunStore.insert(turn, owner, expiry, db) }, onCommit)
    }

    private static func insert(_ turn: SessionTurn, _ owner: SessionOwner, _ expiry: Int64, _ db: Database) throws {
        let caller = stored(owner.caller ?? "")
        let now = turn.atMilliseconds
        try db.cachedStatement(sql: "DELETE FROM sessions WHERE caller = ? AND id = ? AND expires_at <= ?")
            .execute(arguments: [caller, stored(owner.id), now])
        let sql = """
            INSERT INTO sessions (caller, id, created_at, used_at, expires_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (caller, id) DO UPDATE SET used_at = excluded.used_at, expires_at = excluded.expires_at
            RETURNING session
            """
        let session = try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: [caller, stored(owner.id), now, now, expiry])
        let row = """
            INSERT INTO turns (turn, session, at, model, tokens, question, answer) VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        try db.cachedStatement(sql: row).execute(arguments: [
            turn.number, session, now, stored(turn.model), turn.tokens, stored(turn.question), stored(turn.answer),
        ])
        let old = """
            DELETE FROM turns WHERE session = ? AND turn <=
                (SELECT turn FROM turns WHERE session = ? ORDER BY turn DESC LIMIT 1 OFFSET ?)
            """
        try db.cachedStatement(sql: old).execute(arguments: [session, session, mostTurns])
    }

    /// The newest turns of a session that together stay within `tokens`, newest first: reading ends at the first turn
    /// that does not fit.
    /// - Parameter bytes: most bytes of text that are read.
    /// - Returns: nil where there is no such session, or it has expired.
    public func sessionTurns(
        of owner: SessionOwner, tokens: Int = .max, bytes: Int, nowMilliseconds now: Int64
    ) throws(StoreError) -> [SessionTurn]? {
        try read(absent: nil) { db in
            guard let session = try RunStore.session(owner, now, db) else { return nil }
            let sql = """
                SELECT turn, at, model, tokens, length(CAST(question AS BLOB)) + length(CAST(answer AS BLOB)),
                    question, answer
                FROM turns WHERE session = ? ORDER BY turn DESC
                """
            var turns: [SessionTurn] = []
            var (tokensLeft, bytesLeft) = (tokens, bytes)
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [session])
            while let row = try rows.next() {
                let columns = Columns(row: row, path: path)
                let (cost, size) = (try columns.count(3), try columns.count(4))
                guard cost >= 0, size >= 0 else { throw columns.mismatch(3, "a count") }
                guard cost <= tokensLeft, size <= bytesLeft else { break }
                tokensLeft -= cost
                bytesLeft -= size
                turns.append(
                    SessionTurn(
                        number: try columns.integer(0), atMilliseconds: try columns.integer(1),
                        model: try columns.text(2), tokens: cost, question: try columns.text(5),
                        answer: try columns.text(6)))
            }
            return turns
        }
    }

    private static func session(_ owner: SessionOwner, _ now: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT session FROM sessions WHERE caller = ? AND id = ? AND expires_at > ?"),
            arguments: [stored(owner.caller ?? ""), stored(owner.id), now])
    }

    /// A session without its turns; nil where there is none, or it has expired.
    public func session(_ owner: SessionOwner, nowMilliseconds now: Int64) throws(StoreError) -> SessionRecord? {
        try read(absent: nil) { db in
            let sql = """
                SELECT created_at, used_at, expires_at, count(turn), coalesce(sum(tokens), 0)
                FROM sessions LEFT JOIN turns USING (session)
                WHERE caller = ? AND id = ? AND expires_at > ? GROUP BY session
                """
            let arguments: StatementArguments = [stored(owner.caller ?? ""), stored(owner.id), now]
            guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else { return nil }
            let columns = Columns(row: row, path: path)
            return SessionRecord(
                id: owner.id, createdAtMilliseconds: try columns.integer(0),
                usedAtMilliseconds: try columns.integer(1), expiresAtMilliseconds: try columns.integer(2),
                turns: try columns.count(3), tokens: try columns.count(4))
        }
    }

    /// Removes a session with its turns, those included that wait for being written; nothing of it is left in the
    /// store's files.
    public func removeSession(_ owner: SessionOwner) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "DELETE FROM sessions WHERE caller = ? AND id = ?",
                arguments: [stored(owner.caller ?? ""), stored(owner.id)])
        }
        await emptyLog()
    }

    /// Removes the sessions that have expired; nobody waits.
    public func removeExpiredSessions(nowMilliseconds now: Int64) {
        commits?.add({ db in
            try db.execute(sql: "DELETE FROM sessions WHERE expires_at <= ?", arguments: [now])
        }) { _ in }
    }

    /// How many sessions of a caller there are that have not expired, and how many turns they have.
    public func sessionCounts(
        ofCaller caller: String?, nowMilliseconds now: Int64
    ) throws(StoreError) -> (sessions: Int, turns: Int) {
        try read(absent: (0, 0)) { db in
            let sql = """
                SELECT count(DISTINCT session), count(turn) FROM sessions LEFT JOIN turns USING (session)
                WHERE caller = ? AND expires_at > ?
                """
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [stored(caller ?? ""), now]) else {
                return (0, 0)
            }
            let columns = Columns(row: row, path: path)
            return (try columns.count(0), try columns.count(1))
        }
    }

    /// The number of the last turn of the store; 0 where there is none.
    public func lastTurnNumber() throws(StoreError) -> Int64 {
        try read(absent: 0) { db in try Int64.fetchOne(db, sql: "SELECT max(turn) FROM turns") ?? 0 }
    }
}
