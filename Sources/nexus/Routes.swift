import Chat
import Gateway

extension Assembly {
    /// All that a name leads to: its model behind its provider's limit, or its deployments, and after them its
    /// fallbacks with theirs.
    ///
    ///     let pipeline = Pipeline(stages, around: try assembly.route("smart"))
    ///
    /// - Parameters:
    ///   - name: `provider/model`, an alias, or a bare name.
    ///   - field: the dataset field that a baseline reads; nil reads the prompt.
    /// - Throws: `ChatError` for a model that cannot be asked, `CommandFailure` for a name that stands for itself.
    func route(_ name: String, field: String? = nil) throws -> Route {
        var seen: Set<String> = []
        return Route(try choices(name, .init(), field, &seen))
    }

    /// A name's own model and then its fallbacks, each name once.
    /// - Parameter parameters: what the aliases that led here set.
    private func choices(
        _ name: String, _ parameters: ChatRequest.Parameters, _ field: String?, _ seen: inout Set<String>
    ) throws -> [Route.Choice] {
        guard seen.insert(name).inserted else { return [] }
        guard let alias = settings.aliases[name] else { return [.init(try upstream(name, parameters, field))] }
        let own = alias.parameters.filled(by: parameters)
        var found: [Route.Choice]
        if let pool = pools[name] {
            let upstreams = try alias.deployments.map { try upstream($0.model, own, field) }
            found = [.init(name: name, upstreams, pool)]
        } else {
            found = try choices(alias.model, own, field, &seen)
        }
        for name in alias.fallback { found += try choices(name, .init(), field, &seen) }
        return found
    }

    /// What a route's first choice asks, and where: it tells the answers of a name before its alias or its provider's
    /// address was changed from those after.
    func identity(of route: Route) -> String {
        let upstreams: [JSONValue] = route.choices[0].upstreams.map { upstream in
            let name = upstream.name ?? ""
            let address = settings.providers[String(name.prefix { $0 != "/" })]?.baseURL
            let asked = ChatRequest(model: name, messages: [], parameters: upstream.parameters)
            return .array([
                .string(String(decoding: asked.canonicalBytes, as: UTF8.self)), address.map { .string($0) } ?? .null,
            ])
        }
        return JSONValue.array(upstreams).text
    }

    private func upstream(
        _ name: String, _ parameters: ChatRequest.Parameters, _ field: String?
    ) throws -> Upstream {
        let reference = try reference(name)
        return Upstream(
            try model(reference, field: field), name: reference.name,
            parameters: reference.parameters.filled(by: parameters), limit: limits[reference.provider])
    }

    /// The limits of the providers that have any.
    static func limits(_ settings: Settings, after previous: Assembly? = nil) -> [String: ProviderLimit] {
        var limits: [String: ProviderLimit] = [:]
        for (name, provider) in settings.providers
        where provider.maxConcurrency != nil || provider.requestsPerMinute != nil {
            let isKept = previous?.settings.providers[name]?.hasSameLimits(as: provider) ?? false
            limits[name] =
                (isKept ? previous?.limits[name] : nil)
                ?? ProviderLimit(
                    provider: name, maxConcurrency: provider.maxConcurrency,
                    requestsPerMinute: provider.requestsPerMinute, queue: provider.queue)
        }
        return limits
    }

    /// How the aliases with deployments share out their calls.
    static func pools(_ settings: Settings, after previous: Assembly? = nil) -> [String: DeploymentPool] {
        var pools: [String: DeploymentPool] = [:]
        for (name, alias) in settings.aliases where !alias.deployments.isEmpty {
            let isKept = previous?.settings.aliases[name] == alias
            pools[name] =
                (isKept ? previous?.pools[name] : nil)
                ?? DeploymentPool(weights: alias.deployments.map(\.weight), strategy: alias.strategy)
        }
        return pools
    }
}

extension Settings.Provider {
    fileprivate func hasSameLimits(as other: Settings.Provider) -> Bool {
        maxConcurrency == other.maxConcurrency && requestsPerMinute == other.requestsPerMinute && queue == other.queue
    }
}
