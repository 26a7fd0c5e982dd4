import Chat

/// An error as clients see it: a status, and words that name no key and no upstream body.
struct Refusal: Sendable, Hashable {
    var status: Int
    var message: String
    /// The upstream's own code, or ours.
    var code: String?
    var retryAfter: Duration?

    init(_ status: Int, _ message: String, code: String? = nil, retryAfter: Duration? = nil) {
        self.status = status
        self.message = message
        self.code = code
        self.retryAfter = retryAfter
    }

    /// What a failed call means for the client: an upstream's 400, 404, 413, 422, 429, 500, 503 and 529 keep their
    /// meaning, its trouble with our key is not the client's, and what else went wrong there is 502 or 504.
    init(_ error: ChatError) {
        self.init(
            Refusal.status(of: error), error.message, code: Refusal.code(of: error), retryAfter: error.retryAfter)
    }

    private static func status(of error: ChatError) -> Int {
        switch error.kind {
        case .invalidRequest: [400, 404, 413, 422].first { $0 == error.status } ?? 400
        case .authentication, .unreachable, .cut, .invalidResponse: 502
        case .quotaExceeded: error.status == 402 ? 502 : 429
        case .rateLimited: error.status == 503 ? 503 : 429
        case .upstreamFailure: [500, 502, 503, 504, 529].first { $0 == error.status } ?? 502
        case .timeout: 504
        case .refused: 400
        case .notFound: 404
        case .cancelled: 499
        case .internal: error.code == "out_of_resources" ? 503 : 500
        }
    }

    private static func code(of error: ChatError) -> String? {
        switch error.kind {
        case .authentication: "upstream_auth"
        case .quotaExceeded: error.code ?? "insufficient_quota"
        case .rateLimited: error.code ?? "rate_limit_exceeded"
        case .refused: "content_filter"
        case .notFound: error.code ?? "model_not_found"
        case .timeout: error.code ?? "timeout"
        case .cut: error.code ?? "upstream_cut"
        case .unreachable: error.code ?? "upstream_unreachable"
        case .invalidRequest, .upstreamFailure, .invalidResponse, .cancelled, .internal: error.code
        }
    }
}
