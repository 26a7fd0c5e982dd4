import Chat

/// `/api/knowledge/…`: documents of the knowledge base.
struct KnowledgeRoutes: Sendable {
    let shelf: (any KnowledgeShelf)?
    let caller: String?

    private static let members = ["collection", "documents", "format", "model"]
    private static let documentMembers = ["id", "title", "text", "content", "metadata"]

    /// Most documents of one request, and of one page of a list.
    private static let mostDocuments = 1_000

    /// `POST /api/knowledge/ingest`: `{collection?, model?, format?, documents: [{id?, title?, text | content,
    /// metadata?}]}`, or one document whose members stand in the body itself.
    func ingest(_ body: [UInt8]) async throws(ChatError) -> JSONValue {
        let reader = try MemberReader(body, known: KnowledgeRoutes.members + KnowledgeRoutes.documentMembers)
        var documents: [KnowledgeIngest.Document] = []
        if let items = try reader.list("documents") {
            if let own = KnowledgeRoutes.documentMembers.first(where: { reader.body[$0] != nil }) {
                throw MemberReader.failed("\(own): stands beside documents; put it into one of them")
            }
            guard (1...KnowledgeRoutes.mostDocuments).contains(items.count) else {
                throw MemberReader.failed(
                    "documents: found \(items.count); expected 1 to \(KnowledgeRoutes.mostDocuments)")
            }
            for (index, item) in items.enumerated() {
                let path = "documents[\(index)]."
                documents.append(
                    try KnowledgeRoutes.document(
                        MemberReader(item, known: KnowledgeRoutes.documentMembers, path: path), path))
            }
        } else {
            documents = [try KnowledgeRoutes.document(reader, "")]
        }
        let ingest = KnowledgeIngest(
            collection: try reader.name("collection"), model: try reader.name("model"),
            format: try reader.word("format", KnowledgeIngest.Format.self) ?? .text, documents: documents)
        return .object([.init(key: "success", value: true)] + (try await known().ingest(ingest, caller: caller)))
    }

    private static func document(
        _ reader: MemberReader, _ path: String
    ) throws(ChatError) -> KnowledgeIngest.Document {
        let (text, content) = (try reader.text("text"), try reader.text("content"))
        guard let whole = text ?? content, text == nil || content == nil else {
            throw MemberReader.invalid(
                text == nil ? "\(path)text: required" : "\(path)content: stands beside text; one of them is enough")
        }
        guard whole.contains(where: { !$0.isWhitespace }) else {
            throw MemberReader.failed("\(path)text: found no text; expected a document")
        }
        return KnowledgeIngest.Document(
            id: try reader.name("id"), title: try reader.text("title"), text: whole,
            metadata: try reader.members("metadata") ?? [])
    }

    /// `GET /api/knowledge/documents?collection=…&limit=…&offset=…`.
    func documents(_ query: ProxyParameters) async throws(ChatError) -> JSONValue {
        try query.check(known: ["collection", "limit", "offset"])
        let limit = try query.integer("limit", in: 1...KnowledgeRoutes.mostDocuments) ?? 100
        let offset = try query.integer("offset", in: 0...1_000_000_000) ?? 0
        let (collection, all) = try await known().documents(of: query["collection"], caller: caller)
        return [
            "success": true, "collection": .string(collection), "total": .number(all.count),
            "documents": .array(Array(all.dropFirst(offset).prefix(limit))),
        ]
    }

    /// `DELETE /api/knowledge/documents/:id?collection=…`.
    func remove(_ id: String, _ query: ProxyParameters) async throws(ChatError) -> JSONValue {
        try query.check(known: ["collection"])
        guard try await known().remove(id, from: query["collection"], caller: caller) else {
            throw ChatError(.notFound, "there is no document '\(Steering.shown(id))'", code: "document_not_found")
        }
        return ["success": true, "id": .string(id), "deleted": true]
    }

    /// `GET /api/knowledge/jobs/:id`: how far the embedding of what was taken in is.
    func job(_ id: String) async throws(ChatError) -> JSONValue {
        guard let job = try await known().job(id, caller: caller) else {
            throw ChatError(.notFound, "there is no job '\(Steering.shown(id))'", code: "job_not_found")
        }
        return ["success": true, "job": job]
    }

    private func known() throws(ChatError) -> any KnowledgeShelf {
        guard let shelf else { throw ProxyDesk.absent("there is no knowledge base here") }
        return shelf
    }
}
