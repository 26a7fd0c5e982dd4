import Chat
import Gateway
import Server

/// The cache of `nexus serve` as its routes show it: that of all pipelines together.
struct ServedCache: CacheShelf {
    /// The models of the moment.
    let catalog: Locked<ServedModels>

    func statistics() async throws(ChatError) -> [JSONValue.Member] {
        let models = catalog.withLock { $0 }
        let figures = models.cacheStatistics.json.objectValue ?? []
        return [.init(key: "enabled", value: .bool(models.assembly.settings.hasCache))] + figures
    }

    func clear(caller: String?) async throws(ChatError) -> Int {
        try await PipelineStages.evict(.caller(caller), from: catalog.withLock { $0 }.allStages)
    }
}

extension ServedModels {
    var cacheStatistics: CacheStatistics { PipelineStages.cacheStatistics(of: allStages) }

    /// Those of the standard pipeline and of the named ones.
    fileprivate var allStages: [PipelineStages] { [stages] + named.values }
}
