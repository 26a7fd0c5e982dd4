import Chat
import CurlTransport
import Wire

extension Provider {
    /// Anthropic's Messages.
    static let anthropic = Provider(
        name: "anthropic", defaultBaseURL: "https://api.anthropic.com", keyVariable: "ANTHROPIC_API_KEY",
        baseURLVariable: "ANTHROPIC_BASE_URL", needsKey: true, counter: { $0.anthropicCounter }
    ) { endpoint in
        let (model, secrets) = (endpoint.model, endpoint.secrets)
        let url = endpoint.url(version: "v1", "messages")
        let dialect = Dialect(
            url: { _ in url },
            headers: endpoint.headers("x-api-key") + [("anthropic-version", AnthropicMessages.version)],
            printRequest: { request, stream throws(ChatError) in
                try AnthropicMessages.printRequest(
                    request, model: model, stream: stream, quirks: AnthropicModels.quirks(of: model, request))
            },
            readReply: { body throws(ChatError) in
                try AnthropicMessages.readReply(body, model: model, secrets: secrets)
            },
            readError: { AnthropicMessages.readError(status: $0, body: $1, secrets: secrets) },
            openStream: { ChatStream.anthropic(model: model, secrets: secrets) },
            streamIsNoJSON: true)
        return HTTPChat(at: endpoint, dialect: dialect)
    }
}

extension Endpoint {
    /// The vendor's own count of a request's tokens.
    fileprivate var anthropicCounter: TokenCounter {
        let (model, secrets, url) = (model, secrets, url(version: "v1", "messages/count_tokens"))
        let connection = VendorConnection(
            provider: provider,
            headers: headers("x-api-key") + [("anthropic-version", AnthropicMessages.version)], loop: access.loop,
            maximumBodyBytes: 1 << 20,
            readError: { AnthropicMessages.readError(status: $0, body: $1, secrets: secrets) })
        let total = CallLimits().total
        return TokenCounter { request throws(ChatError) in
            let body = try connection.naming { () throws(ChatError) in
                try AnthropicMessages.printCountRequest(request, model: model)
            }
            let response = try await connection.send(
                body, to: url,
                limits: TransferLimits(firstByte: total, idle: total, total: total, bodyBytes: 1 << 20))
            let bytes = try await connection.collect(response.body).bytes
            return try connection.naming { () throws(ChatError) in
                try AnthropicMessages.readCount(bytes, secrets: secrets)
            }
        }
    }
}

/// What Anthropic's models do not take.
///
/// Source: Anthropic, "Migration guide": since Claude Opus 4.7 `temperature`, `top_p` and `top_k` are errors, and
/// effort (`output_config.effort`) stands in their place, which began with Claude Opus 4.5; of the 4 family, models
/// since Opus 4.1 take temperature or top_p, not both.
enum AnthropicModels {
    static func quirks(of model: String, _ request: ChatRequest) -> AnthropicMessages.ModelQuirks {
        var refused: Set<String> = takesSampling(model) ? [] : ["temperature", "top_k", "top_p"]
        if model.contains("-4-"), request.parameters.temperature != nil { refused.insert("top_p") }
        return AnthropicMessages.ModelQuirks(refused: refused, takesEffort: takesEffort(model))
    }

    /// Whether the model is of those that came before Opus 4.7.
    private static func takesSampling(_ model: String) -> Bool {
        let older = ["claude-2", "claude-3", "claude-instant", "claude-sonnet-4", "claude-haiku-4"]
        if older.contains(where: model.hasPrefix) { return true }
        let isOpus4 = model.hasPrefix("claude-opus-4")
        return isOpus4 && !["claude-opus-4-7", "claude-opus-4-8", "claude-opus-4-9"].contains(where: model.hasPrefix)
            || !model.hasPrefix("claude-")
    }

    private static func takesEffort(_ model: String) -> Bool {
        model == "claude-opus-4-5" || model.hasPrefix("claude-opus-4-5-") || model.hasPrefix("claude-sonnet-4-6")
            || model.hasPrefix("claude-opus-4-6") || !takesSampling(model)
    }
}
