public import Chat
public import Store

/// The cache's shelf in the store. A store that cannot be read or written costs the cache, never the answer.
public struct StoredCache: CacheStorage {
    private let store: RunStore
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    public init(_ store: RunStore, now: @escaping @Sendable () -> Int64) {
        self.store = store
        self.now = now
    }

    public func cachedReply(_ key: [UInt8]) async -> (reply: JSONValue, remaining: Duration)? {
        let moment = now()
        guard let record = try? await store.cachedReply(key: key, nowMilliseconds: moment),
            let expiry = record.expiresAtMilliseconds, let reply = try? JSONValue.parse(record.reply)
        else { return nil }
        return (reply, .milliseconds(expiry - moment))
    }

    public func cacheReply(_ reply: JSONValue, under key: [UInt8], expiresAfter timeToLive: Duration) async {
        let moment = now()
        let record = CacheRecord(
            key: key, createdAtMilliseconds: moment,
            expiresAtMilliseconds: moment + timeToLive.microseconds / 1000, reply: reply.text)
        try? await store.cacheReply(record)
    }
}
