import Chat
import Wire

/// One model at one address.
struct Endpoint: Sendable {
    let provider: String
    /// The model's name at the vendor.
    let model: String
    /// Without slashes at its end.
    let baseURL: String
    let access: ProviderAccess
    /// Whether it runs on one's own machine and costs nothing.
    var isFree = false

    /// The model's full name.
    var name: String { "\(provider)/\(model)" }

    /// The keys that must not leave.
    var secrets: Secrets { Secrets([access.apiKey].compactMap { $0 }) }

    /// Headers with the key as a bearer token.
    var bearerHeaders: [(String, String)] { headers("Authorization") { "Bearer \($0)" } }

    /// Headers with the key, where there is one, in a header of this name.
    func headers(_ keyName: String, _ value: (String) -> String = { $0 }) -> [(String, String)] {
        let json = [("Content-Type", "application/json")]
        guard let key = access.apiKey, !key.isEmpty else { return json }
        return json + [(keyName, value(key))]
    }

    /// An address below the base URL, whether or not that names the version already.
    func url(version: String, _ path: String) -> String {
        baseURL.hasSuffix("/" + version) ? "\(baseURL)/\(path)" : "\(baseURL)/\(version)/\(path)"
    }

    /// What a call of this usage costs at a moment, in seconds since 1970; nil is unknown.
    var cost: @Sendable (_ usage: TokenUsage, _ secondsSince1970: Double) -> NanoUSD? {
        if isFree { return { _, _ in .zero } }
        let (prices, name) = (access.prices, name)
        return { prices.cost(of: $0, model: name, at: $1) }
    }

    /// The model in OpenAI's dialect.
    /// - Parameter quirks: what the host does differently with this request.
    func openAIChat(
        url: String, quirks: @escaping @Sendable (ChatRequest) -> OpenAIChat.RequestQuirks
    ) -> any ChatModel {
        let (model, secrets) = (model, secrets)
        let dialect = Dialect(
            url: { _ in url }, headers: bearerHeaders,
            printRequest: { request, stream in
                OpenAIChat.printRequest(request, model: model, stream: stream, quirks: quirks(request))
            },
            readReply: { body throws(ChatError) in
                try OpenAIChat.readReply(body, model: model, secrets: secrets)
            },
            readError: { OpenAIChat.readError(status: $0, body: $1, secrets: secrets) },
            openStream: { ChatStream.openAI(model: model, secrets: secrets) },
            streamIsNoJSON: true)
        return HTTPChat(at: self, dialect: dialect)
    }

    /// The model's embeddings in OpenAI's dialect.
    func openAIEmbeddings(
        url: String, maximumInputs: Int, dimensionsKey: String = "dimensions", asksForBase64: Bool = false
    ) -> any EmbeddingModel {
        let (model, secrets) = (model, secrets)
        let dialect = EmbeddingDialect(
            url: url, headers: bearerHeaders, maximumInputs: maximumInputs,
            printRequest: {
                OpenAIEmbeddings.printRequest(
                    $0, model: model, dimensionsKey: dimensionsKey, asksForBase64: asksForBase64)
            },
            readReply: { body, count throws(ChatError) in
                try OpenAIEmbeddings.readReply(body, count: count, model: model, secrets: secrets)
            },
            readError: { OpenAIChat.readError(status: $0, body: $1, secrets: secrets) })
        return HTTPEmbeddings(at: self, dialect: dialect)
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
