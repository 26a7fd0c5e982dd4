import Chat
import Crypto
import Store

/// Vectors of texts by one model, kept with a run: a text is embedded once, also by a run that is resumed.
struct VectorShelf: Sendable {
    let model: any EmbeddingModel
    let run: OpenRun

    /// One vector a text, in the order of the texts.
    /// - Throws: `ChatError` of the model, or `.invalidResponse` where it gave other than one vector a text, all of the
    ///   same length; `StoreError`.
    func vectors(of texts: [String]) async throws -> [[Float]] {
        let hashes = texts.map(VectorShelf.hash)
        var known = try run.store.vectors(of: hashes, model: model.name, for: run.id)
        var missing: [(hash: [UInt8], text: String)] = []
        for (hash, text) in zip(hashes, texts) where known[hash] == nil {
            if !missing.contains(where: { $0.hash == hash }) { missing.append((hash, text)) }
        }
        if !missing.isEmpty {
            let made = try await model.embed(missing.map(\.text))
            guard made.count == missing.count else {
                throw ChatError(
                    .invalidResponse,
                    "\(model.name) gave \(made.count) vectors for \(Count.text(missing.count, "text"))")
            }
            for (entry, values) in zip(missing, made) { known[entry.hash] = values }
            let kept = zip(missing, made).map { StoredVector(model: model.name, textHash: $0.hash, values: $1) }
            try await run.store.keep(kept, for: run.id)
        }
        let vectors = hashes.map { known[$0] ?? [] }
        guard Set(vectors.map(\.count)).count == 1 else {
            throw ChatError(.invalidResponse, "\(model.name) gave vectors of several lengths")
        }
        return vectors
    }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
