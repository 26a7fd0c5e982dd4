import Chat
import Gateway
import Server

/// The cache of `nexus serve` as its routes show it: that of all pipelines together.
struct ServedCache: CacheShelf {
    /// The models of the moment.
    let catalog: Locked<ServedModels>

    func statistics() async throws(ChatError) -> [JSONValue.Member] {
        let (models, pipelines) = pipelines
        let figures = PipelineStages.cacheStatistics(of: pipelines).json.objectValue ?? []
        return [.init(key: "enabled", value: .bool(models.assembly.settings.hasCache))] + figures
    }

    func clear(caller: String?) async throws(ChatError) -> Int {
        try await PipelineStages.evict(.caller(caller), from: pipelines.stages)
    }

    private var pipelines: (models: ServedModels, stages: [PipelineStages]) {
        let models = catalog.withLock { $0 }
        return (models, [models.stages] + models.named.values)
    }
}
