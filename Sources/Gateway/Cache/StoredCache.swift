public import Chat
public import Store

/// The cache's shelf in the store. A store that cannot be read or written costs the cache, never the answer.
///
/// Entries are written in the store's own batches, which nobody waits for; until then they are held here. Every so
/// many entries it has the store cleaned: what is out of date goes, and what is above `maxEntries`, unused for longest
/// first.
public final class StoredCache: CacheStorage {
    /// An entry as it comes back.
    public struct Reply: Sendable {
        public var reply: JSONValue
        public var owner: CacheOwner?
        public var fields: RequestFields?
        public var age: Duration
        /// How long it may still be used.
        public var remaining: Duration

        public init(
            reply: JSONValue, owner: CacheOwner? = nil, fields: RequestFields? = nil, age: Duration = .zero,
            remaining: Duration
        ) {
            self.reply = reply
            self.owner = owner
            self.fields = fields
            self.age = age
            self.remaining = remaining
        }
    }

    /// What an entry is found by.
    public struct Meaning: Sendable {
        public var key: CacheKey
        public var meaning: CacheMeaning
        public var remaining: Duration

        public init(key: CacheKey, meaning: CacheMeaning, remaining: Duration) {
            self.key = key
            self.meaning = meaning
            self.remaining = remaining
        }
    }

    /// Entries that could not be kept.
    public struct Loss: Sendable, Hashable {
        public var entries: Int
        /// Why the last of them could not be written; nil where too many waited for the store.
        public var reason: StoreError?
    }

    private struct Waiting {
        var entry: CacheEntry
        /// Milliseconds since 1970.
        var createdAt: Int64
        var expiresAt: Int64
    }

    private struct State {
        /// What is handed to the store and not written yet.
        var waiting: [CacheKey: Waiting] = [:]
        var loss: Loss?
        /// Entries written since the store was cleaned.
        var written = 0
        var isCleaning = false
        var trimmed = CacheTrim()
    }

    /// Entries that may wait for a slow store; more are not kept.
    private static let mostWaiting = 10_000

    private let store: RunStore
    private let maxEntries: Int?
    private let state = Locked(State())
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64
    private let startTask: StageResources.TaskStart?

    /// - Parameters:
    ///   - maxEntries: most entries that the store keeps; nil is without a bound.
    ///   - startTask: starts the cleaning that entries set off; nil leaves it to whoever calls `clean`.
    public init(
        _ store: RunStore, maxEntries: Int? = nil, startTask: StageResources.TaskStart? = nil,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.maxEntries = maxEntries
        self.startTask = startTask
        self.now = now
    }

    /// What could not be kept so far; nil where all was.
    public var loss: Loss? { state.withLock { $0.loss } }

    // MARK: keeping

    public func cachedReply(_ key: CacheKey) async -> Reply? {
        let moment = now()
        if let waiting = state.withLock({ $0.waiting[key] }), waiting.expiresAt > moment {
            return Reply(
                reply: waiting.entry.reply, owner: waiting.entry.owner, fields: waiting.entry.fields,
                age: StoredCache.age(waiting.createdAt, moment),
                remaining: StoredCache.remaining(waiting.createdAt, waiting.expiresAt, moment))
        }
        guard let record = try? store.cachedReply(key: key.bytes, nowMilliseconds: moment),
            let expiry = record.expiresAtMilliseconds, let reply = try? JSONValue.parse(record.reply)
        else { return nil }
        return Reply(
            reply: reply, owner: record.owner.flatMap(CacheOwner.init(bytes:)),
            fields: record.fields.flatMap(StoredCache.fields),
            age: StoredCache.age(record.createdAtMilliseconds, moment),
            remaining: StoredCache.remaining(record.createdAtMilliseconds, expiry, moment))
    }

    public func cacheReply(_ entry: CacheEntry, under key: CacheKey, expiresAfter timeToLive: Duration) {
        let moment = now()
        let expiry = moment + timeToLive.microseconds / 1000
        let isTaken = state.withLock { state in
            guard state.waiting.count < StoredCache.mostWaiting else {
                state.loss = Loss(entries: (state.loss?.entries ?? 0) + 1, reason: state.loss?.reason)
                return false
            }
            state.waiting[key] = Waiting(entry: entry, createdAt: moment, expiresAt: expiry)
            return true
        }
        guard isTaken else { return }
        let record = CacheRecord(
            key: key.bytes, owner: entry.owner.bytes, createdAtMilliseconds: moment, expiresAtMilliseconds: expiry,
            reply: entry.reply.text, fields: entry.fields.json.text, meaning: entry.meaning)
        store.cacheReply(record) { self.written(key, expiry, $0) }
    }

    private func written(_ key: CacheKey, _ expiry: Int64, _ result: Result<Void, StoreError>) {
        let isDue = state.withLock { state in
            // A later entry of the same key waits still.
            if state.waiting[key]?.expiresAt == expiry { state.waiting[key] = nil }
            if case .failure(let error) = result {
                state.loss = Loss(entries: (state.loss?.entries ?? 0) + 1, reason: error)
                return false
            }
            state.written += 1
            guard !state.isCleaning, state.written >= cleaningInterval else { return false }
            state.isCleaning = true
            return true
        }
        guard isDue, let startTask else { return }
        _ = startTask { [weak self] in await self?.cleanNow() }
    }

    /// Entries between two cleanings: a tenth of the bound, so that it is never exceeded by more than that.
    private var cleaningInterval: Int { max(10, min(1_000, (maxEntries ?? 10_000) / 10)) }

    // MARK: removing

    /// Removes what is out of date, and what is above the bound.
    /// - Returns: what went; nothing where another cleaning is under way.
    /// - Throws: `StoreError` where the store cannot be written.
    @discardableResult
    public func clean() async throws(StoreError) -> CacheTrim {
        let isFree = state.withLock { state in
            defer { state.isCleaning = true }
            return !state.isCleaning
        }
        return isFree ? try await trim() : CacheTrim()
    }

    private func cleanNow() async { _ = try? await trim() }

    private func trim() async throws(StoreError) -> CacheTrim {
        defer {
            state.withLock { state in
                state.isCleaning = false
                state.written = 0
            }
        }
        let trim = try await store.trimCache(to: maxEntries, nowMilliseconds: now())
        state.withLock { state in
            state.trimmed.expired += trim.expired
            state.trimmed.evicted += trim.evicted
        }
        return trim
    }

    public func evict(_ what: CacheEviction) async throws(ChatError) -> Int {
        do {
            switch what {
            case .all: return try await store.clearCache()
            case .caller(let caller):
                return try await store.removeCachedReplies(owner: CacheOwner(caller: caller).bytes)
            case .key(let text, let caller):
                guard let key = CacheKey(text: text) else { return 0 }
                return try await store.removeCachedReply(key: key.bytes, owner: CacheOwner(caller: caller).bytes)
                    ? 1 : 0
            }
        } catch {
            throw ChatError(.internal, "the cache's entries cannot be removed: \(error)", status: 503)
        }
    }

    public func addFigures(to statistics: inout CacheStatistics) {
        let trimmed = state.withLock { $0.trimmed }
        statistics.evictions += trimmed.evicted
        statistics.expirations += trimmed.expired
        guard let size = try? store.cacheSize() else { return }
        statistics.stored = CacheStatistics.Size(entries: size.entries, bytes: size.bytes)
    }

    // MARK: finding

    public func requests(of owner: CacheOwner, limit: Int) async -> [AnsweredRequest] {
        let moment = now()
        let found = try? store.cachedRequests(owner: owner.bytes, nowMilliseconds: moment, limit: limit)
        return (found ?? []).compactMap { request in
            guard let fields = StoredCache.fields(request.fields), let expiry = request.expiresAtMilliseconds else {
                return nil
            }
            return AnsweredRequest(
                key: CacheKey(bytes: request.key), fields: fields,
                age: StoredCache.age(request.createdAtMilliseconds, moment),
                remaining: StoredCache.remaining(request.createdAtMilliseconds, expiry, moment))
        }
    }

    public func meanings(in scope: CacheKey, model: String, limit: Int) async -> [Meaning] {
        let moment = now()
        let found = try? store.cachedMeanings(
            scope: scope.bytes, model: model, nowMilliseconds: moment, limit: limit)
        return (found ?? []).compactMap { entry in
            guard let expiry = entry.expiresAtMilliseconds else { return nil }
            return Meaning(
                key: CacheKey(bytes: entry.key), meaning: entry.meaning,
                remaining: StoredCache.remaining(entry.createdAtMilliseconds, expiry, moment))
        }
    }

    private static func fields(_ text: String) -> RequestFields? {
        (try? JSONValue.parse(text)).flatMap(RequestFields.init(json:))
    }

    private static func age(_ createdAt: Int64, _ moment: Int64) -> Duration {
        .milliseconds(max(0, moment.subtractingReportingOverflow(createdAt).partialValue))
    }

    /// A clock that was set back lets no entry live longer than it was to.
    private static func remaining(_ createdAt: Int64, _ expiry: Int64, _ moment: Int64) -> Duration {
        let left = expiry.subtractingReportingOverflow(max(createdAt, moment))
        return .milliseconds(left.overflow ? 0 : max(0, left.partialValue))
    }
}
