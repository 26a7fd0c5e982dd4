public import Chat

/// The models that a server offers, by the names clients use.
public protocol ModelCatalog: Sendable {
    /// What `GET /v1/models` lists.
    var names: [String] { get }

    /// What answers to a name, pipeline and all.
    /// - Throws: `ChatError.notFound` with the nearest name, `.invalidRequest` where the name is no name.
    func model(named name: String) throws(ChatError) -> any ChatModel

    /// What turns texts into vectors by a name.
    /// - Throws: as `model(named:)`; `.invalidRequest` for a model without embeddings, which a catalog without any
    ///   throws for every name.
    func embeddings(named name: String) throws(ChatError) -> any EmbeddingModel

    /// Turns texts into vectors behind a pipeline of the configuration; nil is the standard one. A catalog without
    /// pipelines asks the model alone.
    /// - Parameter trace: gets a span a stage.
    /// - Throws: as `embeddings(named:)` and `model(named:pipeline:)`, and what the model throws.
    func embed(
        _ request: EmbeddingRequest, pipeline: String?, context: CallContext, trace: Trace
    ) async throws(ChatError) -> EmbeddingReply

    /// What counts the tokens of requests to a name; nil where its vendor does not.
    /// - Throws: as `model(named:)`.
    func tokenCounter(named name: String) throws(ChatError) -> TokenCounter?

    /// What the guard of requests of a pipeline lets through of a request that no model answers; nil is the standard
    /// pipeline. A catalog without guards gives the request itself.
    /// - Throws: as `model(named:pipeline:)` for a pipeline that there is not, and what the guard refuses.
    func guarded(
        _ request: ChatRequest, pipeline: String?, context: CallContext
    ) async throws(ChatError) -> ChatRequest

    /// The full name of a model at a provider; of nil, of the one that is asked there where nobody chooses.
    /// - Throws: `ChatError.invalidRequest` with the nearest name where there is no such provider, or no model is known
    ///   for it.
    func name(of model: String?, at provider: String) throws(ChatError) -> String

    /// What answers to a name behind a pipeline of the configuration; nil is the standard one.
    /// - Throws: as `model(named:)`, and `.invalidRequest` where there is no such pipeline.
    func model(named name: String, pipeline: String?) throws(ChatError) -> any ChatModel
}

extension ModelCatalog {
    /// Of a catalog that knows no providers but as parts of names.
    public func name(of model: String?, at provider: String) throws(ChatError) -> String {
        guard let model else {
            throw ChatError(
                .invalidRequest, "provider: no model is set for '\(provider)'; name one with model", status: 422,
                code: "validation_failed")
        }
        return model.hasPrefix(provider + "/") ? model : "\(provider)/\(model)"
    }

    public func tokenCounter(named name: String) throws(ChatError) -> TokenCounter? {
        _ = try model(named: name)
        return nil
    }

    public func embeddings(named name: String) throws(ChatError) -> any EmbeddingModel {
        throw ChatError(.invalidRequest, "model: '\(name)' has no embeddings")
    }

    public func embed(
        _ request: EmbeddingRequest, pipeline: String?, context: CallContext, trace: Trace
    ) async throws(ChatError) -> EmbeddingReply {
        let model = try embeddings(named: request.model)
        let begin = ContinuousClock.now
        trace.note { $0.attempts += 1 }
        defer { trace.record(stage: "provider", from: begin) }
        return try await model.reply(to: request)
    }

    /// Of a catalog without named pipelines.
    public func model(named name: String, pipeline: String?) throws(ChatError) -> any ChatModel {
        guard let pipeline else { return try model(named: name) }
        throw ChatError(.invalidRequest, "x-nexus-pipeline: there is no pipeline '\(pipeline)'", status: 400)
    }
}
