import Chat
import Foundation
import GRDB

extension RunStore {
    /// Makes a collection, or gives one other settings; its documents stay.
    public func keep(_ collection: KnowledgeCollection) async throws(StoreError) {
        try await writeKnowledge { db in
            let sql = """
                INSERT INTO knowledge_collections (owner, name, language, model, chunk_size, chunk_overlap, version)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (owner, name) DO UPDATE SET language = excluded.language, model = excluded.model,
                    chunk_size = excluded.chunk_size, chunk_overlap = excluded.chunk_overlap, version = version + 1
                """
            try db.execute(
                sql: sql,
                arguments: [
                    stored(collection.owner), stored(collection.name), stored(collection.language),
                    stored(collection.model), collection.chunkSize, collection.chunkOverlap, collection.version,
                ])
        }
    }

    /// Stores documents, each in place of an older one of its id, in one transaction.
    /// - Throws: `StoreError.noSuchCollection`, `.diskFull`, `.locked`.
    public func keep(_ documents: [KnowledgeDocument], in name: CollectionName) async throws(StoreError) {
        guard !documents.isEmpty else { return }
        try await writeKnowledge { db in
            let collection = try RunStore.changed(name, db)
            for document in documents {
                try RunStore.delete(document.id, of: collection, db)
                try RunStore.insert(document, collection, db)
            }
        }
    }

    /// Removes a document; nothing of it is left in the store's files.
    /// - Returns: Whether there was one.
    @discardableResult
    public func removeDocument(_ id: String, from name: CollectionName) async throws(StoreError) -> Bool {
        let before = try knowledgeHash(of: id, in: name)
        guard before != nil else { return false }
        try await writeKnowledge { db in
            try RunStore.delete(id, of: try RunStore.changed(name, db), db)
        }
        await emptyLog()
        return true
    }

    /// Removes a collection with all that is in it; nothing of it is left in the store's files.
    /// - Returns: Whether there was one.
    @discardableResult
    public func removeCollection(_ name: CollectionName) async throws(StoreError) -> Bool {
        guard try knowledgeCollection(name) != nil else { return false }
        try await writeKnowledge { db in
            try db.execute(
                sql: "DELETE FROM knowledge_collections WHERE owner = ? AND name = ?",
                arguments: [stored(name.owner), stored(name.name)])
        }
        await emptyLog()
        return true
    }

    /// Keeps vectors of a model; those of documents that have changed or gone meanwhile are left out.
    public func keep(
        _ vectors: [KnowledgeVector], model: String, in name: CollectionName
    ) async throws(StoreError) {
        guard !vectors.isEmpty else { return }
        try await writeKnowledge { db in
            let collection = try RunStore.changed(name, db)
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE knowledge_chunks SET model = ?, vector = ? WHERE number = ? AND document =
                        (SELECT document FROM knowledge_documents WHERE collection = ? AND id = ? AND hash = ?)
                    """)
            for vector in vectors {
                try statement.execute(arguments: [
                    stored(model), VectorBytes.data(vector.values), vector.chunk, collection,
                    stored(vector.documentID), Data(vector.documentHash),
                ])
            }
        }
    }

    /// Writes, and has collections read anew.
    private func writeKnowledge(_ work: @escaping CommitQueue.Work) async throws(StoreError) {
        defer { collections.forget() }
        try await write(work)
    }

    // MARK: within a transaction

    /// The number of a collection, its version raised.
    private static func changed(_ name: CollectionName, _ db: Database) throws -> Int64 {
        let sql = """
            UPDATE knowledge_collections SET version = version + 1 WHERE owner = ? AND name = ? RETURNING collection
            """
        let arguments: StatementArguments = [stored(name.owner), stored(name.name)]
        guard let number = try Int64.fetchOne(db, sql: sql, arguments: arguments) else {
            throw StoreError.noSuchCollection(name.name, nearest: nil)
        }
        return number
    }

    private static func delete(_ id: String, of collection: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM knowledge_documents WHERE collection = ? AND id = ?")
            .execute(arguments: [collection, stored(id)])
    }

    private static func insert(_ document: KnowledgeDocument, _ collection: Int64, _ db: Database) throws {
        let sql = """
            INSERT INTO knowledge_documents (collection, id, title, text, metadata, hash, added_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        try db.cachedStatement(sql: sql).execute(arguments: [
            collection, stored(document.id), stored(document.title), stored(document.text),
            stored(document.metadata.text), Data(document.hash), document.addedAtMilliseconds,
        ])
        let number = db.lastInsertedRowID
        let statement = try db.cachedStatement(
            sql: #"INSERT INTO knowledge_chunks (document, number, start, "end", headings) VALUES (?, ?, ?, ?, ?)"#)
        for chunk in document.chunks {
            let headings = JSONValue.array(chunk.headings.map { .string($0) })
            try statement.execute(arguments: [
                number, chunk.number, chunk.range.lowerBound, chunk.range.upperBound, stored(headings.text),
            ])
        }
    }
}
