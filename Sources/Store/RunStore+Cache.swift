import Chat
import Foundation
import GRDB

extension RunStore {
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
        commits.add({ db in try RunStore.insert(record, db) }, onCommit)
    }

    private static func insert(_ record: CacheRecord, _ db: Database) throws {
        let sql = """
            INSERT INTO cache_entries (key, owner, created_at, last_used_at, expires_at, size, reply, fields)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, created_at = excluded.created_at,
                last_used_at = excluded.last_used_at, expires_at = excluded.expires_at, size = excluded.size,
                reply = excluded.reply, fields = excluded.fields
            """
        try db.cachedStatement(sql: sql).execute(arguments: [
            Data(record.key), record.owner.map { Data($0) }, record.createdAtMilliseconds,
            record.createdAtMilliseconds, record.expiresAtMilliseconds, record.reply.utf8.count, stored(record.reply),
            stored(record.fields),
        ])
        guard let meaning = record.meaning else { return }
        let meanings = """
            INSERT INTO cache_meanings (key, scope, model, text, vector) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, model = excluded.model, text = excluded.text,
                vector = excluded.vector
            """
        try db.cachedStatement(sql: meanings).execute(arguments: [
            Data(record.key), Data(meaning.scope), stored(meaning.model), stored(meaning.text),
            VectorBytes.data(meaning.vector),
        ])
    }

    // MARK: removing

    /// Removes what is out of date, then the least recently used answers above a bound, a few hundred at a time.
    /// - Parameter maximumEntries: nil is without a bound.
    @discardableResult
    public func trimCache(to maximumEntries: Int?, nowMilliseconds: Int64) async throws(StoreError) -> CacheTrim {
        var trim = CacheTrim()
        trim.expired = try await removeCached(
            "SELECT key FROM cache_entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", [nowMilliseconds])
        guard let maximumEntries else { return trim }
        let excess = try cacheSize().entries - max(0, maximumEntries)
        guard excess > 0 else { return trim }
        trim.evicted = try await removeCached(
            "SELECT key FROM cache_entries ORDER BY last_used_at LIMIT ?", [], atMost: excess)
        return trim
    }

    /// Removes the answer under a key, if it is this owner's.
    /// - Returns: Whether there was one.
    @discardableResult
    public func removeCachedReply(key: [UInt8], owner: [UInt8]) async throws(StoreError) -> Bool {
        try await removeCached(
            "SELECT key FROM cache_entries WHERE key = ? AND owner = ? LIMIT ?", [Data(key), Data(owner)]) > 0
    }

    /// Removes all answers of an owner.
    /// - Returns: How many there were.
    @discardableResult
    public func removeCachedReplies(owner: [UInt8]) async throws(StoreError) -> Int {
        try await removeCached("SELECT key FROM cache_entries WHERE owner = ? LIMIT ?", [Data(owner)])
    }

    /// Removes every answer.
    /// - Returns: How many there were.
    @discardableResult
    public func clearCache() async throws(StoreError) -> Int {
        try await removeCached("SELECT key FROM cache_entries LIMIT ?", [])
    }

    /// Removes the entries whose keys a query finds.
    /// - Parameters:
    ///   - keys: ends in `LIMIT ?`.
    ///   - most: stops after so many.
    private func removeCached(
        _ keys: String, _ arguments: StatementArguments, atMost most: Int = .max
    ) async throws(StoreError) -> Int {
        try await removeInBatches("DELETE FROM cache_entries WHERE key IN (\(keys))", arguments, atMost: most)
    }
}
