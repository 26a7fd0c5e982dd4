import HTTPTypes

extension HTTPField.Name {
    static let requestID = known("x-request-id")
    static let apiKey = known("x-api-key")
    static let nexusCache = known("x-nexus-cache")
    /// In a request: whether the answer shall tell why the cache had it or not; and what it tells.
    static let nexusCacheExplain = known("x-nexus-cache-explain")
    static let nexusCacheExplanation = known("x-nexus-cache-explanation")
    static let nexusModel = known("x-nexus-model")
    static let nexusSource = known("x-nexus-source")
    static let nexusCost = known("x-nexus-cost-usd")
    static let nexusOverhead = known("x-nexus-overhead-ms")
    /// What was dropped or mended on the way to and from the provider.
    static let nexusWarnings = known("x-nexus-warnings")
    /// Who counted tokens: "vendor" or "estimate".
    static let nexusTokenCount = known("x-nexus-token-count")
    static let nexusSession = known("x-nexus-session")
    static let nexusPipeline = known("x-nexus-pipeline")
    static let nexusRetrieval = known("x-nexus-retrieval")
    static let limitRequests = known("x-ratelimit-limit-requests")
    static let remainingRequests = known("x-ratelimit-remaining-requests")
    static let resetRequests = known("x-ratelimit-reset-requests")
    static let limitTokens = known("x-ratelimit-limit-tokens")
    static let remainingTokens = known("x-ratelimit-remaining-tokens")
    static let resetTokens = known("x-ratelimit-reset-tokens")
    static let secWebSocketVersion = known("sec-websocket-version")
    static let traceParent = known("traceparent")
    /// What Anthropic's own API calls its request id.
    static let anthropicRequestID = known("request-id")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let known = HTTPField.Name(name) else { preconditionFailure("\(name) is a token") }
        return known
    }
}
