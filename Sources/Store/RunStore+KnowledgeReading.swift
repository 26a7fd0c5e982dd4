import Chat
import Foundation
import GRDB

extension RunStore {
    private static let columns = "owner, name, language, model, chunk_size, chunk_overlap, version"

    /// All collections by owner and name.
    /// - Parameter owner: only this one's; nil is all.
    public func knowledgeCollections(ofOwner owner: String? = nil) throws(StoreError) -> [KnowledgeSummary] {
        try read(absent: []) { db in
            let sql = """
                SELECT \(RunStore.columns),
                    (SELECT count(*) FROM knowledge_documents d WHERE d.collection = c.collection),
                    (SELECT count(*) FROM knowledge_documents d JOIN knowledge_chunks USING (document)
                        WHERE d.collection = c.collection),
                    (SELECT count(*) FROM knowledge_documents d JOIN knowledge_chunks k USING (document)
                        WHERE d.collection = c.collection AND c.model IS NOT NULL AND k.model IS NOT c.model)
                FROM knowledge_collections c WHERE owner = coalesce(?, owner) ORDER BY owner, name
                """
            return try Row.fetchAll(db, sql: sql, arguments: [stored(owner)]).map { row in
                let columns = Columns(row: row, path: path)
                return KnowledgeSummary(
                    collection: try RunStore.collection(columns), documents: try columns.count(7),
                    chunks: try columns.count(8), chunksToEmbed: try columns.count(9))
            }
        }
    }

    private static func collection(_ columns: Columns) throws(StoreError) -> KnowledgeCollection {
        KnowledgeCollection(
            name: try columns.text(1), owner: try columns.text(0), language: try columns.text(2),
            model: try columns.optionalText(3), chunkSize: try columns.count(4), chunkOverlap: try columns.count(5),
            version: try columns.integer(6))
    }

    /// A collection's settings; nil where there is none of the name.
    public func knowledgeCollection(_ name: CollectionName) throws(StoreError) -> KnowledgeCollection? {
        try allCollections()[name]
    }

    /// The settings of all collections. The one process that writes remembers them: each request asks for a version.
    private func allCollections() throws(StoreError) -> [CollectionName: KnowledgeCollection] {
        let (known, mark) = collections.known
        if commits != nil, let known { return known }
        let all: [CollectionName: KnowledgeCollection] = try read(absent: [:]) { db in
            let rows = try Row.fetchAll(db, sql: "SELECT \(RunStore.columns) FROM knowledge_collections")
            let found = try rows.map { try RunStore.collection(Columns(row: $0, path: path)) }
            return Dictionary(found.map { ($0.id, $0) }) { _, last in last }
        }
        collections.remember(all, since: mark)
        return all
    }

    /// What is said of a collection that is not there, with the nearest name of the same owner.
    public func noSuchCollection(_ name: CollectionName) throws(StoreError) -> StoreError {
        let names = try allCollections().keys.filter { $0.owner == name.owner }.map(\.name).sorted()
        return .noSuchCollection(name.name, nearest: NearestName.nearest(to: name.name, among: names))
    }

    /// The documents of a collection in the order in which they came.
    public func knowledgeDocuments(of name: CollectionName) throws(StoreError) -> [KnowledgeDocumentSummary] {
        try read(absent: []) { db in
            let sql = """
                SELECT id, title, metadata, length(d.text), added_at,
                    (SELECT count(*) FROM knowledge_chunks k WHERE k.document = d.document)
                FROM knowledge_documents d JOIN knowledge_collections c USING (collection)
                WHERE c.owner = ? AND c.name = ? ORDER BY d.document
                """
            return try Row.fetchAll(db, sql: sql, arguments: [stored(name.owner), stored(name.name)]).map { row in
                let columns = Columns(row: row, path: path)
                return KnowledgeDocumentSummary(
                    id: try columns.text(0), title: try columns.text(1), metadata: try columns.json(2),
                    characters: try columns.count(3), chunks: try columns.count(5),
                    addedAtMilliseconds: try columns.integer(4))
            }
        }
    }

    /// The hash that a document was stored with; nil where there is none of the id.
    public func knowledgeHash(of id: String, in name: CollectionName) throws(StoreError) -> [UInt8]? {
        try read(absent: nil) { db in
            let sql = """
                SELECT hash FROM knowledge_documents d JOIN knowledge_collections c USING (collection)
                WHERE c.owner = ? AND c.name = ? AND d.id = ?
                """
            let arguments: StatementArguments = [stored(name.owner), stored(name.name), stored(id)]
            return try Row.fetchOne(db, sql: sql, arguments: arguments).flatMap { row in
                try Columns(row: row, path: path).optionalBytes(0).map { [UInt8]($0) }
            }
        }
    }

    /// Hands over every document of a collection with its chunks, in the order in which they came, one at a time; with
    /// the version of the collection that all of them are of.
    /// - Parameter missing: only documents with a chunk that has no vector of this model.
    /// - Returns: the collection as read; nil where there is none of the name.
    @discardableResult
    public func forEachKnowledgeDocument(
        of name: CollectionName, missingVectorsOf missing: String? = nil,
        _ body: (KnowledgeDocument) throws -> Void
    ) throws(StoreError) -> KnowledgeCollection? {
        try read(absent: nil) { db in
            let settings = """
                SELECT \(RunStore.columns), collection FROM knowledge_collections WHERE owner = ? AND name = ?
                """
            let whole: StatementArguments = [stored(name.owner), stored(name.name)]
            guard let row = try Row.fetchOne(db, sql: settings, arguments: whole) else { return nil }
            let columns = Columns(row: row, path: path)
            let collection = try RunStore.collection(columns)
            let condition =
                missing == nil
                ? ""
                : """
                 AND EXISTS (SELECT 1 FROM knowledge_chunks k
                    WHERE k.document = d.document AND k.model IS NOT ?)
                """
            let sql = """
                SELECT document, id, title, text, metadata, hash, added_at FROM knowledge_documents d
                WHERE collection = ?\(condition) ORDER BY document
                """
            var arguments: StatementArguments = [try columns.integer(7)]
            if let missing { arguments += [stored(missing)] }
            let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                try body(try document(Columns(row: row, path: path), model: missing ?? collection.model, db))
            }
            return collection
        }
    }

    private func document(_ columns: Columns, model: String?, _ db: Database) throws -> KnowledgeDocument {
        let sql = #"SELECT number, start, "end", headings, model, vector FROM knowledge_chunks WHERE document = ?"#
        let statement = try db.cachedStatement(sql: sql + " ORDER BY number")
        let text = try columns.text(3)
        var chunks: [KnowledgeChunk] = []
        let rows = try Row.fetchCursor(statement, arguments: [try columns.integer(0)])
        while let row = try rows.next() {
            let chunk = Columns(row: row, path: path)
            let (start, end) = (try chunk.count(1), try chunk.count(2))
            guard 0 <= start, start <= end else { throw chunk.mismatch(1, "a place before the end") }
            var vector: [Float]?
            if let model, try chunk.optionalText(4) == model, let bytes = try chunk.optionalBytes(5) {
                guard let values = VectorBytes.values(bytes) else { throw chunk.mismatch(5, "a vector") }
                vector = values
            }
            chunks.append(
                KnowledgeChunk(
                    number: try chunk.count(0), range: start..<end, headings: try chunk.strings(3), vector: vector))
        }
        return KnowledgeDocument(
            id: try columns.text(1), title: try columns.text(2), text: text, metadata: try columns.json(4),
            hash: try columns.optionalBytes(5).map { [UInt8]($0) } ?? [], addedAtMilliseconds: try columns.integer(6),
            chunks: chunks)
    }
}
