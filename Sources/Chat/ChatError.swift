/// Why there is no answer. An error is never text: nothing can score it.
public struct ChatError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The request cannot be answered as it is (400, 404, 413, 422, a prompt over a limit).
        case invalidRequest = "invalid_request"
        /// The upstream does not take our key (401, 403).
        case authentication
        /// Money or quota is used up; asking again does not help (402, 429 with a quota code).
        case quotaExceeded = "quota_exceeded"
        case rateLimited = "rate_limited"
        /// The upstream is failing or overloaded (500, 502, 503, 529).
        case upstreamFailure = "upstream_failure"
        /// No connection could be made.
        case unreachable
        /// The connection was cut before the answer was whole.
        case cut
        case timeout
        /// What came cannot be read as an answer.
        case invalidResponse = "upstream_invalid_response"
        /// The model or a guardrail declined to answer.
        case refused
        /// There is no recorded answer, no such model, no such provider.
        case notFound = "not_found"
        case cancelled
        /// A fault of ours.
        case `internal`
    }

    public var kind: Kind
    /// One line for people, free of keys and of upstream bodies.
    public var message: String
    /// The upstream's HTTP status.
    public var status: Int?
    /// The upstream's own error code.
    public var code: String?
    /// How long the upstream asked us to wait.
    public var retryAfter: Duration?
    /// The start of a body that could not be read, at most 4 KiB, keys removed.
    public var body: String?
    /// How many attempts were made in all, where more than one; 0 where a limit or a breaker of ours refused the call
    /// before anything was sent.
    public var attempts: Int?
    /// The upstream's own word on whether to ask again (`x-should-retry`); nil where it said nothing.
    public var retryAdvice: Bool?

    public init(
        _ kind: Kind, _ message: String, status: Int? = nil, code: String? = nil, retryAfter: Duration? = nil,
        body: String? = nil, attempts: Int? = nil, retryAdvice: Bool? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
        self.body = body
        self.attempts = attempts
        self.retryAdvice = retryAdvice
    }

    /// Whether the same call may succeed a little later, provided that nothing of the answer was handed on yet: by the
    /// upstream's own advice, else by the kind.
    public var isRetryable: Bool {
        if let retryAdvice { return retryAdvice }
        return switch kind {
        case .rateLimited, .upstreamFailure, .unreachable, .cut, .timeout: true
        case .invalidRequest, .authentication, .quotaExceeded, .invalidResponse, .refused, .notFound, .cancelled,
            .internal:
            false
        }
    }

    public var description: String {
        "\(kind.rawValue): \(message)"
    }
}
