import Chat
public import Retrieval
public import Store

/// How a collection is made; settings that are nil are left as they are, or chosen.
public struct CollectionSettings: Sendable, Hashable {
    public var name: String
    /// The fingerprint of the key that it belongs to; "" for the operator's own.
    public var owner: String
    /// nil goes by the texts that a new collection is made with.
    public var language: Language?
    /// The embedding model's full name; `CollectionSettings.embedded` for the embedded vectors; nil keeps what the
    /// collection has.
    public var model: String?
    /// The most characters of a chunk; nil is 2,000.
    public var chunkSize: Int?
    /// Characters that a chunk repeats of the one before it; nil is 200.
    public var chunkOverlap: Int?

    public static let embedded = "lexical"

    public init(
        name: String, owner: String? = nil, language: Language? = nil, model: String? = nil, chunkSize: Int? = nil,
        chunkOverlap: Int? = nil
    ) {
        self.name = name
        self.owner = owner ?? ""
        self.language = language
        self.model = model
        self.chunkSize = chunkSize
        self.chunkOverlap = chunkOverlap
    }

    /// Its name with its owner.
    public var id: CollectionName { CollectionName(name, of: owner) }
}

/// What came of adding documents.
public struct IngestOutcome: Sendable, Hashable {
    public var added = 0
    /// Took the place of an older document of their id.
    public var replaced = 0
    /// Were there already, the same.
    public var unchanged = 0
    /// Chunks of those added and replaced.
    public var chunks = 0
    /// Chunks that were given vectors.
    public var embedded = 0
    /// Chunks of the whole collection that want vectors still.
    public var toEmbed = 0

    public init() {}
}

extension Knowledge {
    private static let storedAtOnce = 200
    private static let embeddedAtOnce = 64

    /// Takes documents into a collection, which is made where it is missing, and embeds what wants vectors.
    ///
    /// Documents that are there already and the same cost nothing. What was stored stays where a later step fails:
    /// the next call goes on from there. Where the model changes, everything is embedded again.
    /// - Parameters:
    ///   - documents: each is asked for once, in order; an error of theirs ends it.
    ///   - embeds: false leaves what wants vectors to a later call, or to the job `embed`.
    ///   - progress: told after each batch.
    public func add(
        _ documents: [SourceDocument], to settings: CollectionSettings, embeds: Bool = true,
        progress: @Sendable (IngestOutcome) -> Void = { _ in }
    ) async throws(KnowledgeError) -> IngestOutcome {
        let collection = try await collection(settings, for: documents)
        let chunker = Chunker(size: collection.chunkSize, overlap: collection.chunkOverlap)
        var outcome = IngestOutcome()
        var batch: [KnowledgeDocument] = []
        for document in documents {
            let hash = document.hash(cutBy: chunker)
            let old = try kept { () throws(StoreError) in
                try store.knowledgeHash(of: document.id, in: collection.id)
            }
            guard old != hash else {
                outcome.unchanged += 1
                continue
            }
            let record = Knowledge.record(document, hash, chunker, at: nowMilliseconds())
            if old == nil { outcome.added += 1 } else { outcome.replaced += 1 }
            outcome.chunks += record.chunks.count
            batch.append(record)
            guard batch.count == Knowledge.storedAtOnce else { continue }
            try await keep(batch, collection)
            batch = []
            progress(outcome)
        }
        try await keep(batch, collection)
        progress(outcome)
        if embeds { outcome = try await embed(collection, outcome, progress) }
        if collection.model != nil {
            let all = try kept { () throws(StoreError) in try store.knowledgeCollections(ofOwner: collection.owner) }
            outcome.toEmbed = all.first { $0.collection.id == collection.id }?.chunksToEmbed ?? 0
        }
        return outcome
    }

    private func keep(
        _ documents: [KnowledgeDocument], _ collection: KnowledgeCollection
    ) async throws(KnowledgeError) {
        do {
            try await store.keep(documents, in: collection.id)
        } catch {
            throw .store(error)
        }
    }

    private static func record(
        _ document: SourceDocument, _ hash: [UInt8], _ chunker: Chunker, at time: Int64
    ) -> KnowledgeDocument {
        let chunks = chunker.chunks(of: document.text).map {
            KnowledgeChunk(number: $0.number, range: $0.range, headings: $0.headings)
        }
        return KnowledgeDocument(
            id: document.id, title: document.title, text: document.text, metadata: .object(document.metadata),
            hash: hash, addedAtMilliseconds: time, chunks: chunks)
    }

    // MARK: the collection

    private func collection(
        _ settings: CollectionSettings, for documents: [SourceDocument]
    ) async throws(KnowledgeError) -> KnowledgeCollection {
        let known = try kept { () throws(StoreError) in try store.knowledgeCollection(settings.id) }
        var collection = known ?? newCollection(settings, for: documents)
        if let known {
            try Knowledge.check(settings, against: known)
            if let model = settings.model { collection.model = model == CollectionSettings.embedded ? nil : model }
        }
        guard collection != known else { return collection }
        do {
            try await store.keep(collection)
        } catch {
            throw .store(error)
        }
        return collection
    }

    private func newCollection(
        _ settings: CollectionSettings, for documents: [SourceDocument]
    ) -> KnowledgeCollection {
        let sample = documents.prefix(100).map { String($0.text.unicodeScalars.prefix(2_000)) }.joined(separator: "\n")
        let chunker = Chunker()
        return KnowledgeCollection(
            name: settings.name, owner: settings.owner, language: (settings.language ?? Language(of: sample)).rawValue,
            model: settings.model == CollectionSettings.embedded ? nil : settings.model,
            chunkSize: settings.chunkSize ?? chunker.size,
            chunkOverlap: settings.chunkOverlap ?? min(chunker.overlap, (settings.chunkSize ?? chunker.size) / 2),
            version: nowMilliseconds())
    }

    private static func check(
        _ settings: CollectionSettings, against known: KnowledgeCollection
    ) throws(KnowledgeError) {
        let pairs: [(name: String, wanted: String?, has: String)] = [
            ("the language", settings.language?.rawValue, known.language),
            ("the chunk size", settings.chunkSize.map(String.init), String(known.chunkSize)),
            ("the overlap", settings.chunkOverlap.map(String.init), String(known.chunkOverlap)),
        ]
        for pair in pairs {
            guard let wanted = pair.wanted, wanted != pair.has else { continue }
            throw .settings(collection: known.name, setting: pair.name, found: wanted, expected: pair.has)
        }
    }

    // MARK: vectors

    /// Gives a vector of the collection's model to every chunk that has none, those included that come meanwhile.
    private func embed(
        _ collection: KnowledgeCollection, _ outcome: IngestOutcome, _ progress: @Sendable (IngestOutcome) -> Void
    ) async throws(KnowledgeError) -> IngestOutcome {
        var outcome = outcome
        var before: Int
        repeat {
            before = outcome.embedded
            outcome = try await embedWaiting(collection, outcome, progress)
        } while outcome.embedded > before
        return outcome
    }

    /// The same of those that are there.
    private func embedWaiting(
        _ collection: KnowledgeCollection, _ outcome: IngestOutcome, _ progress: @Sendable (IngestOutcome) -> Void
    ) async throws(KnowledgeError) -> IngestOutcome {
        guard let model = collection.model else { return outcome }
        var outcome = outcome
        var waiting: [(text: String, place: KnowledgeVector)] = []
        try kept { () throws(StoreError) in
            _ = try store.forEachKnowledgeDocument(of: collection.id, missingVectorsOf: model) { document in
                for (chunk, vector) in document.indexedChunks where vector == nil {
                    let place = KnowledgeVector(
                        documentID: document.id, documentHash: document.hash, chunk: chunk.chunk.number, values: [])
                    waiting.append((chunk.searchedText, place))
                }
            }
        }
        var dimensions: Int?
        for start in stride(from: 0, to: waiting.count, by: Knowledge.embeddedAtOnce) {
            let batch = waiting[start..<min(waiting.count, start + Knowledge.embeddedAtOnce)]
            let vectors = try await vectors(of: batch.map(\.text), model: model)
            var places = batch.map(\.place)
            for (index, values) in vectors.enumerated() {
                let expected = dimensions ?? values.count
                guard values.count == expected, expected > 0 else {
                    throw .dimensions(model: model, found: values.count, expected: expected)
                }
                dimensions = expected
                places[index].values = values
            }
            do {
                try await store.keep(places, model: model, in: collection.id)
            } catch {
                throw .store(error)
            }
            outcome.embedded += places.count
            progress(outcome)
        }
        return outcome
    }
}
