import Chat
import Experiments
import Foundation
import Gateway
import Providers
import Server
import Wire

/// Reads the configuration: flags before environment before `.env` before `nexus.yaml` before defaults.
struct SettingsReader {
    /// The file that `--config` names; nil takes `nexus.yaml` where it is.
    var configFile: String?
    /// The file that `--env-file` names; nil takes `.env` where it is.
    var environmentFile: String?
    var environment: [String: String]

    /// Everything that `nexus.yaml` may hold; what a command does not use, it leaves alone.
    static let keys = [
        "server", "providers", "models", "default_model", "pipeline", "log", "pipelines", "experiments",
        "prices", "training",
    ]

    /// Variables that stand for a provider's settings: variable, provider, setting.
    private typealias Setting = any WritableKeyPath<Settings.Provider, String?> & Sendable

    private static let variables: [(name: String, provider: String, setting: Setting)] = Provider.all.flatMap {
        provider in
        let key = provider.keyVariable.map { ($0, provider.name, \Settings.Provider.apiKey as Setting) }
        let address = provider.baseURLVariable.map { ($0, provider.name, \Settings.Provider.baseURL as Setting) }
        return [key, address].compactMap { $0 }
    }

    /// - Throws: `SpecError` for a configuration with faults, `CommandFailure` for a file that is named and not there.
    func read() throws -> Settings {
        var settings = Settings()
        let variables = try mergedEnvironment(&settings)
        settings.substitution = Substitution(variables: variables)
        if let path = try path(configFile, standard: "nexus.yaml") {
            settings.sources.append(path)
            try readFile(path, variables: variables, into: &settings)
        }
        for (name, provider, setting) in SettingsReader.variables {
            guard let value = variables[name], !value.isEmpty else { continue }
            if setting == \Settings.Provider.baseURL, let fault = ProviderNames.fault(in: value) {
                throw CommandFailure.usage("\(name): \(fault); expected an http:// or https:// address")
            }
            settings.providers[provider, default: .init()][keyPath: setting] = value
        }
        if let text = variables["PORT"], !text.isEmpty {
            guard let port = Int(text), (0...65_535).contains(port) else {
                throw CommandFailure.usage("PORT: found '\(text)'; expected a port, 0 to 65535")
            }
            settings.server.port = port
        }
        try readDefaults(variables, into: &settings)
        if let text = variables["OPENAI_DEFAULT_TEMPERATURE"], !text.isEmpty {
            guard let temperature = Double(text), (0...2).contains(temperature) else {
                throw CommandFailure.usage("OPENAI_DEFAULT_TEMPERATURE: found '\(text)'; expected 0 to 2")
            }
            settings.defaultTemperature = temperature
        }
        try EnvironmentCache(variables).apply(to: &settings.pipeline)
        if settings.pipeline.setting(of: "fallback") == nil, !(variables["API_B_URL"] ?? "").isEmpty {
            settings.pipeline.stages.append(StageSetting(stage: "fallback", setting: "on"))
        }
        if let address = variables["DATABASE_URL"], !address.isEmpty { read(database: address, into: &settings) }
        return settings
    }

    /// `sqlite:PATH`, `sqlite:///PATH` as in other tools' URLs, or a path; another scheme is not ours.
    private func read(database address: String, into settings: inout Settings) {
        let isSQLite = address.hasPrefix("sqlite:")
        guard isSQLite || !address.contains("://") else {
            // The rest may hold a password.
            let scheme = address.prefix { $0 != ":" }
            settings.warnings.append(
                "DATABASE_URL is ignored: found the scheme '\(scheme)'; expected sqlite: or a path")
            return
        }
        var path = isSQLite ? address.dropFirst("sqlite:".count) : address[...]
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        if !path.isEmpty { settings.storePath = String(path) }
    }

    /// The process's environment over that of the `.env` file.
    private func mergedEnvironment(_ settings: inout Settings) throws -> [String: String] {
        guard let path = try path(environmentFile, standard: ".env") else { return environment }
        settings.sources.append(path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let file = try EnvironmentFile(text: text, file: path)
        return file.values.merging(environment) { _, fromProcess in fromProcess }
    }

    /// The file to read: the named one, which must be there, else the standard one if it is.
    private func path(_ named: String?, standard: String) throws -> String? {
        let exists = FileManager.default.fileExists(atPath: named ?? standard)
        guard named == nil || exists else { throw CommandFailure.usage("there is no file '\(named ?? "")'") }
        return exists ? named ?? standard : nil
    }

    private func readFile(_ path: String, variables: [String: String], into settings: inout Settings) throws {
        let document = try SpecDocument.read(path: path)
        let faults = FaultLog(file: document.file)
        guard let map = document.field(faults).mapping(keys: SettingsReader.keys) else {
            try faults.throwIfAny()
            return
        }
        let substitution = Substitution(variables: variables)
        let gaps = FaultLog(file: document.file)
        for (name, field) in members(map["providers"], "a mapping of names to providers") {
            settings.providers[name] = provider(name, field, substitution, gaps)
        }
        settings.gaps = gaps.faults
        settings.aliases = AliasReader().read(map["models"])
        settings.defaultModel = map["default_model"]?.filledText("the name of a model")
        settings.prices = prices(map["prices"])
        ModelNames(settings, hasDefaultProvider: variables["LLM_PROVIDER"] != nil).check(map)
        if map["experiments"] != nil { settings.warnings.append("\(path): experiments are not run by this build") }
        if let field = map["server"] { settings.server = server(field, substitution) }
        if let field = map["log"] { settings.log = log(field) }
        if let field = map["training"] { settings.training = TrainingSettings(field) }
        if let field = map["pipeline"] { settings.pipeline = pipeline("default", field) }
        settings.pipelines = members(map["pipelines"], "a mapping of names to pipelines")
            .map { pipeline($0.key, $0.value) }
        try faults.throwIfAny()
    }

    /// The members of a mapping; none, with a report, of anything else.
    private func members(_ field: SpecField?, _ what: String) -> [(key: String, value: SpecField)] {
        guard let field else { return [] }
        guard let members = field.members else {
            field.expected(what)
            return []
        }
        return members
    }

    private func log(_ field: SpecField) -> Settings.LogSettings {
        var log = Settings.LogSettings()
        guard let map = field.mapping(keys: ["requests", "prompts", "retention_days"]) else { return log }
        log.requests = map["requests"]?.flag() ?? log.requests
        log.prompts = map["prompts"]?.flag() ?? log.prompts
        log.retentionDays = map["retention_days"]?.number(in: 0.001...36_500)
        if log.prompts, !log.requests { map["prompts"]?.report("found prompts without requests, which hold them") }
        return log
    }

    private func server(_ field: SpecField, _ substitution: Substitution) -> ServerOptions {
        var options = ServerOptions()
        guard let map = field.mapping(keys: ["host", "port", "keys", "max_body_bytes"]) else { return options }
        options.host = map["host"]?.filledText("an address such as 127.0.0.1") ?? options.host
        options.port = map["port"]?.integer(in: 0...65_535) ?? options.port
        options.maxBodyBytes = map["max_body_bytes"]?.integer(in: 1...(1 << 30)) ?? options.maxBodyBytes
        for key in map["keys"]?.list("a list of keys, best as [\"${NAME}\"]") ?? [] {
            // A key whose variable is not set would leave the server open to everybody.
            guard let text = substitution.text(of: key, "a key, best as ${NAME}") else {
                let names = substitution.unset(in: key.spelling ?? "").map { "${\($0)}" }.joined(separator: ", ")
                key.report(names.isEmpty ? "found no key; expected one, best as ${NAME}" : "\(names) is not set")
                continue
            }
            options.keys.append(text)
        }
        return options
    }

    private static let providerKeys = [
        "api_key", "base_url", "dialect", "max_concurrency", "requests_per_minute", "queue", "request", "answer",
    ]

    /// - Parameter gaps: takes what is missing for serving alone.
    private func provider(
        _ name: String, _ field: SpecField, _ substitution: Substitution, _ gaps: FaultLog
    ) -> Settings.Provider? {
        ProviderNames.check(name, field)
        guard let map = field.mapping(keys: SettingsReader.providerKeys) else { return nil }
        let unset = substitution.unset(in: map["base_url"]?.spelling ?? "")
        let dialect = map["dialect"]?.word(among: Provider.dialects)
        for key in ["base_url", "api_key"] { substitution.reportUnset(in: map[key], to: gaps) }
        let isTemplated = dialect == "http"
        let request = isTemplated ? map.required("request", "a body with {{prompt}} or {{messages}} in it") : nil
        let answer = isTemplated ? map.required("answer", "the place of the text, as $.choices[0].text") : nil
        return Settings.Provider(
            dialect: dialect,
            baseURL: map["base_url"].flatMap { ProviderNames.address(of: $0, substitution) },
            apiKey: map["api_key"].flatMap { substitution.text(of: $0, "a key, best as ${NAME}") },
            request: request.flatMap { field in
                reading(field) { () throws(ChatError) in
                    try RequestTemplate(field.spelling.map { .string($0) } ?? field.json)
                }
            },
            answer: answer.flatMap { field in
                reading(field) { () throws(ChatError) in try JSONPath(field.spelling ?? "") }
            },
            maxConcurrency: map["max_concurrency"]?.integer(in: 1...100_000),
            requestsPerMinute: map["requests_per_minute"]?.integer(in: 1...1_000_000_000),
            queue: map["queue"]?.integer(in: 0...1_000_000), unsetVariables: unset)
    }

    /// A value whose own reader says what is wrong with it.
    private func reading<Value>(_ field: SpecField, _ read: () throws(ChatError) -> Value) -> Value? {
        do { return try read() } catch {
            field.report(error.message)
            return nil
        }
    }

    /// `prices: {openai/gpt-4o-mini: {input: 0.15, output: 0.6, cache_read: 0.075}}`, dollars per million tokens.
    private func prices(_ field: SpecField?) -> PriceTable {
        var prices: [String: Price] = [:]
        for (model, figures) in members(field, "a mapping of models to prices") {
            let keys = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"]
            guard figures.mapping(keys: keys) != nil else { continue }
            prices[model] = reading(figures) { () throws(ChatError) in
                try Price(dollarsPerMillion: figures.json, at: model)
            }
        }
        return PriceTable.embedded.overridden(by: prices)
    }

    private static let stages = StageReader(stages: StageDefinition.named.map(Assembly.kind), mayDisablePlanned: true)

    private func pipeline(_ id: String, _ field: SpecField) -> EvalPipeline {
        EvalPipeline(
            id: id,
            stages: members(field, "a mapping of stages to settings").compactMap { key, value in
                SettingsReader.stages.setting(key, value)
            })
    }
}
