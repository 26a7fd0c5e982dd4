import Chat
import Foundation
import GRDB

/// What a request was that left an answer in the cache.
public struct CachedRequest: Sendable, Hashable {
    public var key: [UInt8]
    /// As JSON text.
    public var fields: String
    /// Milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
    public var expiresAtMilliseconds: Int64?
}

/// An answer's meaning with the answer's key.
public struct CachedMeaning: Sendable, Hashable {
    public var key: [UInt8]
    public var meaning: CacheMeaning
    /// Milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
    public var expiresAtMilliseconds: Int64?
}

extension RunStore {
    /// The answer stored under a key; nil where there is none or it is out of date.
    ///
    /// It counts as used. The time of use is kept to the minute, so that hits seldom write, and is not waited for.
    public func cachedReply(key: [UInt8], nowMilliseconds: Int64) throws(StoreError) -> CacheRecord? {
        let found: (record: CacheRecord, lastUsed: Int64)? = try read(absent: nil) { db in
            let sql = """
                SELECT created_at, expires_at, last_used_at, reply, owner, fields FROM cache_entries
                WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)
                """
            let statement = try db.cachedStatement(sql: sql)
            guard let row = try Row.fetchOne(statement, arguments: [Data(key), nowMilliseconds]) else { return nil }
            let columns = Columns(row: row, path: path)
            let record = CacheRecord(
                key: key, owner: try columns.optionalBytes(4).map { [UInt8]($0) },
                createdAtMilliseconds: try columns.integer(0), expiresAtMilliseconds: try columns.optionalInteger(1),
                reply: try columns.text(3), fields: try columns.optionalText(5))
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

    public func cacheSize() throws(StoreError) -> CacheSize {
        try read(absent: CacheSize(entries: 0, bytes: 0)) { db in
            // The index alone is read, not the replies.
            let sql = "SELECT count(*), coalesce(sum(size), 0) FROM cache_entries INDEXED BY cache_by_use"
            guard let row = try Row.fetchOne(db, sql: sql) else { return CacheSize(entries: 0, bytes: 0) }
            let columns = Columns(row: row, path: path)
            return CacheSize(entries: try columns.count(0), bytes: try columns.count(1))
        }
    }

    /// What an owner's requests were whose answers are kept, those used last first.
    public func cachedRequests(
        owner: [UInt8], nowMilliseconds: Int64, limit: Int
    ) throws(StoreError) -> [CachedRequest] {
        try read(absent: []) { db in
            let sql = """
                SELECT key, fields, created_at, expires_at FROM cache_entries
                WHERE owner = ? AND fields IS NOT NULL AND (expires_at IS NULL OR expires_at > ?)
                ORDER BY last_used_at DESC LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: [Data(owner), nowMilliseconds, limit]).map { row in
                let columns = Columns(row: row, path: path)
                return CachedRequest(
                    key: try columns.optionalBytes(0).map { [UInt8]($0) } ?? [], fields: try columns.text(1),
                    createdAtMilliseconds: try columns.integer(2),
                    expiresAtMilliseconds: try columns.optionalInteger(3))
            }
        }
    }

    /// The answers of a scope that are found by likeness, the newest `limit` of them, oldest first. A damaged vector is
    /// left out.
    public func cachedMeanings(
        scope: [UInt8], model: String, nowMilliseconds: Int64, limit: Int
    ) throws(StoreError) -> [CachedMeaning] {
        try read(absent: []) { db in
            let sql = """
                SELECT m.key, m.text, m.vector, e.created_at, e.expires_at
                FROM cache_meanings m JOIN cache_entries e USING (key)
                WHERE m.scope = ? AND m.model = ? AND (e.expires_at IS NULL OR e.expires_at > ?)
                ORDER BY e.created_at DESC LIMIT ?
                """
            let arguments: StatementArguments = [Data(scope), stored(model), nowMilliseconds, limit]
            let rows = try Row.fetchAll(db, sql: sql, arguments: arguments)
            return try rows.reversed().compactMap { row in
                let columns = Columns(row: row, path: path)
                guard let key = try columns.optionalBytes(0), let bytes = try columns.optionalBytes(2),
                    let vector = VectorBytes.values(bytes)
                else { return nil }
                return CachedMeaning(
                    key: [UInt8](key),
                    meaning: CacheMeaning(scope: scope, model: model, text: try columns.text(1), vector: vector),
                    createdAtMilliseconds: try columns.integer(3),
                    expiresAtMilliseconds: try columns.optionalInteger(4))
            }
        }
    }
}
