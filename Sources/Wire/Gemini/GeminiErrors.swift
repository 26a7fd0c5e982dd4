public import Chat

extension Gemini {
    /// Reads an upstream's answer with an error status.
    ///
    /// Of its body only message and code go into the error, without secrets, and how long the vendor asks to wait
    /// (`RetryInfo.retryDelay`), since it sends no header for that.
    public static func readError(status: Int, body: [UInt8], secrets: Secrets = .none) -> ChatError {
        guard let document = try? JSONValue.parse(String(decoding: body, as: UTF8.self)) else {
            return error(.null, status: status, secrets: secrets)
        }
        let first = document.arrayValue?.first ?? document
        return error(first.present("error") ?? first, status: status, secrets: secrets)
    }

    /// What an error's mapping says.
    static func error(_ error: JSONValue, status: Int?, secrets: Secrets) -> ChatError {
        var found = OpenAIChat.error(error, status: status, secrets: secrets)
        found.code = error["status"]?.stringValue.map { secrets.line($0, limit: 80) } ?? found.code
        let details = error["details"]?.arrayValue ?? []
        let reasons = details.compactMap { $0["reason"]?.stringValue }
        let quotas = details.flatMap { $0["violations"]?.arrayValue ?? [] }.compactMap { $0["quotaId"]?.stringValue }
        if let status = found.status ?? status { found.kind = OpenAIChat.kind(status: status) }
        if found.status == nil, let kind = kindsByStatus[error["status"]?.stringValue ?? ""] { found.kind = kind }
        // A bad key is told as a bad request.
        if reasons.contains("API_KEY_INVALID") { found.kind = .authentication }
        if found.kind == .rateLimited, quotas.contains(where: { $0.contains("PerDay") }) { found.kind = .quotaExceeded }
        if found.status == 404 { found.kind = .notFound }
        found.retryAfter = details.lazy.compactMap { $0["retryDelay"]?.stringValue }.first
            .flatMap(RateLimitHeaders.duration)
        return found
    }

    /// Kinds of the vendor's own status names, for errors that come without a number.
    private static let kindsByStatus: [String: ChatError.Kind] = [
        "DEADLINE_EXCEEDED": .timeout, "FAILED_PRECONDITION": .invalidRequest, "INTERNAL": .upstreamFailure,
        "INVALID_ARGUMENT": .invalidRequest, "NOT_FOUND": .notFound, "PERMISSION_DENIED": .authentication,
        "RESOURCE_EXHAUSTED": .rateLimited, "UNAUTHENTICATED": .authentication, "UNAVAILABLE": .upstreamFailure,
    ]
}
