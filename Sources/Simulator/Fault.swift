/// One way in which a vendor goes wrong.
public struct Fault: Sendable, Hashable {
    /// The name in scripts, in the log and in the counts.
    public var name: String
    var effect: Effect

    /// What reaches the client.
    enum Effect: Sendable, Hashable {
        /// An error of the dialect with this status, at once.
        case status(Int)
        /// The request is taken and nothing comes back until the client leaves.
        case silence
        /// The connection is reset (RST), before the first byte or in the middle of the body.
        case reset(midBody: Bool)
        /// The connection is closed in the middle of the body: a stream before its finish reason, a full answer
        /// before its announced length.
        case cut
        /// Every byte comes, one a second.
        case drip
        /// An answer with status 200 that is wrong in itself, after the usual delays.
        case body(Body)
    }

    enum Body: String, Sendable, Hashable, CaseIterable {
        case absurdUsage = "absurd_usage"
        case empty
        case emptyChoices = "empty_choices"
        case html
        case invalidUTF8 = "invalid_utf8"
        case malformedJSON = "malformed_json"
        case missingChoices = "missing_choices"
        case missingUsage = "missing_usage"
        case noDone = "no_done"
        case nullContent = "null_content"
        case streamError = "stream_error"
        case wrongContentType = "wrong_content_type"
    }

    /// The faults with a name, sorted. Besides these, any status from 400 to 599 is a kind: `kind: 503`.
    public static let all: [Fault] = [
        Fault(.absurdUsage),  // usage of 10¹⁸ and of negative tokens
        Fault(name: "bad_gateway", effect: .status(502)),
        Fault(name: "bad_request", effect: .status(400)),
        Fault(name: "drip", effect: .drip),
        Fault(.empty),  // status 200 and no body
        Fault(.emptyChoices),
        Fault(name: "forbidden", effect: .status(403)),
        Fault(.html),  // a page of some proxy with status 200
        Fault(.invalidUTF8),
        Fault(.malformedJSON),
        Fault(.missingChoices),
        Fault(.missingUsage),
        Fault(.noDone),  // a stream without its last line; a full answer is whole
        Fault(name: "not_found", effect: .status(404)),
        Fault(.nullContent),
        Fault(name: "overloaded", effect: .status(529)),
        Fault(name: "rate_limit", effect: .status(429)),
        Fault(name: "reset", effect: .reset(midBody: false)),
        Fault(name: "reset_mid_body", effect: .reset(midBody: true)),
        Fault(name: "server_error", effect: .status(500)),
        Fault(.streamError),  // an error event inside a stream; a full answer is a 500
        Fault(name: "timeout", effect: .silence),
        Fault(name: "truncated_stream", effect: .cut),
        Fault(name: "unauthorized", effect: .status(401)),
        Fault(name: "unavailable", effect: .status(503)),
        Fault(.wrongContentType),
    ]

    /// Further spellings of names above, as they are found in the field.
    static let synonyms = [
        "bad_json": "malformed_json", "connection_reset": "reset", "gateway_timeout": "504", "html_page": "html",
        "internal_server_error": "server_error", "rate_limited": "rate_limit", "service_unavailable": "unavailable",
        "too_many_requests": "rate_limit", "truncated": "truncated_stream", "unprocessable": "422",
    ]

    /// The fault of this name or status, or nil. A status that has a name is that fault: `429` is `rate_limit`.
    public static func named(_ text: String) -> Fault? {
        let name = synonyms[text] ?? text
        if let fault = all.first(where: { $0.name == name }) { return fault }
        guard let status = Int(name), (400...599).contains(status) else { return nil }
        return all.first { $0.effect == .status(status) } ?? Fault(name: String(status), effect: .status(status))
    }

    /// Whether the fault is an answer with an error status, which alone can bear a `retry-after`.
    var hasStatus: Bool { if case .status = effect { true } else { false } }
}

extension Fault {
    private init(_ body: Body) { self.init(name: body.rawValue, effect: .body(body)) }
}

/// When a fault happens.
public struct FaultRule: Sendable, Hashable {
    public var fault: Fault
    public var condition: Condition
    /// Whether `nth` and `first` count the requests of the model or the attempts of each prompt.
    public var count: Count
    /// The value of the `retry-after` header as it is sent; nil sends none.
    public var retryAfter: String?

    public enum Condition: Sendable, Hashable {
        case always
        /// Each request with this chance, 0…1, drawn from the seed, the model, the prompt and the attempt.
        case rate(Double)
        /// Each N-th request, N ≥ 1.
        case nth(Int)
        /// The first N requests.
        case first(Int)
    }

    public enum Count: String, Sendable, Hashable, CaseIterable {
        case model, prompt
    }

    public init(_ fault: Fault, _ condition: Condition, count: Count = .model, retryAfter: String? = nil) {
        self.fault = fault
        self.condition = condition
        self.count = count
        self.retryAfter = retryAfter
    }
}
