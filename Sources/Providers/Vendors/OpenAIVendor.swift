import Chat
import Wire

extension Provider {
    /// OpenAI itself. Its newer models take `max_completion_tokens` alone, and the older ones take it too.
    static let openAI = Provider(
        name: "openai", defaultBaseURL: "https://api.openai.com/v1", keyVariable: "OPENAI_API_KEY",
        baseURLVariable: "OPENAI_BASE_URL", needsKey: true,
        embeddings: { endpoint in
            endpoint.openAIEmbeddings(
                url: endpoint.baseURL + "/embeddings", maximumInputs: 512, asksForBase64: endpoint.isOpenAI)
        },
        connect: { endpoint in
            // A base URL of the user's own is a compatible host, which knows the older name alone.
            let thinks = OpenAIModels.isReasoning(endpoint.model)
            let renamed = endpoint.isOpenAI || thinks ? ["max_tokens": "max_completion_tokens"] : [:]
            let foreign: Set<String> = endpoint.isOpenAI ? ["output_config", "thinking", "top_k"] : []
            let model = endpoint.model
            return endpoint.openAIChat(url: endpoint.baseURL + "/chat/completions") { request in
                let refused = thinks ? OpenAIModels.refused(by: model, request) : []
                return OpenAIChat.RequestQuirks(renamed: renamed, refused: refused.union(foreign))
            }
        })

    /// Any host that speaks OpenAI's dialect: vLLM, llama.cpp, LM Studio, a gateway …
    public static func compatible(
        name: String, baseURL: String?, keyVariable: String? = nil, baseURLVariable: String? = nil
    ) -> Provider {
        Provider(
            name: name, defaultBaseURL: baseURL, keyVariable: keyVariable, baseURLVariable: baseURLVariable,
            embeddings: { $0.openAIEmbeddings(url: $0.baseURL + "/embeddings", maximumInputs: 512) },
            connect: { endpoint in
                endpoint.openAIChat(url: endpoint.baseURL + "/chat/completions") { _ in OpenAIChat.RequestQuirks() }
            })
    }

    /// One service that takes OpenAI's chat format at one address.
    /// - Parameter address: where it is sent to; one that ends in the version or the host alone, as base URLs do, is
    ///   followed by `/chat/completions`.
    public static func service(name: String, address: String) -> Provider {
        let bare = address.hasSuffix("/") ? String(address.dropLast()) : address
        let path = bare.split(separator: "/", omittingEmptySubsequences: false).dropFirst(3)
        let endsInVersion = path.last.map { $0.wholeMatch(of: /v[0-9]+/) != nil } ?? true
        return Provider(
            name: name, defaultBaseURL: bare,
            connect: { endpoint in
                endpoint.openAIChat(url: endsInVersion ? bare + "/chat/completions" : address) { _ in
                    OpenAIChat.RequestQuirks()
                }
            })
    }
}

extension Endpoint {
    fileprivate var isOpenAI: Bool { baseURL.hasPrefix("https://api.openai.com") }
}

/// What OpenAI's reasoning models do not take.
///
/// Source: OpenAI, "Reasoning models", limitations, and "Using GPT-5.4", parameter compatibility: while a model thinks,
/// temperature and top_p other than 1, penalties, log probabilities and stop sequences are errors; with
/// `reasoning_effort: none` they are taken.
enum OpenAIModels {
    static func isReasoning(_ model: String) -> Bool {
        ["o1", "o3", "o4", "gpt-5", "gpt-6"].contains { model.hasPrefix($0) } && !model.contains("chat")
    }

    /// Models that do not think unless they are asked to.
    private static let quiet = ["gpt-5.1", "gpt-5.2", "gpt-5.4"]

    static func refused(by model: String, _ request: ChatRequest) -> Set<String> {
        let effort = request.extra["reasoning_effort"]?.stringValue
        let thinks = effort.map { $0 != "none" } ?? !quiet.contains { model.hasPrefix($0) }
        guard thinks else { return [] }
        var refused: Set<String> = [
            "frequency_penalty", "logit_bias", "logprobs", "presence_penalty", "stop", "temperature", "top_logprobs",
            "top_p",
        ]
        if request.parameters.temperature == 1 { refused.remove("temperature") }
        if request.parameters.topP == 1 { refused.remove("top_p") }
        if model.hasPrefix("o1") { refused.remove("stop") }
        return refused
    }
}
