import Foundation
import GRDB

extension RunStore {
    /// The answer stored under a key; nil where there is none or it is out of date.
    ///
    /// It counts as used. The time of use is kept to the minute, so that hits seldom write, and is not waited for.
    public func cachedReply(key: [UInt8], nowMilliseconds: Int64) throws(StoreError) -> CacheRecord? {
        let found: (record: CacheRecord, lastUsed: Int64)? = try read(absent: nil) { db in
            let sql = """
                SELECT created_at, expires_at, last_used_at, reply FROM cache_entries
                WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)
                """
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [Data(key), nowMilliseconds]) else { return nil }
            let columns = Columns(row: row, path: path)
            let record = CacheRecord(
                key: key, createdAtMilliseconds: try columns.integer(0),
                expiresAtMilliseconds: try columns.optionalInteger(1), reply: try columns.text(3))
            return (record, try columns.integer(2))
        }
        guard let found else { return nil }
        if nowMilliseconds.subtractingReportingOverflow(found.lastUsed).partialValue > 60_000 {
            let use: CommitQueue.Work = { db in
                try db.cachedStatement(sql: "UPDATE cache_entries SET last_used_at = ? WHERE key = ?")
                    .execute(arguments: [nowMilliseconds, Data(key)])
            }
            commits?.add(use) { _ in }
        }
        return found.record
    }

    /// Stores an answer, in place of an older one of its key.
    public func cacheReply(_ record: CacheRecord) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            cacheReply(record) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same without waiting: `onCommit` is told, on the store's own queue, once the answer is durable or refused.
    public func cacheReply(
        _ record: CacheRecord, onCommit: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        guard let commits else { return onCommit(.failure(.readOnly(path: path))) }
        let write: CommitQueue.Work = { db in
            let sql = """
                INSERT INTO cache_entries (key, created_at, last_used_at, expires_at, size, reply)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET created_at = excluded.created_at,
                    last_used_at = excluded.last_used_at, expires_at = excluded.expires_at, size = excluded.size,
                    reply = excluded.reply
                """
            try db.cachedStatement(sql: sql).execute(arguments: [
                Data(record.key), record.createdAtMilliseconds, record.createdAtMilliseconds,
                record.expiresAtMilliseconds, record.reply.utf8.count, stored(record.reply),
            ])
        }
        commits.add(write, onCommit)
    }

    /// Removes what is out of date, then the least recently used answers above `maximumEntries`.
    /// - Returns: How many were removed.
    @discardableResult
    public func trimCache(to maximumEntries: Int, nowMilliseconds: Int64) async throws(StoreError) -> Int {
        let before = try cacheStatistics().entries
        try await write { db in
            try db.execute(
                sql: "DELETE FROM cache_entries WHERE expires_at <= ?", arguments: [nowMilliseconds])
            let sql = """
                DELETE FROM cache_entries WHERE key IN (
                    SELECT key FROM cache_entries ORDER BY last_used_at DESC, created_at DESC LIMIT -1 OFFSET ?)
                """
            try db.execute(sql: sql, arguments: [max(0, maximumEntries)])
        }
        return max(0, before - (try cacheStatistics().entries))
    }

    /// Removes every answer.
    public func clearCache() async throws(StoreError) {
        try await write { try $0.execute(sql: "DELETE FROM cache_entries") }
    }

    public func cacheStatistics() throws(StoreError) -> CacheStatistics {
        try read(absent: CacheStatistics(entries: 0, bytes: 0)) { db in
            let sql = "SELECT count(*), coalesce(sum(size), 0) FROM cache_entries"
            guard let row = try Row.fetchOne(db, sql: sql) else { return CacheStatistics(entries: 0, bytes: 0) }
            let columns = Columns(row: row, path: path)
            return CacheStatistics(entries: try columns.count(0), bytes: try columns.count(1))
        }
    }
}
