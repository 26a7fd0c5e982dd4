import Chat
import Wire

extension Provider {
    /// OpenAI itself. Its newer models take `max_completion_tokens` alone, and the older ones take it too.
    static let openAI = Provider(
        name: "openai", defaultBaseURL: "https://api.openai.com/v1", keyVariable: "OPENAI_API_KEY",
        baseURLVariable: "OPENAI_BASE_URL", needsKey: true
    ) { model, baseURL, access in
        // A base URL of the user's own is a compatible host, which knows the older name alone.
        let isVendor = access.baseURL.map { $0.hasPrefix("https://api.openai.com") } ?? true
        return OpenAICompatible(
            provider: "openai", model: model, baseURL: baseURL, apiKey: access.apiKey, loop: access.loop,
            quirks: OpenAIChat.RequestQuirks(maxTokensKey: isVendor ? "max_completion_tokens" : "max_tokens"),
            price: access.price)
    }

    /// Any host that speaks OpenAI's dialect: vLLM, llama.cpp, LM Studio, a gateway …
    public static func compatible(
        name: String, baseURL: String?, keyVariable: String? = nil, baseURLVariable: String? = nil
    ) -> Provider {
        Provider(
            name: name, defaultBaseURL: baseURL, keyVariable: keyVariable, baseURLVariable: baseURLVariable
        ) { model, baseURL, access in
            OpenAICompatible(
                provider: name, model: model, baseURL: baseURL, apiKey: access.apiKey, loop: access.loop,
                price: access.price)
        }
    }
}
