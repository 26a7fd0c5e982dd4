import Chat
import CurlTransport
import Providers

extension Assembly {
    /// What a vendor is asked for where `LLM_PROVIDER` names it and nobody chose a model: a small one of its own.
    static let smallModels = [
        "anthropic": "claude-haiku-4-5",
        "deepseek": "deepseek-chat",
        "google": "gemini-2.5-flash",
        "mistral": "mistral-small-latest",
        "openai": "gpt-4o-mini",
    ]

    /// What is asked where nobody chose a model: one of the provider that is set, else one of Ollama's where it
    /// answers, else the baseline that repeats the prompt.
    /// - Returns: the model's name, and in words why it is that.
    /// - Throws: `CommandFailure` where the provider that is set leaves the model open.
    func modelOfNoChoice() async throws -> (name: String, reason: String) {
        if let provider = settings.defaultProvider, provider != "ollama" { return try smallModel(of: provider) }
        let address = ollamaAddress
        if let name = await ollamaModels()?.first {
            return ("ollama/\(name)", "no model is set; asking Ollama's '\(name)'")
        }
        guard settings.defaultProvider == nil else {
            throw CommandFailure.usage(
                "the provider is Ollama, and none with a model answers at \(address); start it, or set "
                    + "OLLAMA_DEFAULT_MODEL and OLLAMA_BASE_URL")
        }
        let reason = "no model is set and no Ollama answers at \(address); baseline/echo repeats the prompt"
        return ("baseline/echo", reason)
    }

    private func smallModel(of provider: String) throws -> (name: String, reason: String) {
        if provider == "baseline" { return ("baseline/echo", "no model is set; baseline/echo repeats the prompt") }
        guard let model = Assembly.smallModels[provider] else {
            throw CommandFailure.usage(
                "LLM_PROVIDER is '\(provider)' and no model is set; write default_model: \(provider)/MODEL in "
                    + "nexus.yaml")
        }
        return ("\(provider)/\(model)", "the provider is \(provider) and no model is set; asking its '\(model)'")
    }

    private var ollamaAddress: String { settings.providers["ollama"]?.baseURL ?? Provider.ollamaBaseURL }

    /// The models that an Ollama has; nil where none answers within a second or two.
    private func ollamaModels() async -> [String]? {
        let address = ollamaAddress
        let root = address.hasSuffix("/") ? String(address.dropLast()) : address
        let limits = TransferLimits(connect: .seconds(1), firstByte: .seconds(2), total: .seconds(2))
        guard let response = try? await loop.exchange(HTTPRequest(url: "\(root)/api/tags", limits: limits)),
            response.status == 200, let bytes = try? await response.body.collect(upTo: 1 << 20),
            let body = try? JSONValue.parse(bytes)
        else { return nil }
        return (body["models"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }
}

extension Assembly {
    /// This assembly with Ollama as the default provider, where none is set and Ollama answers. It is asked only where
    /// some of `names` are bare, so that nobody waits for an answer that changes nothing.
    /// - Parameter names: models' names as the user wrote them; nil stands for any name, as clients of a server send.
    func findingDefaultProvider(for names: [String]?) async -> Assembly {
        guard !hasDefaultProvider, names?.contains(where: { leadsToBareName($0) }) ?? true,
            await ollamaModels() != nil
        else { return self }
        var assembly = self
        assembly.settings.defaultProvider = "ollama"
        return assembly
    }

    /// Whether the configuration says whom a bare name is asked of.
    private var hasDefaultProvider: Bool {
        let openAI = settings.providers["openai"]
        return settings.defaultProvider != nil || openAI?.apiKey != nil || openAI?.baseURL != nil
    }

    private func leadsToBareName(_ name: String) -> Bool {
        var seen: Set<String> = []
        var left = [name]
        while let name = left.popLast() {
            guard seen.insert(name).inserted else { continue }
            guard let alias = settings.aliases[name] else {
                let head = String(name.prefix { $0 != "/" })
                if !name.contains("/") || !settings.providerNames.contains(head) { return true }
                continue
            }
            left += (alias.deployments.isEmpty ? [alias.model] : alias.deployments.map(\.model)) + alias.fallback
        }
        return false
    }

    /// Who is asked for a bare name: its vendor by the price table where that is configured, else the default provider.
    /// Without one whoever may have it: an embedded baseline, the vendor, OpenAI.
    func vendor(ofBareName name: String) -> String {
        let vendors = settings.prices.fullNames(ofModel: name).map { String($0.prefix { $0 != "/" }) }
        if let vendor = vendors.first(where: { settings.providers[$0] != nil }) { return vendor }
        if let provider = settings.defaultProvider { return provider }
        if hasDefaultProvider { return "openai" }
        if Baseline.named(name) != nil { return "baseline" }
        return vendors.first { Provider.named($0) != nil } ?? "openai"
    }
}
