import Chat
import Foundation
import GRDB

extension RunStore {
    /// All collections by name.
    public func knowledgeCollections() throws(StoreError) -> [KnowledgeSummary] {
        try read(absent: []) { db in
            let sql = """
                SELECT name, language, model, chunk_size, chunk_overlap, version,
                    (SELECT count(*) FROM knowledge_documents d WHERE d.collection = c.collection),
                    (SELECT count(*) FROM knowledge_documents d JOIN knowledge_chunks USING (document)
                        WHERE d.collection = c.collection),
                    (SELECT count(*) FROM knowledge_documents d JOIN knowledge_chunks k USING (document)
                        WHERE d.collection = c.collection AND c.model IS NOT NULL AND k.model IS NOT c.model)
                FROM knowledge_collections c ORDER BY name
                """
            return try Row.fetchAll(db, sql: sql).map { row in
                let columns = Columns(row: row, path: path)
                return KnowledgeSummary(
                    collection: try RunStore.collection(columns), documents: try columns.count(6),
                    chunks: try columns.count(7), chunksToEmbed: try columns.count(8))
            }
        }
    }

    private static func collection(_ columns: Columns) throws(StoreError) -> KnowledgeCollection {
        KnowledgeCollection(
            name: try columns.text(0), language: try columns.text(1), model: try columns.optionalText(2),
            chunkSize: try columns.count(3), chunkOverlap: try columns.count(4), version: try columns.integer(5))
    }

    /// A collection's settings; nil where there is none of the name.
    public func knowledgeCollection(_ name: String) throws(StoreError) -> KnowledgeCollection? {
        try read(absent: nil) { db in
            let sql = """
                SELECT name, language, model, chunk_size, chunk_overlap, version FROM knowledge_collections
                WHERE name = ?
                """
            return try Row.fetchOne(db, sql: sql, arguments: [stored(name)]).map { row in
                try RunStore.collection(Columns(row: row, path: path))
            }
        }
    }

    /// The documents of a collection in the order in which they came.
    public func knowledgeDocuments(of name: String) throws(StoreError) -> [KnowledgeDocumentSummary] {
        try read(absent: []) { db in
            let sql = """
                SELECT id, title, metadata, length(d.text), added_at,
                    (SELECT count(*) FROM knowledge_chunks k WHERE k.document = d.document)
                FROM knowledge_documents d JOIN knowledge_collections c USING (collection)
                WHERE c.name = ? ORDER BY d.document
                """
            return try Row.fetchAll(db, sql: sql, arguments: [stored(name)]).map { row in
                let columns = Columns(row: row, path: path)
                return KnowledgeDocumentSummary(
                    id: try columns.text(0), title: try columns.text(1), metadata: try columns.json(2),
                    characters: try columns.count(3), chunks: try columns.count(5),
                    addedAtMilliseconds: try columns.integer(4))
            }
        }
    }

    /// The hash that a document was stored with; nil where there is none of the id.
    public func knowledgeHash(of id: String, in name: String) throws(StoreError) -> [UInt8]? {
        try read(absent: nil) { db in
            let sql = """
                SELECT hash FROM knowledge_documents d JOIN knowledge_collections c USING (collection)
                WHERE c.name = ? AND d.id = ?
                """
            return try Row.fetchOne(db, sql: sql, arguments: [stored(name), stored(id)]).flatMap { row in
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
        of name: String, missingVectorsOf missing: String? = nil,
        _ body: (KnowledgeDocument) throws -> Void
    ) throws(StoreError) -> KnowledgeCollection? {
        try read(absent: nil) { db in
            let settings = """
                SELECT name, language, model, chunk_size, chunk_overlap, version, collection
                FROM knowledge_collections WHERE name = ?
                """
            guard let row = try Row.fetchOne(db, sql: settings, arguments: [stored(name)]) else { return nil }
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
            var arguments: StatementArguments = [try columns.integer(6)]
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
