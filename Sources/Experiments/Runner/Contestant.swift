public import Chat

/// A variant with what answers for it: handed in by whoever composes pipelines and providers.
public struct Contestant: Sendable {
    public var variant: Variant
    /// The pipeline around the model.
    public var model: any ChatModel
    /// The full model name that goes into requests.
    public var modelName: String
    /// Whose limits it shares: the provider's name.
    public var lane: String
    /// Whether the pipeline has a cache, so that a warm run fills it first.
    public var hasCache: Bool

    public init(variant: Variant, model: any ChatModel, modelName: String, lane: String, hasCache: Bool = false) {
        self.variant = variant
        self.model = model
        self.modelName = modelName
        self.lane = lane
        self.hasCache = hasCache
    }
}
