import Chat
import Experiments
import Foundation
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
        "prices",
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
        if let path = try path(configFile, standard: "nexus.yaml") {
            settings.sources.append(path)
            try readFile(path, variables: variables, into: &settings)
        }
        for (name, provider, setting) in SettingsReader.variables {
            guard let value = variables[name], !value.isEmpty else { continue }
            settings.providers[provider, default: .init()][keyPath: setting] = value
        }
        if let text = variables["PORT"], !text.isEmpty {
            guard let port = Int(text), (0...65_535).contains(port) else {
                throw CommandFailure.usage("PORT: found '\(text)'; expected a port, 0 to 65535")
            }
            settings.server.port = port
        }
        settings.defaultProvider = variables["LLM_PROVIDER"] ?? settings.defaultProvider
        let variable = settings.defaultProvider == "ollama" ? "OLLAMA_DEFAULT_MODEL" : "OPENAI_DEFAULT_MODEL"
        if let model = variables[variable], !model.isEmpty {
            settings.defaultModel = "\(settings.defaultProvider ?? "openai")/\(model)"
        }
        if let text = variables["OPENAI_DEFAULT_TEMPERATURE"], !text.isEmpty {
            guard let temperature = Double(text), (0...2).contains(temperature) else {
                throw CommandFailure.usage("OPENAI_DEFAULT_TEMPERATURE: found '\(text)'; expected 0 to 2")
            }
            settings.defaultTemperature = temperature
        }
        if let address = variables["DATABASE_URL"], !address.isEmpty { read(database: address, into: &settings) }
        return settings
    }

    /// `sqlite:PATH`, `sqlite:///PATH` as in other tools' URLs, or a path; another scheme is not ours.
    private func read(database address: String, into settings: inout Settings) {
        let isSQLite = address.hasPrefix("sqlite:")
        guard isSQLite || !address.contains("://") else {
            settings.warnings.append("DATABASE_URL is ignored: only sqlite: and paths are known")
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
        for (name, field) in map["providers"]?.members ?? [] {
            settings.providers[name] = provider(field, substitution)
        }
        settings.aliases = AliasReader().read(map["models"])
        settings.defaultModel = map["default_model"]?.filledText("the name of a model")
        settings.prices = prices(map["prices"])
        if let field = map["server"] { settings.server = server(field, substitution) }
        if let field = map["pipeline"] { settings.pipeline = pipeline("default", field) }
        settings.pipelines = (map["pipelines"]?.members ?? []).map { pipeline($0.key, $0.value) }
        try faults.throwIfAny()
    }

    private func server(_ field: SpecField, _ substitution: Substitution) -> ServerOptions {
        var options = ServerOptions()
        guard let map = field.mapping(keys: ["host", "port", "keys", "max_body_bytes"]) else { return options }
        options.host = map["host"]?.filledText("an address such as 127.0.0.1") ?? options.host
        options.port = map["port"]?.integer(in: 0...65_535) ?? options.port
        options.maxBodyBytes = map["max_body_bytes"]?.integer(in: 1...(1 << 30)) ?? options.maxBodyBytes
        for key in map["keys"]?.items ?? [] {
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

    private func provider(_ field: SpecField, _ substitution: Substitution) -> Settings.Provider? {
        guard let map = field.mapping(keys: SettingsReader.providerKeys) else { return nil }
        let unset = substitution.unset(in: map["base_url"]?.spelling ?? "")
        let dialect = map["dialect"]?.word(among: Provider.dialects)
        let isTemplated = dialect == "http"
        let request = isTemplated ? map.required("request", "a body with {{prompt}} or {{messages}} in it") : nil
        let answer = isTemplated ? map.required("answer", "the place of the text, as $.choices[0].text") : nil
        return Settings.Provider(
            dialect: dialect,
            baseURL: map["base_url"].flatMap { substitution.text(of: $0, "an http:// or https:// address") },
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
        for (model, figures) in field?.members ?? [] {
            let keys = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"]
            guard figures.mapping(keys: keys) != nil else { continue }
            prices[model] = reading(figures) { () throws(ChatError) in
                try Price(dollarsPerMillion: figures.json, at: model)
            }
        }
        return PriceTable.embedded.overridden(by: prices)
    }

    private func pipeline(_ id: String, _ field: SpecField) -> EvalPipeline {
        EvalPipeline(
            id: id,
            stages: (field.members ?? []).map { key, value in
                StageSetting(stage: key, setting: value.spelling.map { .string($0) } ?? value.json)
            })
    }
}

/// `${NAME}` in a text stands for an environment variable.
struct Substitution {
    var variables: [String: String]

    /// The variables that a text names and that are not set.
    func unset(in text: String) -> [String] {
        text.matches(of: /\$\{([^}]*)\}/).map { String($0.output.1) }
            .filter { variables[$0, default: ""].isEmpty }
    }

    /// The field's text with variables filled in; a variable that is not set leaves the field as if absent.
    func text(of field: SpecField, _ what: String) -> String? {
        guard var text = field.filledText(what) else { return nil }
        while let start = text.range(of: "${"), let end = text.range(of: "}", range: start.upperBound..<text.endIndex) {
            let name = String(text[start.upperBound..<end.lowerBound])
            guard let value = variables[name], !value.isEmpty else { return nil }
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: value)
        }
        return text
    }
}
