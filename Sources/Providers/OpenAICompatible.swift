public import Chat
public import CurlTransport
public import Wire

/// A model behind any host that speaks OpenAI's Chat Completions.
///
/// ```swift
/// let model = OpenAICompatible(
///     provider: "openai", model: "gpt-4o-mini", baseURL: "https://api.openai.com/v1", apiKey: key, loop: loop)
/// let reply = try await model.reply(to: ChatCall(ChatRequest(model: "openai/gpt-4o-mini", user: "Hi")))
/// ```
public struct OpenAICompatible: ChatModel {
    private let chat: HTTPChat

    /// - Parameters:
    ///   - provider: the name before the slash, which also begins every error's message.
    ///   - model: the model's name at the vendor. It is what is asked, whatever the request calls the model.
    ///   - baseURL: as the vendor's own client takes it, up to and including `/v1`.
    ///   - apiKey: sent as a bearer token; nil sends none. It stands in no message.
    ///   - maximumBodyBytes: most bytes of an answer; a larger one is `ChatError.invalidResponse`.
    ///   - price: what a model costs by its full name, asked at each call; nil leaves the cost unknown.
    public init(
        provider: String, model: String, baseURL: String, apiKey: String? = nil, loop: CurlLoop,
        quirks: OpenAIChat.RequestQuirks = OpenAIChat.RequestQuirks(), maximumBodyBytes: Int = 16 << 20,
        price: @escaping @Sendable (_ model: String) -> Price? = { _ in nil }
    ) {
        let secrets = Secrets([apiKey].compactMap { $0 })
        var headers = [("Content-Type", "application/json")]
        if let apiKey, !apiKey.isEmpty { headers.append(("Authorization", "Bearer \(apiKey)")) }
        let dialect = Dialect(
            url: baseURL.trimmingSlashes + "/chat/completions", headers: headers,
            printRequest: { OpenAIChat.printRequest($0, model: model, stream: $1, quirks: quirks) },
            readReply: { body throws(ChatError) in
                try OpenAIChat.readReply(body, model: model, secrets: secrets)
            },
            readError: { OpenAIChat.readError(status: $0, body: $1, secrets: secrets) },
            openStream: { ChatStream.openAI(model: model, secrets: secrets) },
            streamIsNoJSON: true)
        chat = HTTPChat(
            provider: provider, dialect: dialect, loop: loop, maximumBodyBytes: maximumBodyBytes
        ) { usage in
            guard let usage, let price = price("\(provider)/\(model)") else { return nil }
            return price.cost(of: usage)
        }
    }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        try await chat.reply(to: call)
    }
}

extension String {
    /// The address without slashes at its end.
    var trimmingSlashes: String {
        var text = self[...]
        while text.hasSuffix("/") { text.removeLast() }
        return String(text)
    }
}
