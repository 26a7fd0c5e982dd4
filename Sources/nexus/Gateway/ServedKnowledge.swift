import Chat
import Experiments
import Gateway
import Retrieval
import Server
import Store

/// The knowledge base of `nexus serve` as its routes show it.
struct ServedKnowledge: KnowledgeShelf {
    let store: GatewayStore
    /// Where embedding waits its turn; nil embeds within the request.
    let queue: JobQueue?
    /// The one of the moment: its embedding models, and the collection of its pipeline.
    let assembly: @Sendable () -> Assembly

    /// The collection where a request names none: the one that the pipeline retrieves from.
    private var standard: String {
        assembly().settings.pipeline.setting(of: "retrieval")?["collection"]?.stringValue ?? "default"
    }

    func ingest(_ ingest: KnowledgeIngest, caller: String?) async throws(ChatError) -> [JSONValue.Member] {
        let name = ingest.collection ?? standard
        let documents = try ServedKnowledge.documents(ingest)
        let model = try ingest.model.map { name throws(ChatError) in try fullName(name) }
        let settings = CollectionSettings(name: name, owner: caller, model: model)
        let outcome: IngestOutcome
        do throws(KnowledgeError) {
            let knowledge = try knowledge()
            outcome = try await knowledge.add(documents, to: settings, embeds: queue == nil)
        } catch {
            throw ServedKnowledge.chatError(error)
        }
        let job = outcome.toEmbed > 0 ? try await embed(settings.id) : nil
        return [
            .init(key: "collection", value: .string(name)),
            .init(key: "documents", value: .array(documents.map { .string($0.id) })),
            .init(key: "added", value: .number(outcome.added)),
            .init(key: "replaced", value: .number(outcome.replaced)),
            .init(key: "unchanged", value: .number(outcome.unchanged)),
            .init(key: "chunks", value: .number(outcome.chunks)),
            .init(key: "embedded", value: .number(outcome.embedded)),
            .init(key: "to_embed", value: .number(outcome.toEmbed)),
        ] + (job.map { [.init(key: "job", value: $0)] } ?? [])
    }

    private func embed(_ collection: CollectionName) async throws(ChatError) -> JSONValue? {
        guard let queue else { return nil }
        let job = await StoreFailure.result { () async throws(StoreError) in try await queue.embed(collection) }
        return try job.get().map { ServedTraining.json($0, in: queue) }
    }

    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue? {
        guard let queue else { return nil }
        let found = await StoreFailure.result { () async throws(StoreError) in try queue.job(id) }
        guard let job = try found.get(), job.kind == "embed", job.owner == caller else { return nil }
        return ServedTraining.json(job, in: queue)
    }

    private static func documents(_ ingest: KnowledgeIngest) throws(ChatError) -> [SourceDocument] {
        let format: DocumentFormat =
            switch ingest.format {
            case .text: .plain
            case .markdown: .markdown
            case .html: .html
            }
        var seen: Set<ScalarText> = []
        var documents: [SourceDocument] = []
        for (index, document) in ingest.documents.enumerated() {
            let content = format.text(of: document.text)
            guard content.text.contains(where: { !$0.isWhitespace }) else {
                throw failed("documents[\(index)]: found no text; expected a document")
            }
            let id = document.id ?? SourceDocument.id(ofText: content.text)
            guard seen.insert(ScalarText(id)).inserted else {
                throw failed("documents[\(index)]: the id '\(id)' stands twice")
            }
            documents.append(
                SourceDocument(
                    id: id, title: document.title ?? content.title ?? "", text: content.text,
                    metadata: document.metadata))
        }
        return documents
    }

    func documents(
        of collection: String?, caller: String?
    ) async throws(ChatError) -> (collection: String, documents: [JSONValue]) {
        let name = collection ?? standard
        let found = await StoreFailure.result { () async throws(StoreError) in
            let store = try store.open()
            // What the caller is answered from: its own, else what is there for all.
            for owner in [caller, nil] {
                let place = CollectionName(name, of: owner)
                if try store.knowledgeCollection(place) != nil { return try store.knowledgeDocuments(of: place) }
            }
            // A collection that nobody asked for by name is empty until something is put into it.
            guard collection != nil else { return [KnowledgeDocumentSummary]() }
            throw try store.noSuchCollection(CollectionName(name, of: caller))
        }
        return (
            name,
            try found.get().map { document in
                [
                    "id": .string(document.id), "title": .string(document.title), "metadata": document.metadata,
                    "characters": .number(document.characters), "chunks": .number(document.chunks),
                    "added_at": .string(Timestamp.text(document.addedAtMilliseconds)),
                ]
            }
        )
    }

    func remove(_ id: String, from collection: String?, caller: String?) async throws(ChatError) -> Bool {
        let name = CollectionName(collection ?? standard, of: caller)
        return try await StoreFailure.result { () async throws(StoreError) in
            let store = try store.open()
            guard try store.knowledgeCollection(name) != nil else {
                guard collection != nil else { return false }
                throw try store.noSuchCollection(name)
            }
            return try await store.removeDocument(id, from: name)
        }.get()
    }

    private func knowledge() throws(KnowledgeError) -> Knowledge {
        let opened: RunStore
        do throws(StoreError) { opened = try store.open() } catch { throw .store(error) }
        let assembly = assembly()
        return Knowledge(
            store: opened,
            model: { name throws(ChatError) in
                do {
                    return try assembly.embeddings(assembly.reference(name))
                } catch {
                    throw error as? ChatError ?? ChatError(.notFound, String(describing: error))
                }
            },
            nowMilliseconds: { Timestamp.now() })
    }

    private func fullName(_ model: String) throws(ChatError) -> String {
        guard model != CollectionSettings.embedded else { return model }
        do {
            let (assembly, reference) = (assembly(), try assembly().reference(model))
            _ = try assembly.embeddings(reference)
            return reference.name
        } catch {
            throw ServedKnowledge.failed("model: \((error as? ChatError)?.message ?? String(describing: error))")
        }
    }

    private static func failed(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 422, code: "validation_failed")
    }

    private static func chatError(_ error: KnowledgeError) -> ChatError {
        switch error {
        case .store(let error): StoreFailure.chatError(error)
        case .embedding(_, let error): error
        case .dimensions, .settings, .notEmbedded: failed(error.description)
        }
    }
}
