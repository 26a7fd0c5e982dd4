public import Chat
import CurlTransport
import Wire

extension Provider {
    /// Asks which models a provider has: whether it answers, and whether it takes the key.
    ///
    /// ```swift
    /// let models = try await Provider.models(vendor: "openai", name: "local", access: access)
    /// ```
    /// - Parameters:
    ///   - vendor: whose dialect it speaks, one of `all` by name.
    ///   - name: what the provider is called, for messages.
    ///   - limit: the longest time for all of it.
    /// - Returns: the names, in the provider's order.
    /// - Throws: `ChatError`: `.unreachable` or `.timeout` where it does not answer, `.authentication` where it does
    ///   not take the key, `.invalidResponse` where it answers something else than a list.
    public static func models(
        vendor: String, name: String, access: ProviderAccess, limit: Duration = .seconds(5)
    ) async throws(ChatError) -> [String] {
        let address = access.baseURL ?? named(vendor)?.defaultBaseURL ?? ""
        let endpoint = Endpoint(provider: name, model: "", baseURL: address.trimmingSlashes, access: access)
        let connection = VendorConnection(
            provider: name, headers: [], loop: access.loop, maximumBodyBytes: 8 << 20,
            readError: { OpenAIChat.readError(status: $0, body: $1, secrets: endpoint.secrets) })
        let list = list(vendor, endpoint)
        let response = try await connection.send(
            [], to: list.url,
            limits: TransferLimits(
                connect: min(limit, .seconds(3)), firstByte: limit, total: limit, bodyBytes: 8 << 20),
            method: "GET", headers: list.headers)
        let (bytes, _) = try await connection.collect(response.body)
        guard let body = try? JSONValue.parse(bytes),
            let items = body[list.member]?.arrayValue ?? body.arrayValue
        else {
            throw connection.named(ChatError(.invalidResponse, "answers, but with no list of models"))
        }
        return items.compactMap { ($0["id"] ?? $0["name"])?.stringValue }
    }

    private static func list(
        _ vendor: String, _ endpoint: Endpoint
    ) -> (url: String, headers: [(String, String)], member: String) {
        switch vendor {
        case "anthropic":
            let version = ("anthropic-version", AnthropicMessages.version)
            return (endpoint.url(version: "v1", "models"), endpoint.headers("x-api-key") + [version], "data")
        case "google":
            return (endpoint.url(version: "v1beta", "models"), endpoint.headers("x-goog-api-key"), "models")
        case "ollama": return (endpoint.baseURL + "/api/tags", endpoint.bearerHeaders, "models")
        case "mistral": return (endpoint.url(version: "v1", "models"), endpoint.bearerHeaders, "data")
        default: return (endpoint.baseURL + "/models", endpoint.bearerHeaders, "data")
        }
    }
}
