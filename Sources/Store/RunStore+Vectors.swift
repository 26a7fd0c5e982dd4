import Foundation
import GRDB

extension RunStore {
    /// Keeps vectors with a run; those that it has already stay as they are.
    /// - Throws: `StoreError.noSuchRun`, `.diskFull`, `.locked`.
    public func keep(_ vectors: [StoredVector], for runID: String) async throws(StoreError) {
        try await write { [names] db in
            let run = try names.numbers(of: runID, db).run
            let statement = try db.cachedStatement(
                sql: "INSERT INTO vectors (run, model, text_hash, vector) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            for vector in vectors {
                try statement.execute(arguments: [
                    run, stored(vector.model), Data(vector.textHash), VectorBytes.data(vector.values),
                ])
            }
        }
    }

    /// The vectors that a run has of a model for some texts, by the texts' hashes; those that it has not are left out.
    /// - Throws: `StoreError.corrupt` where one is damaged.
    public func vectors(
        of textHashes: [[UInt8]], model: String, for runID: String
    ) throws(StoreError) -> [[UInt8]: [Float]] {
        try read(absent: [:]) { db in
            guard let run = try RunStore.number(of: runID, db) else { return [:] }
            let statement = try db.cachedStatement(
                sql: "SELECT vector FROM vectors WHERE run = ? AND model = ? AND text_hash = ?")
            var found: [[UInt8]: [Float]] = [:]
            for hash in textHashes where found[hash] == nil {
                guard let row = try Row.fetchOne(statement, arguments: [run, stored(model), Data(hash)]) else {
                    continue
                }
                let columns = Columns(row: row, path: path)
                guard let values = try columns.optionalBytes(0).flatMap(VectorBytes.values) else {
                    throw columns.mismatch(0, "a vector")
                }
                found[hash] = values
            }
            return found
        }
    }
}
