import Chat
import CurlTransport
import Experiments
import Gateway
import Providers
import Scoring
import Server
import Store

/// The only place that knows everything: names providers, stages and metrics to the spec reader, and builds what
/// answers.
struct Assembly: Sendable {
    var settings: Settings
    let loop: CurlLoop
    /// What is shared by all that ask one provider, and by all that ask one alias.
    let limits: [String: ProviderLimit]
    let pools: [String: DeploymentPool]
    /// Where retrieval looks.
    var knowledge: KnowledgeSources

    /// - Parameter previous: an assembly of older settings: its connections go on, and so does what it knows of
    ///   providers and deployments whose settings are the same.
    init(settings: Settings, after previous: Assembly? = nil) throws {
        self.settings = settings
        limits = Assembly.limits(settings, after: previous)
        pools = Assembly.pools(settings, after: previous)
        knowledge = previous?.knowledge ?? KnowledgeSources()
        if let previous {
            loop = previous.loop
            return
        }
        do {
            loop = try CurlLoop(userAgent: "nexus/\(Nexus.version)")
        } catch {
            throw CommandFailure(.internalError, "cannot start the network thread: \(error)")
        }
    }

    /// The names that specs may use.
    var vocabulary: Vocabulary {
        Vocabulary(
            metrics: Metrics.all + [SemanticSimilarity.definition(embeddings: embeddings)],
            stages: StageDefinition.named.map(Assembly.kind), pipelines: settings.pipelines,
            providers: settings.providerNames + ["recorded"],
            aliases: settings.aliases.keys.sorted(), baselines: Baseline.all.map(\.name))
    }

    /// What embeds texts by this name, for stages.
    @Sendable
    func embeddingModel(_ name: String) throws(ChatError) -> any EmbeddingModel {
        do {
            return try embeddings(reference(name))
        } catch {
            throw error as? ChatError ?? ChatError(.notFound, String(describing: error))
        }
    }

    /// What embeds texts by this name, for metrics.
    @Sendable
    private func embeddings(_ name: String) throws(MetricError) -> any EmbeddingModel {
        do {
            return try embeddings(reference(name))
        } catch {
            throw MetricError((error as? ChatError)?.message ?? String(describing: error), parameter: "model")
        }
    }

    static func kind(_ definition: StageDefinition) -> StageKind {
        let settings = definition.settings.map { setting in
            switch setting.rule {
            case .integer(let range): SettingKind(setting.name, .integer(range))
            case .number(let range): SettingKind(setting.name, .number(range))
            case .word(let words): SettingKind(setting.name, .word(words))
            case .text: SettingKind(setting.name, .text)
            case .document(let what): SettingKind(setting.name, .document(what))
            }
        }
        return StageKind(
            definition.name, words: definition.words, settings: settings, needsOneOf: definition.needsOneOf,
            isDefault: definition.onByDefault
        ) { value in
            definition.fault(in: value, resources: StageResources(rules: GuardEngines.forChecks))
                .map { ($0.key ?? "", $0.message) }
        }
    }

    /// What stages need of this assembly.
    private func resources(
        cache: StoredCache? = nil, fingerprint: String = "", readsVariables: Bool = false,
        startTask: StageResources.TaskStart? = nil
    ) -> StageResources {
        StageResources(
            cache: cache, fingerprint: fingerprint, readsVariables: readsVariables, startTask: startTask,
            rules: GuardEngines.over(loop, settings.substitution), knowledge: knowledge, embeddings: embeddingModel,
            otherService: otherService)
    }

    /// What answers for each variant of a spec.
    /// - Parameters:
    ///   - cache: keeps the cache of pipelines that have one; nil keeps it in memory.
    ///   - gateway: an OpenAI-compatible endpoint that is asked instead of the pipeline inside the process.
    /// - Throws: `CommandFailure` naming every model that cannot be asked and how to mend it.
    func contestants(
        for spec: EvalSpec, cache: StoredCache?, gateway: String?, disableCache: Bool
    ) throws -> [Contestant] {
        let routes = try routes(for: spec, gateway)
        return try spec.variants.compactMap { variant in
            guard let route = routes[variant.model.id] else { return nil }
            let reference = try reference(variant.model)
            let isRecorded = variant.model.recorded != nil
            var stages = Dictionary(
                variant.pipeline.stages.map { ($0.stage, $0.setting) }, uniquingKeysWith: { _, last in last })
            // Recorded answers have nothing to gain from a cache, and a gateway has its own pipeline.
            if isRecorded || disableCache { stages["cache"] = "off" }
            if gateway != nil { for name in ["cache", "fallback", "guardrails", "retrieval"] { stages[name] = "off" } }
            let resources = resources(
                cache: cache, fingerprint: Assembly.fingerprint(variant),
                readsVariables: reference.provider == "baseline")
            var variant = variant
            variant.model.parameters = reference.parameters.filled(by: variant.model.parameters)
            return Contestant(
                variant: variant,
                model: Pipeline(try self.stages(variant.pipeline.id, stages, resources), around: route),
                modelName: Assembly.requestedName(variant.model, reference, gateway),
                lane: route.isOneModel ? reference.provider : "",
                hasCache: stages["cache"].map { $0 != "off" && $0 != false } ?? false)
        }
    }

    /// What tells a variant's cached answers from another's with the same request: model and pipeline's settings.
    private static func fingerprint(_ variant: Variant) -> String {
        let stages = variant.pipeline.stages.map { JSONValue.Member(key: $0.stage, value: $0.setting) }
        let model: [JSONValue] = [.string(variant.model.id), variant.model.input.map { .string($0) } ?? .null]
        return JSONValue.array(model + [.object(stages)]).text
    }

    /// The stages that the configuration gives, made once for all models.
    /// - Parameters:
    ///   - named: a pipeline of the configuration whose stages stand in place of the standard ones; nil is the standard
    ///     one itself.
    ///   - other: see `PipelineStages`.
    ///   - cache: where answers are kept beyond memory.
    ///   - sessions: where conversations are kept; nil keeps none.
    func configuredStages(
        _ named: EvalPipeline? = nil, sharing other: PipelineStages? = nil,
        hasStandbys: Bool = false, cache: StoredCache? = nil, sessions: Sessions? = nil
    ) throws -> PipelineStages {
        let all = settings.pipeline.stages + (named?.stages ?? [])
        var stages = Dictionary(all.map { ($0.stage, $0.setting) }, uniquingKeysWith: { _, last in last })
        var resources = resources(cache: cache, startTask: { work in Task { await work() } })
        resources.hasStandbys = hasStandbys
        resources.printBody = GatewayServer.keptBody
        resources.sessions = sessions
        // Where conversations can be kept, they are unless somebody says otherwise.
        if sessions != nil, stages["session"] == nil { stages["session"] = "on" }
        return try self.stages(named?.id ?? "pipeline", stages, resources, sharing: other)
    }

    private func stages(
        _ name: String, _ settings: [String: JSONValue], _ resources: StageResources,
        sharing other: PipelineStages? = nil
    ) throws -> PipelineStages {
        do throws(StageError) {
            return try PipelineStages(settings: settings, resources: resources, sharing: other)
        } catch {
            throw CommandFailure.usage("pipeline '\(name)': \(error)")
        }
    }

    /// Most calls under way at each provider that has a bound.
    var lanePermits: [String: Int] {
        settings.providers.compactMapValues(\.maxConcurrency)
    }
}

extension Assembly {
    /// A model's name taken apart.
    struct ModelReference {
        var provider: String
        /// Without the provider.
        var model: String
        /// What the configuration's alias sets.
        var parameters = ChatRequest.Parameters()
        var name: String { "\(provider)/\(model)" }
    }

    /// What a name stands for: `provider/model`, an alias, or a bare name at the default provider.
    func reference(_ name: String) throws -> ModelReference {
        var (name, parameters) = (name, ChatRequest.Parameters())
        var seen: Set<String> = []
        while let alias = settings.aliases[name] {
            guard seen.insert(name).inserted else {
                throw CommandFailure.usage("the alias '\(name)' stands for itself")
            }
            parameters = alias.parameters.filled(by: parameters)
            name = alias.model
        }
        let known = Set(vocabulary.providers)
        if let slash = name.firstIndex(of: "/"), known.contains(String(name[..<slash])) {
            let model = String(name[name.index(after: slash)...])
            return withDefaults(
                ModelReference(provider: String(name[..<slash]), model: model, parameters: parameters))
        }
        return withDefaults(ModelReference(provider: vendor(ofBareName: name), model: name, parameters: parameters))
    }

    private func withDefaults(_ reference: ModelReference) -> ModelReference {
        guard reference.provider == "openai", let temperature = settings.defaultTemperature else { return reference }
        var reference = reference
        reference.parameters.temperature = reference.parameters.temperature ?? temperature
        return reference
    }

    private func reference(_ model: ModelSpec) throws -> ModelReference {
        if model.recorded != nil {
            let label = model.model.hasPrefix("recorded/") ? String(model.model.dropFirst(9)) : model.id
            return ModelReference(provider: "recorded", model: label)
        }
        return try reference(model.model)
    }

    /// What is asked for each model of the spec, by the model's id.
    private func routes(for spec: EvalSpec, _ gateway: String?) throws -> [String: Route] {
        var routes: [String: Route] = [:]
        var failures: [String: CommandFailure] = [:]
        var ids: [String] = []
        for model in spec.variants.map(\.model) where routes[model.id] == nil && failures[model.id] == nil {
            ids.append(model.id)
            do {
                routes[model.id] = try route(model, reference(model), spec, gateway)
            } catch let failure as CommandFailure {
                failures[model.id] = failure
            }
        }
        let found = ids.compactMap { failures[$0] }
        if let first = found.first {
            throw CommandFailure(first.status, found.map(\.description).joined(separator: "\n"))
        }
        return routes
    }

    /// The name that goes into requests: a gateway knows names of its own, and hears them as the spec writes them.
    private static func requestedName(_ model: ModelSpec, _ reference: ModelReference, _ gateway: String?) -> String {
        gateway == nil || reference.provider == "baseline" || model.recorded != nil ? reference.name : model.model
    }

    private func route(
        _ model: ModelSpec, _ reference: ModelReference, _ spec: EvalSpec, _ gateway: String?
    ) throws -> Route {
        do {
            if let file = model.recorded { return Route(try Recorded(path: spec.path(file), label: reference.model)) }
            if let gateway, reference.provider != "baseline" {
                let access = ProviderAccess(loop: loop, apiKey: settings.providers["gateway"]?.apiKey)
                let provider = Provider.compatible(name: "gateway", baseURL: gateway)
                return Route(try provider.model(model.model, access: access))
            }
            return try route(model.model, field: model.input)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            let message = (error as? ChatError)?.message ?? String(describing: error)
            throw CommandFailure.usage("\(spec.file):\(model.place.line): model '\(model.id)': \(message)")
        }
    }

    /// What answers to a name, without any pipeline.
    /// - Parameter field: the dataset field that a baseline reads; nil reads the prompt.
    func model(_ reference: ModelReference, field: String? = nil) throws(ChatError) -> any ChatModel {
        if reference.provider == "baseline" { return try BaselineModel(named: reference.model, field: field) }
        let configured = settings.providers[reference.provider]
        let provider = try provider(reference.provider, configured)
        return try provider.model(reference.model, access: access(configured))
    }

    /// What turns texts into vectors by this name.
    func embeddings(_ reference: ModelReference) throws(ChatError) -> any EmbeddingModel {
        if reference.provider == "baseline" {
            throw ChatError(.notFound, "the provider 'baseline' embeds no texts; ask a vendor's or Ollama's model")
        }
        let configured = settings.providers[reference.provider]
        let provider = try provider(reference.provider, configured)
        return try provider.embeddings(reference.model, access: access(configured))
    }

    /// What counts the tokens of requests to this name; nil where its vendor does not.
    func tokenCounter(_ reference: ModelReference) throws(ChatError) -> TokenCounter? {
        if reference.provider == "baseline" { return nil }
        let configured = settings.providers[reference.provider]
        let provider = try provider(reference.provider, configured)
        return try provider.tokenCounter(reference.model, access: access(configured))
    }

    func access(_ configured: Settings.Provider?) -> ProviderAccess {
        ProviderAccess(
            loop: loop, baseURL: configured?.baseURL, apiKey: configured?.apiKey, prices: settings.prices)
    }

    /// A provider of the configuration's own, or a known vendor.
    private func provider(_ name: String, _ configured: Settings.Provider?) throws(ChatError) -> Provider {
        let settings = configured ?? Settings.Provider()
        if let dialect = settings.dialect, let address = settings.baseURL {
            if let request = settings.request, let answer = settings.answer {
                return .templated(name: name, address: address, request: request, answer: answer)
            }
            if let provider = Provider.speaking(dialect, name: name, baseURL: address) { return provider }
        }
        guard let provider = Provider.named(name) else {
            throw ChatError(.notFound, "the provider '\(name)' \(settings.missing)")
        }
        return provider
    }
}
