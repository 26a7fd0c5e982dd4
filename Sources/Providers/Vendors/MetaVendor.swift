import Chat
import Wire

extension Provider {
    /// Meta's models: at Meta's own API unless another host is named, since Llama models live wherever somebody serves
    /// them.
    ///
    /// Source: Meta Model API, whose own clients take their key from `MODEL_API_KEY`.
    static let meta = Provider(
        name: "meta", defaultBaseURL: "https://api.meta.ai/v1", keyVariable: "MODEL_API_KEY", needsKey: true
    ) { endpoint in
        let isVendor = endpoint.baseURL.hasPrefix("https://api.meta.ai")
        let quirks = OpenAIChat.RequestQuirks(
            renamed: isVendor ? ["max_tokens": "max_completion_tokens"] : [:],
            refused: isVendor ? ["n", "output_config", "thinking", "top_k"] : [])
        return endpoint.openAIChat(url: endpoint.baseURL + "/chat/completions") { _ in quirks }
    }
}
