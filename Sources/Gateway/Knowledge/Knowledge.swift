public import Chat
public import Retrieval
public import Store

/// Collections of documents: taken in, embedded, searched.
///
/// Documents lie in the store; what is searched is an index in memory, built when a collection is first asked for and
/// again when its version has risen. Searching works beside a writer.
///
/// ```swift
/// let knowledge = Knowledge(store: store, model: { name in try assembly.embeddings(name) }, nowMilliseconds: clock)
/// try await knowledge.add([SourceDocument(id: "a", text: "…")], to: CollectionSettings(name: "docs"))
/// let passages = try await knowledge.search(SearchQuery(text: "Who wrote it?"), in: "docs")
/// ```
public final class Knowledge: Sendable {
    /// What embeds texts by a model's full name.
    public typealias Models = @Sendable (_ name: String) throws(ChatError) -> any EmbeddingModel

    let store: RunStore
    let models: Models
    let nowMilliseconds: @Sendable () -> Int64
    private let slots = Locked<[CollectionName: Slot]>([:])

    /// - Parameters:
    ///   - store: open for writing where documents are added.
    ///   - model: where embedding models come from; not asked for collections without one.
    public init(store: RunStore, model: @escaping Models, nowMilliseconds: @escaping @Sendable () -> Int64) {
        self.store = store
        models = model
        self.nowMilliseconds = nowMilliseconds
    }

    private struct LoadedCollection: Sendable {
        var collection: KnowledgeCollection
        var index: KnowledgeIndex
        /// Chunks without a vector of the collection's model.
        var missing: Int
    }

    /// Where a collection is loaded, by one at a time: who comes meanwhile waits for it.
    private final class Slot: Sendable {
        let loaded = Locked<LoadedCollection?>(nil)
    }

    /// The best passages of a collection, best first. Chunks whose vectors are not there yet are found by their words.
    /// - Throws: `KnowledgeError.store` with `noSuchCollection`, `.embedding`, `.notEmbedded` where the mode needs
    ///   vectors and there are none yet, `.dimensions` where the model's vectors have changed their length.
    public func search(_ query: SearchQuery, in name: CollectionName) async throws(KnowledgeError) -> [Passage] {
        let loaded = try load(name)
        var query = query
        if let model = loaded.collection.model, query.mode != .lexical, query.vector.isEmpty {
            guard loaded.missing == 0 || loaded.missing < loaded.index.chunkCount else {
                throw .notEmbedded(collection: name.name, model: model, missing: loaded.missing)
            }
            query.vector = try await vectors(of: [query.text], model: model)[0]
            if case .vectors(let expected, _) = loaded.index.space, query.vector.count != expected {
                throw .dimensions(model: model, found: query.vector.count, expected: expected)
            }
        }
        return loaded.index.search(query)
    }

    /// The version of a collection, for keys of caches; nil where there is none of the name.
    public func version(of name: CollectionName) throws(KnowledgeError) -> Int64? {
        try kept { () throws(StoreError) in try store.knowledgeCollection(name)?.version }
    }

    /// The names of an owner's collections.
    public func names(ofOwner owner: String) throws(KnowledgeError) -> [String] {
        try kept { () throws(StoreError) in try store.knowledgeCollections(ofOwner: owner).map(\.collection.name) }
    }

    /// Whether anybody has a collection of the name.
    func isMade(_ name: String) throws(KnowledgeError) -> Bool {
        try kept { () throws(StoreError) in
            try store.knowledgeCollections().contains { ScalarText($0.collection.name) == ScalarText(name) }
        }
    }

    /// The index of a collection as it is now.
    private func load(_ name: CollectionName) throws(KnowledgeError) -> LoadedCollection {
        let collection = try kept { () throws(StoreError) in try store.knowledgeCollection(name) }
        guard let collection else {
            slots.withLock { $0[name] = nil }
            throw .store(try kept { () throws(StoreError) in try store.noSuchCollection(name) })
        }
        let slot = slots.withLock { slots in
            let slot = slots[name] ?? Slot()
            slots[name] = slot
            return slot
        }
        return try slot.loaded.withLock { loaded throws(KnowledgeError) in
            if let known = loaded, known.collection.version >= collection.version { return known }
            let fresh = try build(collection)
            loaded = fresh
            return fresh
        }
    }

    private func build(_ collection: KnowledgeCollection) throws(KnowledgeError) -> LoadedCollection {
        var chunks: [(chunk: IndexedChunk, vector: [Float]?)] = []
        let read = try kept { () throws(StoreError) in
            try store.forEachKnowledgeDocument(of: collection.id) { chunks += $0.indexedChunks }
        }
        let now = read ?? collection
        let dimensions = chunks.lazy.compactMap { $0.vector?.count }.first
        var index = KnowledgeIndex(
            language: Language(rawValue: now.language) ?? .other,
            space: dimensions.map { .vectors(dimensions: $0, precision: .float32) } ?? .grams)
        var missing = 0
        for (chunk, vector) in chunks {
            if now.model != nil, vector == nil { missing += 1 }
            if let dimensions, let vector, vector.count != dimensions {
                throw .dimensions(model: now.model ?? "", found: vector.count, expected: dimensions)
            }
            index.add(chunk, vector: vector ?? [])
        }
        index.prepare()
        return LoadedCollection(collection: now, index: index, missing: missing)
    }

    func vectors(of texts: [String], model name: String) async throws(KnowledgeError) -> [[Float]] {
        let reply: EmbeddingReply
        do {
            reply = try await models(name).reply(to: EmbeddingRequest(texts: texts))
        } catch {
            throw .embedding(model: name, error)
        }
        guard reply.vectors.count == texts.count else {
            throw .embedding(
                model: name,
                ChatError(.invalidResponse, "found \(reply.vectors.count) vectors; expected \(texts.count)"))
        }
        return reply.vectors
    }

    func kept<Value>(_ body: () throws(StoreError) -> Value) throws(KnowledgeError) -> Value {
        do {
            return try body()
        } catch {
            throw .store(error)
        }
    }
}

extension KnowledgeDocument {
    /// Its chunks as they are indexed and embedded, cut out of its text.
    var indexedChunks: [(chunk: IndexedChunk, vector: [Float]?)] {
        let scalars = Array(text.unicodeScalars)
        let fields = Dictionary((metadata.objectValue ?? []).map { ($0.key, $0.value) }) { _, last in last }
        return chunks.map { stored in
            let range = stored.range.clamped(to: 0..<scalars.count)
            let text = String(String.UnicodeScalarView(scalars[range]))
            let chunk = Chunk(number: stored.number, text: text, range: range, headings: stored.headings)
            return (
                IndexedChunk(documentID: id, title: title, chunk: chunk, metadata: fields), stored.vector
            )
        }
    }
}
