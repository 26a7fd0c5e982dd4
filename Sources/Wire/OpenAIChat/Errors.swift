public import Chat

extension OpenAIChat {
    /// The body of an error, as a server sends it, alone or as an event of a stream.
    public static func printError(
        message: String, type: String, code: String? = nil, parameter: String? = nil
    ) -> [UInt8] {
        let error: JSONValue = [
            "error": [
                "message": .string(message), "type": .string(type),
                "param": parameter.map { .string($0) } ?? .null, "code": code.map { .string($0) } ?? .null,
            ]
        ]
        return error.bytes
    }

    /// Reads an upstream's answer with an error status.
    ///
    /// Of its body only message and code go into the error, without secrets; what is no error body at all (a page of a
    /// proxy's) leaves the status alone to speak.
    public static func readError(status: Int, body: [UInt8], secrets: Secrets = .none) -> ChatError {
        guard let document = try? JSONValue.parse(String(decoding: body, as: UTF8.self)) else {
            return error(.null, status: status, secrets: secrets)
        }
        return error(document.present("error") ?? document, status: status, secrets: secrets)
    }

    /// What an error's mapping (or bare text, as some hosts have it) says.
    static func error(_ error: JSONValue, status: Int?, secrets: Secrets) -> ChatError {
        let status = status ?? error["code"]?.intValue.flatMap { (400..<600).contains($0) ? $0 : nil }
        let code = (error["code"]?.stringValue ?? error["type"]?.stringValue).map { secrets.line($0, limit: 80) }
        let words =
            error["message"]?.stringValue ?? error["detail"]?.stringValue ?? error.stringValue ?? details(of: error)
        let said = secrets.line(words)
        let answered = status.map { "the upstream answered \($0)" } ?? "the upstream reported an error"
        return ChatError(
            kind(status: status, names: [error["code"]?.stringValue, error["type"]?.stringValue].compactMap { $0 }),
            said.isEmpty ? answered : "\(answered): \(said)", status: status, code: code)
    }

    /// The faults of a list as FastAPI writes them: `{"detail": [{"loc": ["body", "n"], "msg": "…"}]}`.
    private static func details(of error: JSONValue) -> String {
        (error["detail"]?.arrayValue ?? []).prefix(5).map { fault in
            let place = (fault["loc"]?.arrayValue ?? []).map { $0.stringValue ?? $0.text }.joined(separator: ".")
            return "\(place): \(fault["msg"]?.stringValue ?? "")"
        }.joined(separator: "; ")
    }

    /// The kind of an error from its status and its code or type; without a status, from the names alone.
    static func kind(status: Int?, names: [String]) -> ChatError.Kind {
        if names.contains(where: quotaNames.contains) { return .quotaExceeded }
        if names.contains("model_not_found") || names.contains("invalid_model") { return .notFound }
        if let status { return kind(status: status) }
        return names.lazy.compactMap { kindsByName[$0] }.first ?? .upstreamFailure
    }

    /// The kind of an error status.
    public static func kind(status: Int) -> ChatError.Kind {
        switch status {
        case 401, 403: .authentication
        case 402: .quotaExceeded
        case 408, 504: .timeout
        case 429: .rateLimited
        // A conflict and "too early" pass by themselves, as the vendor's own client has it.
        case 409, 425, 500...: .upstreamFailure
        case 400..<500: .invalidRequest
        // A redirect is never followed: our key would go along.
        default: .invalidResponse
        }
    }

    private static let quotaNames: Set<String> = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded", "billing_error",
    ]

    private static let kindsByName: [String: ChatError.Kind] = [
        "authentication_error": .authentication,
        "content_filter": .refused,
        "content_policy_violation": .refused,
        "context_length_exceeded": .invalidRequest,
        "invalid_api_key": .authentication,
        "invalid_request_error": .invalidRequest,
        "permission_error": .authentication,
        "rate_limit_error": .rateLimited,
        "rate_limit_exceeded": .rateLimited,
        "requests": .rateLimited,
        "timeout": .timeout,
        "timeout_error": .timeout,
        "tokens": .rateLimited,
    ]
}
