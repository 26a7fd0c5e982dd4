import Chat
import Gateway

/// The cache of all pipelines that are served: what it holds, and how it is emptied.
extension ServedModels {
    var cacheStatistics: CacheStatistics { PipelineStages.cacheStatistics(of: [stages] + named.values) }

    /// Removes entries from memory and from the store.
    /// - Returns: how many there were.
    /// - Throws: `ChatError` where the store cannot be written.
    func evict(_ what: CacheEviction) async throws(ChatError) -> Int {
        try await PipelineStages.evict(what, from: [stages] + named.values)
    }
}
