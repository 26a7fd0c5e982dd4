import Chat
import Wire

extension Provider {
    /// DeepSeek, in OpenAI's dialect.
    static let deepSeek = Provider(
        name: "deepseek", defaultBaseURL: "https://api.deepseek.com", keyVariable: "DEEPSEEK_API_KEY", needsKey: true
    ) { endpoint in
        let model = endpoint.model
        return endpoint.openAIChat(url: endpoint.baseURL + "/chat/completions") { request in
            OpenAIChat.RequestQuirks(
                renamed: ["max_completion_tokens": "max_tokens"],
                refused: DeepSeekModels.refused(by: model, request), takesSchema: false)
        }
    }
}

/// What DeepSeek's models do not take, or take without effect.
///
/// Source: DeepSeek API documentation, "Create chat completion" and "Thinking mode": thinking is on unless it is
/// disabled, and temperature and penalties then have no effect.
enum DeepSeekModels {
    static func refused(by model: String, _ request: ChatRequest) -> Set<String> {
        let never: Set<String> = [
            "logit_bias", "metadata", "modalities", "n", "output_config", "parallel_tool_calls", "prediction",
            "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "seed", "service_tier", "store", "top_k",
            "verbosity", "web_search_options",
        ]
        let isOff = request.extra["thinking"]?["type"]?.stringValue == "disabled"
        if isOff || ["deepseek-chat", "deepseek-v3"].contains(where: model.hasPrefix) { return never }
        return never.union(["frequency_penalty", "presence_penalty", "temperature"])
    }
}
