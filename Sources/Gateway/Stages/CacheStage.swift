public import Chat

/// Where cache entries are kept beyond memory.
public protocol CacheStorage: Sendable {
    /// The entry under `key` and how long it may still be used, or nil where there is none or it expired.
    func cachedReply(_ key: [UInt8]) async -> (reply: JSONValue, remaining: Duration)?
    /// Takes in an entry to keep, and has it at hand from then on; nobody waits until it is written, and a failure to
    /// write it loses nothing but time.
    func cacheReply(_ reply: JSONValue, under key: [UInt8], expiresAfter timeToLive: Duration)
}

/// Answers a request that was answered before, to the letter, from memory or from the store.
///
/// The key holds the whole canonical request, the pipeline's fingerprint, the repeat, the caller and the partition.
/// Kept are whole answers of the model alone: no error, no answer cut short, none refused.
public struct CacheStage: Stage {
    public let name = "cache"
    private let fingerprint: String
    private let readsVariables: Bool
    /// Whether it is used by those calls alone that ask for it.
    private let isStandby: Bool
    private let timeToLive: Duration
    private let storage: (any CacheStorage)?
    private let memory: Locked<MemoryCache<CacheKey, Entry>>

    private struct Entry {
        var reply: JSONValue
        var expiry: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - readsVariables: whether the model reads the sample's fields besides the request; see `CacheKey`.
    ///   - maxEntries: most entries in memory.
    ///   - isStandby: whether it is used by those calls alone whose context asks for it.
    public init(
        fingerprint: String, readsVariables: Bool = false, timeToLive: Duration = .seconds(3600),
        maxEntries: Int = 10_000, isStandby: Bool = false, storage: (any CacheStorage)? = nil
    ) {
        self.fingerprint = fingerprint
        self.readsVariables = readsVariables
        self.isStandby = isStandby
        self.timeToLive = timeToLive
        self.storage = storage
        memory = Locked(MemoryCache(capacity: maxEntries))
    }

    static let definition = StageDefinition(
        name: "cache",
        settings: [
            .integer("max_entries", 1...100_000_000), .word("mode", ["exact", "off"]), .seconds("ttl_seconds"),
        ],
        words: ["exact"], onByDefault: false, standby: ["mode": "off"]
    ) { values, resources in
        if values.word("mode") == "off", !resources.hasStandbys { return nil }
        return CacheStage(
            fingerprint: resources.fingerprint, readsVariables: resources.readsVariables,
            timeToLive: values.seconds("ttl_seconds") ?? .seconds(3600),
            maxEntries: values.integer("max_entries") ?? 10_000, isStandby: values.word("mode") == "off",
            storage: resources.cache)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        guard call.context.cacheUse.map({ $0 != .off }) ?? !isStandby else {
            note = "off"
            return try await next.reply(to: call)
        }
        let key = CacheKey(call: call, fingerprint: fingerprint, readsVariables: readsVariables)
        if let reply = await lookUp(key) {
            note = "hit"
            call.trace.note { $0.cache = "hit" }
            for piece in reply.pieces { try await call.onDelta?(Delta(piece, receivedAt: .now)) }
            return reply
        }
        note = "miss"
        call.trace.note { $0.cache = "miss" }
        let reply = try await next.reply(to: call)
        if CachedReply.isKept(reply) { keep(reply, under: key) }
        return reply
    }

    private func lookUp(_ key: CacheKey) async -> ChatReply? {
        let held = memory.withLock { $0.value(for: key) }
        if let held, held.expiry > .now { return CachedReply.decode(held.reply) }
        guard let stored = await storage?.cachedReply(key.bytes), let reply = CachedReply.decode(stored.reply) else {
            return nil
        }
        memory.withLock { $0.insert(Entry(reply: stored.reply, expiry: .now + stored.remaining), for: key) }
        return reply
    }

    private func keep(_ reply: ChatReply, under key: CacheKey) {
        let entry = CachedReply.encode(reply)
        memory.withLock { $0.insert(Entry(reply: entry, expiry: .now + timeToLive), for: key) }
        storage?.cacheReply(entry, under: key.bytes, expiresAfter: timeToLive)
    }
}
