public import Chat
public import Store

/// The cache's shelf in the store. A store that cannot be read or written costs the cache, never the answer.
///
/// Entries are written in the store's own batches, which nobody waits for; until then they are held here.
public final class StoredCache: CacheStorage {
    /// Entries that could not be kept.
    public struct Loss: Sendable, Hashable {
        public var entries: Int
        /// Why the last of them could not be written; nil where too many waited for the store.
        public var reason: StoreError?
    }

    private struct Entry {
        var reply: JSONValue
        /// Milliseconds since 1970.
        var expiresAt: Int64
    }

    private struct State {
        /// What is handed to the store and not written yet.
        var waiting: [[UInt8]: Entry] = [:]
        var loss: Loss?
    }

    /// Entries that may wait for a slow store; more are not kept.
    private static let mostWaiting = 10_000

    private let store: RunStore
    private let state = Locked(State())
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    public init(_ store: RunStore, now: @escaping @Sendable () -> Int64) {
        self.store = store
        self.now = now
    }

    /// What could not be kept so far; nil where all was.
    public var loss: Loss? { state.withLock { $0.loss } }

    public func cachedReply(_ key: [UInt8]) async -> (reply: JSONValue, remaining: Duration)? {
        let moment = now()
        if let entry = state.withLock({ $0.waiting[key] }), entry.expiresAt > moment {
            return (entry.reply, .milliseconds(entry.expiresAt - moment))
        }
        guard let record = try? store.cachedReply(key: key, nowMilliseconds: moment),
            let expiry = record.expiresAtMilliseconds, let reply = try? JSONValue.parse(record.reply)
        else { return nil }
        return (reply, .milliseconds(expiry - moment))
    }

    public func cacheReply(_ reply: JSONValue, under key: [UInt8], expiresAfter timeToLive: Duration) {
        let moment = now()
        let expiry = moment + timeToLive.microseconds / 1000
        let isTaken = state.withLock { state in
            guard state.waiting.count < StoredCache.mostWaiting else {
                state.loss = Loss(entries: (state.loss?.entries ?? 0) + 1, reason: state.loss?.reason)
                return false
            }
            state.waiting[key] = Entry(reply: reply, expiresAt: expiry)
            return true
        }
        guard isTaken else { return }
        let record = CacheRecord(
            key: key, createdAtMilliseconds: moment, expiresAtMilliseconds: expiry, reply: reply.text)
        store.cacheReply(record) { self.written(key, expiry, $0) }
    }

    private func written(_ key: [UInt8], _ expiry: Int64, _ result: Result<Void, StoreError>) {
        state.withLock { state in
            // A later entry of the same key waits still.
            if state.waiting[key]?.expiresAt == expiry { state.waiting[key] = nil }
            guard case .failure(let error) = result else { return }
            state.loss = Loss(entries: (state.loss?.entries ?? 0) + 1, reason: error)
        }
    }
}
