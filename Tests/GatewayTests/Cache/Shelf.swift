import Chat
import Gateway
import Store

/// A cache's storage in memory, that forgets nothing.
final class Shelf: CacheStorage {
    let entries = Locked<[CacheKey: CacheEntry]>([:])

    func cachedReply(_ key: CacheKey) async -> StoredCache.Reply? {
        entries.withLock { $0[key] }.map {
            StoredCache.Reply(reply: $0.reply, owner: $0.owner, fields: $0.fields, remaining: .seconds(60))
        }
    }

    func cacheReply(_ entry: CacheEntry, under key: CacheKey, expiresAfter timeToLive: Duration) {
        entries.withLock { $0[key] = entry }
    }

    func evict(_ what: CacheEviction) async throws(ChatError) -> Int {
        entries.withLock { entries in
            defer { entries = [:] }
            return entries.count
        }
    }

    func addFigures(to statistics: inout CacheStatistics) {
        statistics.stored = .init(entries: entries.withLock { $0.count })
    }

    func requests(of owner: CacheOwner, limit: Int) async -> [AnsweredRequest] {
        entries.withLock { entries in
            entries.filter { $0.value.owner == owner }.prefix(limit).map {
                AnsweredRequest(key: $0.key, fields: $0.value.fields, age: .zero, remaining: .seconds(60))
            }
        }
    }

    func meanings(in scope: CacheKey, model: String, limit: Int) async -> [StoredCache.Meaning] {
        entries.withLock { entries in
            entries.compactMap { key, entry in
                guard let meaning = entry.meaning, meaning.scope == scope.bytes, meaning.model == model else {
                    return nil
                }
                return StoredCache.Meaning(key: key, meaning: meaning, remaining: .seconds(60))
            }
        }
    }
}
