public import Chat

/// How much a cache holds and how it was used since this process began.
///
///     let rate = stage.statistics.hitRate      // 0.42, or nil before the first look-up
public struct CacheStatistics: Sendable, Hashable {
    /// Entries in a part of the cache, and the bytes of their replies.
    public struct Size: Sendable, Hashable {
        public var entries: Int
        public var bytes: Int

        public init(entries: Int = 0, bytes: Int = 0) {
            self.entries = entries
            self.bytes = bytes
        }
    }

    public var memory = Size()
    /// What the store holds; nil where there is no store, or it cannot be read.
    public var stored: Size?
    /// Answers to the same request.
    public var exactHits = 0
    /// Answers to a request like it.
    public var semanticHits = 0
    public var misses = 0
    /// Answers taken in.
    public var kept = 0
    /// Entries that went for want of room, from memory or from the store.
    public var evictions = 0
    /// Entries found out of date, in memory or in the store.
    public var expirations = 0

    public init() {}

    public var hits: Int { exactHits + semanticHits }
    public var lookups: Int { hits + misses }
    /// Hits among look-ups, 0…1; nil before the first look-up.
    public var hitRate: Double? { lookups == 0 ? nil : Double(hits) / Double(lookups) }

    public var json: JSONValue {
        .object([
            "entries": .number(stored?.entries ?? memory.entries),
            "bytes": .number(stored?.bytes ?? memory.bytes),
            "memory_entries": .number(memory.entries),
            "memory_bytes": .number(memory.bytes),
            "stored_entries": (stored?.entries).map { .number($0) } ?? .null,
            "stored_bytes": (stored?.bytes).map { .number($0) } ?? .null,
            "hits": .number(hits),
            "exact_hits": .number(exactHits),
            "semantic_hits": .number(semanticHits),
            "misses": .number(misses),
            "kept": .number(kept),
            "evictions": .number(evictions),
            "expirations": .number(expirations),
            "hit_rate": hitRate.map { .number($0) } ?? .null,
        ])
    }

    /// Adds what another cache over the same store counts.
    mutating func add(_ other: CacheStatistics) {
        memory.entries += other.memory.entries
        memory.bytes += other.memory.bytes
        stored = stored ?? other.stored
        exactHits += other.exactHits
        semanticHits += other.semanticHits
        misses += other.misses
        kept += other.kept
        evictions += other.evictions
        expirations += other.expirations
    }
}

/// What is to be removed from a cache.
public enum CacheEviction: Sendable, Hashable {
    case all
    /// The entries of one caller; nil is the caller without a key.
    case caller(String?)
    /// The entry of a key in hexadecimal digits, as explanations show it, if it is this caller's.
    case key(String, caller: String?)
}

extension PipelineStages {
    /// The cache of the pipeline; nil where it has none.
    public var cache: CacheStage? { answer.lazy.compactMap { $0 as? CacheStage }.first }

    /// The figures of all caches of some pipelines together, each cache once; all over the same store.
    public static func cacheStatistics(of pipelines: [PipelineStages]) -> CacheStatistics {
        var (total, stored) = (CacheStatistics(), [any CacheStorage]())
        for cache in caches(of: pipelines) {
            total.add(cache.statistics)
            if stored.isEmpty, let storage = cache.storage { stored = [storage] }
        }
        stored.first.map { $0.addFigures(to: &total) }
        return total
    }

    /// Removes entries from all caches of some pipelines and from the store behind them.
    /// - Returns: how many there were, in memory or in the store, whichever held more.
    /// - Throws: `ChatError` where the store cannot be written; memory is emptied all the same.
    public static func evict(_ what: CacheEviction, from pipelines: [PipelineStages]) async throws(ChatError) -> Int {
        var removed = 0
        var storage: (any CacheStorage)?
        for cache in caches(of: pipelines) {
            removed += cache.evictFromMemory(what)
            storage = storage ?? cache.storage
        }
        guard let storage else { return removed }
        return max(removed, try await storage.evict(what))
    }

    private static func caches(of pipelines: [PipelineStages]) -> [CacheStage] {
        var seen: Set<ObjectIdentifier> = []
        return pipelines.compactMap(\.cache).filter { seen.insert($0.identity).inserted }
    }
}
