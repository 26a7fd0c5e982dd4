import Chat
import Wire

extension Provider {
    /// Mistral, in a dialect near OpenAI's.
    ///
    /// Source: Mistral, API reference, Chat Completion and Embeddings, and the official Python SDK's types.
    static let mistral = Provider(
        name: "mistral", defaultBaseURL: "https://api.mistral.ai", keyVariable: "MISTRAL_API_KEY", needsKey: true,
        embeddings: { endpoint in
            endpoint.openAIEmbeddings(
                url: endpoint.url(version: "v1", "embeddings"), maximumInputs: 128, dimensionsKey: "output_dimension")
        },
        connect: { endpoint in
            endpoint.openAIChat(url: endpoint.url(version: "v1", "chat/completions")) { _ in mistralQuirks }
        })

    private static let mistralQuirks = OpenAIChat.RequestQuirks(
        renamed: ["max_completion_tokens": "max_tokens", "seed": "random_seed"],
        refused: [
            "logit_bias", "logprobs", "modalities", "output_config", "prompt_cache_retention", "safety_identifier",
            "service_tier", "store", "thinking", "top_logprobs", "user", "verbosity", "web_search_options",
        ],
        requiredToolChoice: "any", callIDLength: 9, asksForStreamUsage: false)
}
