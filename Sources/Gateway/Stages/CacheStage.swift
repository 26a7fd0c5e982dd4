public import Chat
import Retrieval

/// Answers a request that was answered before, from memory or from the store: the same to the letter, or (mode
/// semantic) one that differs in the words of its last message alone and means the same as far as can be told.
///
/// The key holds the whole canonical request, the pipeline's fingerprint, the repeat, the caller and the partition; a
/// semantic hit must be equal in all of these but the last message's text, reach the similarity and pass the lexical
/// gate. Kept are whole answers of the model alone: no error, no answer cut short, none refused, none of a stand-in.
/// The temperature is part of the key and no reason not to keep an answer: who wants a fresh sample turns the cache off
/// for the request.
public struct CacheStage: Stage {
    /// How answers are found.
    public struct Options: Sendable {
        /// What requests get that ask for nothing else; off keeps the stage for those that ask.
        public var mode: CallContext.CacheUse
        public var timeToLive: Duration
        /// Most entries in memory.
        public var maxEntries: Int
        /// Most bytes of replies in memory.
        public var mostBytes: Int
        /// The least cosine of a semantic hit, 0…1.
        public var similarity: Double
        /// What compares texts; nil is the embedded way, by spelling.
        public var embedding: (any EmbeddingModel)?

        public init(
            mode: CallContext.CacheUse = .exact, timeToLive: Duration = .seconds(3600), maxEntries: Int = 10_000,
            mostBytes: Int = 64 << 20, similarity: Double = 0.95, embedding: (any EmbeddingModel)? = nil
        ) {
            self.mode = mode
            self.timeToLive = timeToLive
            self.maxEntries = maxEntries
            self.mostBytes = mostBytes
            self.similarity = similarity
            self.embedding = embedding
        }
    }

    public let name = "cache"
    private let fingerprint: String
    private let readsVariables: Bool
    private let options: Options
    private let clock: ClockReading
    let shelf: CacheShelf

    /// What compares texts where no model is configured: by spelling, offline.
    public static let standardEmbedding: any EmbeddingModel = LexicalEmbedding(corpus: EmptyCollection())
    /// Longer than this no answer waits for a vector.
    private static let patience = Duration.seconds(5)

    /// - Parameters:
    ///   - readsVariables: whether the model reads the sample's fields besides the request; see `CacheKey`.
    ///   - printBody: prints the body that answers go out with; nil leaves it to whoever hands them out.
    ///   - clock: what entries in memory expire by; a jump of the wall clock does not touch them.
    public init(
        fingerprint: String, readsVariables: Bool = false, options: Options = Options(),
        storage: (any CacheStorage)? = nil, printBody: StageResources.BodyPrint? = nil,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.fingerprint = fingerprint
        self.readsVariables = readsVariables
        self.options = options
        self.clock = ClockReading(clock)
        shelf = CacheShelf(
            maxEntries: options.maxEntries, mostBytes: options.mostBytes, timeToLive: options.timeToLive,
            storage: storage, printBody: printBody, clock: clock)
    }

    static let definition = StageDefinition(
        name: "cache",
        settings: [
            .text("embedding"), .integer("max_entries", 1...100_000_000), .word("mode", ["exact", "off", "semantic"]),
            .number("similarity", 0...1), .seconds("ttl_seconds"),
        ],
        words: ["exact", "semantic"], onByDefault: false, standby: ["mode": "off"]
    ) { values, resources in
        let mode = values.word("mode").flatMap(CallContext.CacheUse.init) ?? .exact
        if mode == .off, !resources.hasStandbys { return nil }
        var options = Options(mode: mode)
        options.timeToLive = values.seconds("ttl_seconds") ?? options.timeToLive
        options.maxEntries = values.integer("max_entries") ?? options.maxEntries
        options.similarity = values.number("similarity") ?? options.similarity
        options.embedding = values.text("embedding").map { name in
            NamedEmbedding(name: name, find: resources.embeddings)
        }
        return CacheStage(
            fingerprint: resources.fingerprint, readsVariables: resources.readsVariables, options: options,
            storage: resources.cache, printBody: resources.printBody, clock: resources.clock)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let use = call.context.cacheUse ?? options.mode
        guard use != .off else {
            note = "off"
            if call.context.explainsCache { tell(CacheExplanation(outcome: .off, mode: .off), call) }
            return try await next.reply(to: call)
        }
        let key = CacheKey(call: call, fingerprint: fingerprint, readsVariables: readsVariables)
        if let entry = await shelf.entry(under: key, owner: CacheOwner(caller: call.context.caller)) {
            return try await replay(entry, key, .hit, use, call, &note)
        }
        let owner = CacheOwner(caller: call.context.caller)
        var question: Result<SemanticQuestion, ChatError>?
        if use == .semantic { question = await self.question(call, owner) }
        if let asked = try? question?.get(), let found = await shelf.match(asked, threshold: options.similarity) {
            call.trace.note { $0.cacheSimilarity = found.match.similarity }
            return try await replay(found.entry, found.match.entry.key, .semantic, use, call, &note)
        }
        note = "miss"
        call.trace.note { $0.cache = "miss" }
        shelf.count(.miss)
        if call.context.explainsCache { await explainMiss(of: call, owner, use, question) }
        var reply = try await next.reply(to: call)
        if CachedReply.isKept(reply) {
            let fields = RequestFields(call: call, fingerprint: fingerprint, readsVariables: readsVariables)
            shelf.keep(reply, under: key, owner: owner, fields: fields, question: try? question?.get())
        }
        if case .failure(let error) = question, error.kind != .invalidRequest { reply.warnings.append(error.message) }
        return reply
    }

    /// Hands out an answer that was kept.
    private func replay(
        _ entry: CacheShelf.Entry, _ key: CacheKey, _ outcome: CacheExplanation.Outcome, _ use: CallContext.CacheUse,
        _ call: ChatCall, _ note: inout String?
    ) async throws(ChatError) -> ChatReply {
        note = outcome.rawValue
        call.trace.note { $0.cache = outcome.rawValue }
        shelf.count(outcome)
        if call.context.explainsCache { explainHit(entry, key, outcome, use, call) }
        for piece in entry.reply.pieces { try await call.onDelta?(Delta(piece, receivedAt: .now)) }
        return entry.reply
    }

    // MARK: likeness

    /// The request as it is compared with others.
    /// - Returns: nil where it cannot be, `.invalidRequest` where its last message is no single text; any other failure
    ///   is the embedding model's.
    private func question(_ call: ChatCall, _ owner: CacheOwner) async -> Result<SemanticQuestion, ChatError> {
        guard let text = SemanticQuestion.text(of: call.request) else {
            return .failure(
                ChatError(
                    .invalidRequest,
                    "the last message is not a text of at most \(SemanticQuestion.longestText) characters"))
        }
        do throws(ChatError) {
            let (model, vector) = try await embed(text)
            return .success(
                SemanticQuestion(
                    scope: .scope(of: call, fingerprint: fingerprint, readsVariables: readsVariables), owner: owner,
                    text: text, model: model, vector: vector))
        } catch {
            return .failure(ChatError(error.kind, "cache: no vector of the last message: \(error.message)"))
        }
    }

    private func embed(_ text: String) async throws(ChatError) -> (model: String, vector: UnitVector) {
        let model: any EmbeddingModel = options.embedding ?? CacheStage.standardEmbedding
        let vectors =
            options.embedding == nil
            ? try await model.embed([text])
            : try await clock.atMost(CacheStage.patience) { () async throws(ChatError) in
                try await model.embed([text])
            }
        guard let first = vectors.first, let vector = UnitVector(of: first) else {
            throw ChatError(.invalidResponse, "\(model.name) gave no vector with a direction")
        }
        return (model.name, vector)
    }

    /// How like each other the texts of pairs are as the cache would compare them, -1…1; nil for a pair of which it
    /// compares one text with no other.
    /// - Throws: what the model throws.
    public static func likenesses(
        of pairs: [(a: String, b: String)], by model: any EmbeddingModel
    ) async throws(ChatError) -> [Double?] {
        let vectors = try await model.embed(pairs.flatMap { [$0.a, $0.b] }).map { UnitVector(of: $0) }
        guard vectors.count == 2 * pairs.count else {
            throw ChatError(.invalidResponse, "found \(vectors.count) vectors; expected \(2 * pairs.count)")
        }
        return pairs.enumerated().map { index, pair in
            let isCompared = [pair.a, pair.b].allSatisfy { text in
                SemanticQuestion.text(of: ChatRequest(model: "", user: text)) != nil
            }
            guard isCompared, let a = vectors[2 * index], let b = vectors[2 * index + 1] else { return nil }
            return Double(a.likenesses(to: [b])[0])
        }
    }

    // MARK: explanations

    private func tell(_ explanation: CacheExplanation, _ call: ChatCall) {
        call.trace.note { $0.cacheExplanation = explanation.json }
    }

    private func explainHit(
        _ entry: CacheShelf.Entry, _ key: CacheKey, _ outcome: CacheExplanation.Outcome, _ use: CallContext.CacheUse,
        _ call: ChatCall
    ) {
        let fields = RequestFields(call: call, fingerprint: fingerprint, readsVariables: readsVariables)
        var explanation = CacheExplanation(outcome: outcome, mode: use, entries: 1)
        explanation.threshold = use == .semantic ? options.similarity : nil
        explanation.nearest = CacheExplanation.Nearest(
            key: key, age: shelf.now - entry.keptAt, remaining: entry.expiry - shelf.now,
            differences: entry.fields.map { fields.differences(from: $0) } ?? [],
            similarity: outcome == .semantic ? call.trace.notes.cacheSimilarity : nil, gate: [])
        tell(explanation, call)
    }

    private func explainMiss(
        of call: ChatCall, _ owner: CacheOwner, _ use: CallContext.CacheUse,
        _ question: Result<SemanticQuestion, ChatError>?
    ) async {
        let fields = RequestFields(call: call, fingerprint: fingerprint, readsVariables: readsVariables)
        let requests = await shelf.requests(of: owner)
        var explanation = CacheExplanation(outcome: .miss, mode: use, entries: requests.count)
        explanation.threshold = use == .semantic ? options.similarity : nil
        var alike: SemanticIndex.Match?
        switch question {
        case .success(let asked): alike = await shelf.nearest(asked)
        case .failure(let error): explanation.obstacle = error.message
        case nil: break
        }
        let ranked = requests.map { ($0, fields.differences(from: $0.fields)) }
        let nearest =
            ranked.first { $0.0.key == alike?.entry.key }
            ?? ranked.min { ($0.1.count, $0.0.age) < ($1.1.count, $1.0.age) }
        explanation.nearest = nearest.map { request, differences in
            let match = request.key == alike?.entry.key ? alike : nil
            return CacheExplanation.Nearest(
                key: request.key, age: request.age, remaining: request.remaining, differences: differences,
                similarity: match?.similarity, gate: match?.differences ?? [])
        }
        tell(explanation, call)
    }

    // MARK: figures and eviction

    var storage: (any CacheStorage)? { shelf.storage }

    var identity: ObjectIdentifier { ObjectIdentifier(shelf) }

    /// The figures of this stage alone, without the store's; see `PipelineStages.cacheStatistics`.
    public var statistics: CacheStatistics { shelf.statistics }

    /// Removes entries from memory; see `PipelineStages.evict`.
    func evictFromMemory(_ what: CacheEviction) -> Int { shelf.evict(what) }
}

/// An embedding model that is looked for when it is first needed.
private struct NamedEmbedding: EmbeddingModel {
    let name: String
    let find: StageResources.EmbeddingModels?
    var dimensions: Int? { nil }

    func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
        guard let find else { throw ChatError(.notFound, "there is no embedding model '\(name)' here") }
        return try await find(name).reply(to: request)
    }
}
