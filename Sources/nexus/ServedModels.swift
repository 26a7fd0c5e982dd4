import Chat
import Gateway
import Providers
import Server

/// The models of `nexus serve`, each behind the configured pipeline, which is made once and keeps its state.
final class ServedModels: ModelCatalog {
    private let assembly: Assembly
    private let stages: PipelineStages
    /// What `default` and `auto` stand for.
    private let standard: String
    private let made = Locked<[String: any ChatModel]>([:])
    let names: [String]

    /// The most models by full name that are kept made: clients choose names freely.
    private static let mostMade = 1_000

    /// - Throws: `CommandFailure` where the pipeline's settings are faulty.
    init(_ assembly: Assembly, standard: String) throws {
        self.assembly = assembly
        self.standard = standard
        let priced = assembly.settings.prices.modelNames.filter { name in
            assembly.settings.providers[String(name.prefix { $0 != "/" })] != nil
        }
        var names = assembly.settings.aliases.keys.sorted()
        for name in [standard] + priced where !names.contains(name) { names.append(name) }
        self.names = names
        stages = try assembly.configuredStages()
    }

    func model(named name: String) throws(ChatError) -> any ChatModel {
        let name = meant(name)
        if let model = made.withLock({ $0[name] }) { return model }
        let model = try make(name)
        made.withLock { made in
            if made.count >= ServedModels.mostMade { made.removeAll() }
            made[name] = model
        }
        return model
    }

    func embeddings(named name: String) throws(ChatError) -> any EmbeddingModel {
        try named(meant(name)) { name, reference in try assembly.embeddings(reference) }
    }

    func tokenCounter(named name: String) throws(ChatError) -> TokenCounter? {
        try named(meant(name)) { name, reference in try assembly.tokenCounter(reference) }
    }

    private func meant(_ name: String) -> String { name == "default" || name == "auto" ? standard : name }

    private func make(_ name: String) throws(ChatError) -> any ChatModel {
        try named(name) { name, reference in
            Named(
                pipeline: Pipeline(stages, around: try assembly.route(name)),
                parameters: reference.parameters)
        }
    }

    /// What `make` makes of a name and what it stands for; whatever is wrong with the name is a `ChatError`.
    private func named<Value>(
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

        func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
            guard parameters != ChatRequest.Parameters() else { return try await pipeline.reply(to: call) }
            var call = call
            call.request.parameters = parameters.filled(by: call.request.parameters)
            call.request.wireBody = nil
            return try await pipeline.reply(to: call)
        }
    }
}
