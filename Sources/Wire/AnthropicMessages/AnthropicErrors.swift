public import Chat

extension AnthropicMessages {
    /// The body of an error, as a server sends it, alone or as an event named `error`.
    public static func printError(message: String, type: String, requestID: String? = nil) -> [UInt8] {
        let error: JSONValue = .object([
            "type": "error", "error": ["type": .string(type), "message": .string(message)],
            "request_id": requestID.map { .string($0) },
        ])
        return error.bytes
    }

    /// The type of error that belongs to a status.
    public static func errorType(status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 409: "conflict_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    /// Reads an upstream's answer with an error status; of its body only message and type go into the error, without
    /// secrets.
    public static func readError(status: Int, body: [UInt8], secrets: Secrets = .none) -> ChatError {
        guard let document = try? JSONValue.parse(String(decoding: body, as: UTF8.self)) else {
            return error(.null, status: status, secrets: secrets)
        }
        return error(document.present("error") ?? document, status: status, secrets: secrets)
    }

    /// What an error's mapping says. Money that is used up hides behind other statuses, in words alone.
    static func error(_ error: JSONValue, status: Int?, secrets: Secrets) -> ChatError {
        var found = OpenAIChat.error(error, status: status, secrets: secrets)
        let type = error["type"]?.stringValue ?? ""
        if status == nil, let kind = kindsByType[type] { found.kind = kind }
        let words = found.message.lowercased()
        if ["credit balance", "spend limit", "spending limit"].contains(where: words.contains) {
            found.kind = .quotaExceeded
        } else if type == "not_found_error", words.contains("model") {
            found.kind = .notFound
        }
        return found
    }

    private static let kindsByType: [String: ChatError.Kind] = [
        "authentication_error": .authentication, "billing_error": .quotaExceeded,
        "conflict_error": .upstreamFailure, "invalid_request_error": .invalidRequest,
        "not_found_error": .invalidRequest, "overloaded_error": .upstreamFailure, "permission_error": .authentication,
        "rate_limit_error": .rateLimited, "request_too_large": .invalidRequest, "timeout_error": .timeout,
    ]
}
