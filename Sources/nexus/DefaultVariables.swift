import Chat

/// The variables that say whom to ask where nobody names a model.
extension SettingsReader {
    private static let modelVariables = [("openai", "OPENAI_DEFAULT_MODEL"), ("ollama", "OLLAMA_DEFAULT_MODEL")]

    /// `LLM_PROVIDER` and the variables of default models. Without a provider OpenAI's model counts where OpenAI can be
    /// asked, else Ollama's, else OpenAI's.
    /// - Throws: `CommandFailure` for a provider that there is not.
    func readDefaults(_ variables: [String: String], into settings: inout Settings) throws {
        if let name = variables["LLM_PROVIDER"], !name.isEmpty {
            let known = settings.providerNames
            guard known.contains(name) else {
                throw CommandFailure.usage(unknown: name, of: "LLM_PROVIDER", among: known)
            }
            settings.defaultProvider = name
        }
        let models = SettingsReader.modelVariables.compactMap { provider, variable in
            variables[variable].flatMap { $0.isEmpty ? nil : (provider: provider, model: $0) }
        }
        settings.defaultModels = Dictionary(models.map { ($0.provider, $0.model) }) { first, _ in first }
        let openAI = settings.providers["openai"]
        let ofOpenAI = openAI?.apiKey != nil || openAI?.baseURL != nil ? models.first { $0.provider == "openai" } : nil
        let ofOllama = models.first { $0.provider == "ollama" }
        let chosen =
            if let provider = settings.defaultProvider {
                models.first { $0.provider == provider }
            } else {
                ofOpenAI ?? ofOllama ?? models.first
            }
        if let chosen { settings.defaultModel = "\(chosen.provider)/\(chosen.model)" }
    }
}
