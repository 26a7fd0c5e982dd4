import Chat
import Experiments
import Gateway
import Providers
import Server
import Telemetry

/// The models of `nexus serve`, each behind the configured pipeline, which is made once and keeps its state.
final class ServedModels: ModelCatalog {
    let assembly: Assembly
    private let sessions: Sessions?
    /// The standard pipeline, and those with a name.
    let stages: PipelineStages
    let named: [String: PipelineStages]
    /// Where answers are kept beyond memory; nil keeps them there alone.
    private let cache: StoredCache?
    /// What `default` and `auto` stand for.
    let standard: String
    private let made = Locked<[Key: any ChatModel]>([:])
    let names: [String]

    /// The most models by full name that are kept made: clients choose names freely.
    private static let mostMade = 1_000

    private struct Key: Hashable {
        var name: String
        var pipeline: String?
    }

    /// - Parameters:
    ///   - cache: where answers are kept beyond memory; nil goes on with that of the older settings, if any.
    ///   - sessions: where conversations are kept; nil goes on with those of the older settings, if any.
    ///   - previous: the models of older settings: limits, breakers, the cache and the like go on where their settings
    ///     are the same.
    /// - Throws: `CommandFailure` where the pipeline's settings are faulty.
    init(
        _ assembly: Assembly, standard: String, cache: StoredCache? = nil, sessions: Sessions? = nil,
        after previous: ServedModels? = nil
    ) throws {
        let cache = cache ?? previous?.cache
        let sessions = sessions ?? previous?.sessions
        self.cache = cache
        self.assembly = assembly
        self.standard = standard
        self.sessions = sessions
        let priced = assembly.settings.prices.modelNames.filter { name in
            assembly.settings.providers[String(name.prefix { $0 != "/" })] != nil
        }
        var names = assembly.settings.aliases.keys.sorted()
        for name in [standard] + priced where !names.contains(name) { names.append(name) }
        self.names = names
        // Before anything is in the knowledge base nothing is misspelt.
        if try !assembly.knowledge.names().isEmpty {
            try assembly.checkCollections(assembly.settings.allPipelines, isServed: true)
        }
        let standardStages = try assembly.configuredStages(
            sharing: previous?.stages, hasStandbys: true, cache: cache, sessions: sessions)
        stages = standardStages
        // A limit holds whatever pipeline a request goes through: stages with the same setting are one.
        let pairs = try assembly.settings.pipelines.map { pipeline in
            (
                pipeline.id,
                try assembly.configuredStages(
                    pipeline, sharing: standardStages, hasStandbys: true, cache: cache, sessions: sessions)
            )
        }
        named = Dictionary(pairs) { $1 }
    }

    /// How busy its providers are, which of its breakers are open, and how full its cache is.
    var gauges: [Gauge] {
        GatewayGauges.limits(assembly.limits) + GatewayGauges.breakers([stages] + named.values)
            + GatewayGauges.cache(cacheStatistics)
    }

    func model(named name: String) throws(ChatError) -> any ChatModel { try model(named: name, pipeline: nil) }

    func model(named name: String, pipeline: String?) throws(ChatError) -> any ChatModel {
        let key = Key(name: meaning(name), pipeline: pipeline)
        if let model = made.withLock({ $0[key] }) { return model }
        let model = try make(key.name, stages(pipeline))
        made.withLock { made in
            if made.count >= ServedModels.mostMade { made.removeAll() }
            made[key] = model
        }
        return model
    }

    func embeddings(named name: String) throws(ChatError) -> any EmbeddingModel {
        try meant(meaning(name)) { name, reference in try assembly.embeddings(reference) }
    }

    func embed(
        _ request: EmbeddingRequest, pipeline: String?, context: CallContext, trace: Trace
    ) async throws(ChatError) -> EmbeddingReply {
        let stages = try stages(pipeline)
        let behind = try meant(meaning(request.model)) { _, reference in
            EmbeddingPipeline(
                stages, around: try assembly.embeddings(reference), named: reference.name,
                limit: assembly.limits[reference.provider])
        }
        return try await behind.reply(to: request, context: context, trace: trace)
    }

    func tokenCounter(named name: String) throws(ChatError) -> TokenCounter? {
        try meant(meaning(name)) { name, reference in try assembly.tokenCounter(reference) }
    }

    func guarded(
        _ request: ChatRequest, pipeline: String?, context: CallContext
    ) async throws(ChatError) -> ChatRequest {
        try await stages(pipeline).guarded(request, context: context)
    }

    func name(of model: String?, at provider: String) throws(ChatError) -> String {
        let known = assembly.settings.providerNames
        guard known.contains(provider) else {
            let nearest = NearestName.question(for: provider, among: known) ?? "known: \(known.joined(separator: ", "))"
            throw ServedModels.failed("provider: there is no provider '\(provider.prefix(60))'; \(nearest)")
        }
        if let model { return model.hasPrefix(provider + "/") ? model : "\(provider)/\(model)" }
        let reference = try meant(standard) { _, reference in reference }
        if reference.provider == provider { return standard }
        if let own = assembly.settings.defaultModels[provider] { return "\(provider)/\(own)" }
        if let small = Assembly.smallModels[provider] { return "\(provider)/\(small)" }
        throw ServedModels.failed("model: none is set for '\(provider)'; name one")
    }

    private static func failed(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 422, code: "validation_failed")
    }

    private func meaning(_ name: String) -> String { name == "default" || name == "auto" ? standard : name }

    private func stages(_ pipeline: String?) throws(ChatError) -> PipelineStages {
        guard let pipeline else { return stages }
        if let known = named[pipeline] { return known }
        let nearest = NearestName.question(for: pipeline, among: named.keys.sorted()).map { "; \($0)" } ?? ""
        throw ChatError(
            .invalidRequest, "x-nexus-pipeline: there is no pipeline '\(pipeline.prefix(60))'\(nearest)", status: 400,
            code: "invalid_header")
    }

    private func make(_ name: String, _ stages: PipelineStages) throws(ChatError) -> any ChatModel {
        try meant(name) { name, reference in
            let route = try assembly.route(name)
            return Named(
                pipeline: Pipeline(stages, around: route), parameters: reference.parameters,
                identity: assembly.identity(of: route))
        }
    }

    /// What `make` makes of a name and what it stands for; whatever is wrong with the name is a `ChatError`.
    private func meant<Value>(
        _ name: String, _ make: (_ name: String, _ reference: Assembly.ModelReference) throws -> Value
    ) throws(ChatError) -> Value {
        do {
            let reference = try assembly.reference(name)
            try check(name, reference.provider)
            return try make(name, reference)
        } catch let error as ChatError {
            throw error
        } catch let failure as CommandFailure {
            throw ChatError(.notFound, failure.description)
        } catch {
            throw ChatError(.internal, "the model '\(name)' cannot be set up")
        }
    }

    /// A vendor without a key here has no models here: a client that misspelt a name shall not read of our keys.
    private func check(_ name: String, _ provider: String) throws(ChatError) {
        let configured = assembly.settings.providers[provider]
        guard let variable = Provider.named(provider)?.keyVariable, configured?.apiKey == nil,
            configured?.baseURL == nil
        else { return }
        let nearest = NearestName.question(for: name, among: names).map { "; \($0)" } ?? ""
        throw ChatError(.notFound, "there is no model '\(name)' (\(provider) needs \(variable))\(nearest)")
    }

    /// A pipeline whose alias sets parameters that a request leaves open.
    private struct Named: ChatModel {
        let pipeline: any ChatModel
        let parameters: ChatRequest.Parameters
        /// What the name stands for now: answers of what it stood for before are not its own.
        let identity: String

        func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
            var call = call
            call.context.modelIdentity = identity
            guard parameters != ChatRequest.Parameters() else { return try await pipeline.reply(to: call) }
            call.request.parameters = parameters.filled(by: call.request.parameters)
            call.request.wireBody = nil
            return try await pipeline.reply(to: call)
        }
    }
}
