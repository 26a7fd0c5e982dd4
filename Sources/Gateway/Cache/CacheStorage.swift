public import Chat
public import Store

/// Where cache entries are kept beyond memory.
public protocol CacheStorage: Sendable {
    /// The entry under `key`, or nil where there is none or it expired.
    func cachedReply(_ key: CacheKey) async -> StoredCache.Reply?
    /// Takes in an entry to keep, and has it at hand from then on; nobody waits until it is written, and a failure to
    /// write it loses nothing but time.
    func cacheReply(_ entry: CacheEntry, under key: CacheKey, expiresAfter timeToLive: Duration)
    /// Removes entries.
    /// - Returns: how many there were.
    /// - Throws: `ChatError` where they cannot be removed.
    func evict(_ what: CacheEviction) async throws(ChatError) -> Int
    /// Adds what it holds, and what went from it, to the figures of the cache before it.
    func addFigures(to statistics: inout CacheStatistics)
    /// What an owner's requests were whose answers are kept, those used last first, at most `limit`.
    func requests(of owner: CacheOwner, limit: Int) async -> [AnsweredRequest]
    /// The entries of a scope that are found by likeness, oldest first, at most `limit`.
    func meanings(in scope: CacheKey, model: String, limit: Int) async -> [StoredCache.Meaning]
}

/// An answer to keep, with what it is found by.
public struct CacheEntry: Sendable {
    /// In the shape of `CachedReply`.
    public var reply: JSONValue
    public var owner: CacheOwner
    public var fields: RequestFields
    /// Nil where only the same request finds it.
    public var meaning: CacheMeaning?

    public init(reply: JSONValue, owner: CacheOwner, fields: RequestFields, meaning: CacheMeaning? = nil) {
        self.reply = reply
        self.owner = owner
        self.fields = fields
        self.meaning = meaning
    }
}

/// A request whose answer is kept, for explanations.
public struct AnsweredRequest: Sendable, Hashable {
    public var key: CacheKey
    public var fields: RequestFields
    /// How long ago it was answered.
    public var age: Duration
    public var remaining: Duration

    public init(key: CacheKey, fields: RequestFields, age: Duration, remaining: Duration) {
        self.key = key
        self.fields = fields
        self.age = age
        self.remaining = remaining
    }
}
