import Chat
import Experiments
import Gateway

/// Reads the key `models` of the configuration: names for models, with their parameters, deployments and fallbacks.
struct AliasReader {
    private static let keys = ["model", "temperature", "max_tokens", "fallback", "deployments", "strategy"]

    /// - Parameter field: the mapping under `models`; nil is none. Faults are reported at their places.
    func read(_ field: SpecField?) -> [String: Settings.Alias] {
        guard let field else { return [:] }
        guard let members = field.members else {
            field.expected("a mapping of names to models")
            return [:]
        }
        var aliases: [String: Settings.Alias] = [:]
        for (name, field) in members { aliases[name] = alias(field) }
        for (name, field) in members { check(name, field, aliases) }
        return aliases
    }

    private func alias(_ field: SpecField) -> Settings.Alias? {
        if field.members == nil {
            return field.filledText("provider/model or {model: provider/model, …}").map { Settings.Alias(model: $0) }
        }
        guard let map = field.mapping(keys: AliasReader.keys) else { return nil }
        let deployments = map["deployments"].map(deployments) ?? []
        if map["deployments"] != nil, map["model"] != nil {
            field.report("found 'model' and 'deployments'; expected one of them")
        }
        if map["deployments"] == nil, let strategy = map["strategy"] {
            strategy.report("found 'strategy' without 'deployments', which it is for")
        }
        let first = deployments.first.map(\.model)
        guard let model = first ?? (map["deployments"] == nil ? name(map) : nil) else { return nil }
        return Settings.Alias(
            model: model,
            parameters: .init(
                temperature: map["temperature"]?.number(in: 0...2),
                maxTokens: map["max_tokens"]?.integer(in: 1...10_000_000)),
            fallback: map["fallback"]?.texts("a model's name or a list of them") ?? [], deployments: deployments,
            strategy: map["strategy"]?.word(DeploymentPool.Strategy.self) ?? .weighted)
    }

    private func name(_ map: SpecMapping) -> String? {
        map.required("model", "provider/model, or deployments: [{model: …}, …]")?.filledText("provider/model")
    }

    private func deployments(_ field: SpecField) -> [Settings.Deployment] {
        guard let items = field.list("a list of {model: provider/model, weight: 1}") else { return [] }
        if items.isEmpty { field.report("found an empty list; expected at least one {model: provider/model}") }
        return items.compactMap { item in
            if item.members == nil {
                return item.filledText("{model: provider/model, weight: 1}").map { Settings.Deployment(model: $0) }
            }
            guard let map = item.mapping(keys: ["model", "weight"]),
                let model = map.required("model", "provider/model")?.filledText("provider/model")
            else { return nil }
            return Settings.Deployment(model: model, weight: map["weight"]?.integer(in: 1...1000) ?? 1)
        }
    }

    /// What can be told only when all aliases are known.
    private func check(_ name: String, _ field: SpecField, _ aliases: [String: Settings.Alias]) {
        var seen: Set<String> = [name]
        var next = aliases[name]
        while let alias = next, let following = aliases[alias.model] {
            guard seen.insert(alias.model).inserted else {
                field.report("the alias '\(name)' stands for itself")
                return
            }
            next = following
        }
        let models = aliases[name]?.deployments.map(\.model) ?? []
        for model in models where aliases[model]?.deployments.isEmpty == false {
            field.report("the deployment '\(model)' has deployments of its own; write them into this list")
        }
    }
}
