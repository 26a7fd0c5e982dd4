import Chat
import Retrieval
import Store

/// What a cache stage remembers: answers in memory before the store, the texts they are found by, and the figures.
final class CacheShelf: Sendable {
    struct Entry: Sendable {
        var reply: ChatReply
        var owner: CacheOwner
        var fields: RequestFields?
        /// By the clock's reading.
        var keptAt: Duration
        var expiry: Duration
    }

    private struct State {
        var memory: AnswerMemory<CacheKey, Entry>
        var index: SemanticIndex
        var statistics = CacheStatistics()
    }

    /// Most texts in memory: comparing with all of them stays below a few milliseconds.
    static let mostTexts = 10_000

    let storage: (any CacheStorage)?
    let timeToLive: Duration
    private let printBody: StageResources.BodyPrint?
    private let clock: ClockReading
    private let state: Locked<State>

    init(
        maxEntries: Int, mostBytes: Int, timeToLive: Duration, storage: (any CacheStorage)?,
        printBody: StageResources.BodyPrint?, clock: any Clock<Duration>
    ) {
        self.storage = storage
        self.timeToLive = timeToLive
        self.printBody = printBody
        self.clock = ClockReading(clock)
        state = Locked(
            State(
                memory: AnswerMemory(capacity: maxEntries, mostBytes: mostBytes),
                index: SemanticIndex(capacity: min(maxEntries, CacheShelf.mostTexts))))
    }

    var now: Duration { clock.now }

    // MARK: the same request

    /// The answer under a key, from memory or from the store; nil where there is none or it expired.
    func entry(under key: CacheKey, owner: @autoclosure () -> CacheOwner) async -> Entry? {
        let now = clock.now
        let held: Entry? = state.withLock { state in
            guard let entry = state.memory.value(for: key) else { return nil }
            guard entry.expiry > now else {
                state.memory.remove(key)
                state.index.remove(key)
                state.statistics.expirations += 1
                return nil
            }
            return entry
        }
        if let held { return held }
        guard let stored = await storage?.cachedReply(key), let reply = CachedReply.decode(stored.reply) else {
            return nil
        }
        let entry = Entry(
            reply: printed(reply, age: stored.age), owner: owner(), fields: stored.fields, keptAt: now - stored.age,
            expiry: now + stored.remaining)
        state.withLock { $0.memory.insert(entry, bytes: CacheShelf.bytes(of: entry.reply), for: key) }
        return entry
    }

    /// Takes in an answer.
    /// - Parameter question: what it may be found by besides its key.
    func keep(
        _ reply: ChatReply, under key: CacheKey, owner: CacheOwner, fields: RequestFields,
        question: SemanticQuestion?
    ) {
        let encoded = CachedReply.encode(reply)
        guard let cached = CachedReply.decode(encoded) else { return }
        let now = clock.now
        let entry = Entry(
            reply: printed(cached, age: .zero), owner: owner, fields: fields, keptAt: now, expiry: now + timeToLive)
        state.withLock { state in
            state.statistics.kept += 1
            state.memory.insert(entry, bytes: CacheShelf.bytes(of: entry.reply), for: key)
            guard let question else { return }
            state.index.insert(
                SemanticIndex.Entry(key: key, owner: owner, text: question.text, expiry: entry.expiry),
                question.vector, into: question.scope)
        }
        let stored = CacheEntry(reply: encoded, owner: owner, fields: fields, meaning: question?.meaning)
        storage?.cacheReply(stored, under: key, expiresAfter: timeToLive)
    }

    /// The reply with its body, so that no hit prints it anew.
    private func printed(_ reply: ChatReply, age: Duration) -> ChatReply {
        var reply = reply
        reply.wireBody = printBody?(reply, age)
        return reply
    }

    /// About what a reply takes in memory.
    private static func bytes(of reply: ChatReply) -> Int {
        let parts = reply.toolCalls + reply.logprobs + reply.thinkingBlocks
        return 512 + reply.text.utf8.count + (reply.reasoning?.utf8.count ?? 0) + (reply.wireBody?.bytes.count ?? 0)
            + parts.reduce(0) { $0 + $1.text.utf8.count * 2 }
    }

    // MARK: a request like it

    /// The answer to the text most like the question's that passes the gate, and how like it is.
    func match(_ question: SemanticQuestion, threshold: Double) async -> (match: SemanticIndex.Match, entry: Entry)? {
        let scope = await texts(in: question)
        var gone: Set<CacheKey> = []
        // An answer may have gone while its text was still known: then the next one is looked for.
        while let match = scope.match(
            question.text, question.vector, threshold: threshold, now: clock.now, without: gone)
        {
            if let entry = await entry(under: match.entry.key, owner: match.entry.owner) { return (match, entry) }
            gone.insert(match.entry.key)
            state.withLock { $0.index.remove(match.entry.key) }
        }
        return nil
    }

    /// The text most like the question's, whatever speaks against it.
    func nearest(_ question: SemanticQuestion) async -> SemanticIndex.Match? {
        await texts(in: question).nearest(to: question.text, question.vector, now: clock.now)
    }

    /// What is known of the question's scope, read from the store where that was not done yet.
    private func texts(in question: SemanticQuestion) async -> SemanticIndex.Scope {
        let known = state.withLock { $0.index.scope(question.scope) }
        guard !known.isLoaded, let storage else { return known }
        let stored = await storage.meanings(
            in: question.scope, model: question.model, limit: min(CacheShelf.mostTexts, capacity))
        let now = clock.now
        let found = stored.compactMap { stored -> (entry: SemanticIndex.Entry, vector: UnitVector)? in
            guard let vector = UnitVector(of: stored.meaning.vector) else { return nil }
            let entry = SemanticIndex.Entry(
                key: stored.key, owner: question.owner, text: stored.meaning.text, expiry: now + stored.remaining)
            return (entry, vector)
        }
        return state.withLock { state in
            state.index.load(found, into: question.scope)
            return state.index.scope(question.scope)
        }
    }

    private var capacity: Int { state.withLock { $0.index.capacity } }

    // MARK: figures

    func count(_ outcome: CacheExplanation.Outcome) {
        state.withLock { state in
            switch outcome {
            case .hit: state.statistics.exactHits += 1
            case .semantic: state.statistics.semanticHits += 1
            case .miss: state.statistics.misses += 1
            case .off: break
            }
        }
    }

    /// Without the store's.
    var statistics: CacheStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.memory = .init(entries: state.memory.count, bytes: state.memory.bytes)
            statistics.evictions += state.memory.evictions
            return statistics
        }
    }

    /// What an owner's requests were whose answers are kept, in memory or in the store.
    func requests(of owner: CacheOwner) async -> [AnsweredRequest] {
        let limit = CacheExplanation.mostEntries
        let now = clock.now
        let held = state.withLock { state in
            state.memory.entries.compactMap { key, entry -> AnsweredRequest? in
                guard entry.owner == owner, entry.expiry > now, let fields = entry.fields else { return nil }
                return AnsweredRequest(
                    key: key, fields: fields, age: now - entry.keptAt, remaining: entry.expiry - now)
            }
        }
        let known = Set(held.map(\.key))
        let stored = await storage?.requests(of: owner, limit: limit) ?? []
        return Array((held.sorted { $0.age < $1.age } + stored.filter { !known.contains($0.key) }).prefix(limit))
    }

    // MARK: eviction

    /// Removes entries from memory.
    /// - Returns: how many there were.
    func evict(_ what: CacheEviction) -> Int {
        state.withLock { state in
            let before = state.memory.count
            switch what {
            case .all:
                state.memory.removeAll()
                state.index.removeAll { _ in true }
            case .caller(let caller):
                let owner = CacheOwner(caller: caller)
                for (key, entry) in state.memory.entries where entry.owner == owner { state.memory.remove(key) }
                state.index.removeAll { $0.owner == owner }
            case .key(let text, let caller):
                guard let key = CacheKey(text: text) else { break }
                let owner = CacheOwner(caller: caller)
                for (held, entry) in state.memory.entries where held == key && entry.owner == owner {
                    state.memory.remove(key)
                }
                state.index.removeAll { $0.key == key && $0.owner == owner }
            }
            return before - state.memory.count
        }
    }
}
