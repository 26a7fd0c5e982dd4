/// What came of one request to the gateway: the one value that the inference log, the counters and the exported traces
/// are made of, so that they agree.
///
/// It holds no prompt and no answer unless the log is told to keep them, and never a key.
public struct InferenceRecord: Sendable {
    public var requestID: String
    /// When the request came: milliseconds since 1970.
    public var startedAtMilliseconds: Int64
    /// Who asked: a fingerprint of the key; nil where no keys are set.
    public var caller: String?
    public var session: String?
    /// The path that was asked: `/v1/chat/completions`.
    public var route: String
    /// What was asked for, by OpenTelemetry's words.
    public var operation: Operation
    public var isStreamed: Bool
    /// As the client named it; nil where the request could not be read.
    public var modelAsked: String?
    /// As the vendor names it; nil where nobody answered.
    public var modelAnswered: String?
    /// Who gave the answer, or was asked last: what stands before the slash; nil where nobody was asked.
    public var provider: String?
    /// The HTTP status of the answer; of a stream that broke, the status that its error would have had; 499 where the
    /// client left.
    public var status: Int
    /// What came of it: an answer's finish reason, or the kind of the error.
    public var outcome: Outcome
    public var source: ChatReply.Source?
    /// How much the answer may be trusted; see `ChatReply.confidence`.
    public var confidence: Double?
    /// "hit", "miss" or "off".
    public var cache: String
    /// The tokens that this request took at the vendor: nil where it took none, as from the cache or another's answer
    /// that it listened in on, and where they are unknown.
    public var usage: TokenUsage?
    /// What it cost; nil where that is unknown.
    public var cost: NanoUSD?
    /// From the request's body being there to the answer's end.
    public var latency: Duration
    /// To the first piece of the answer, by the socket's clock; nil where there was none.
    public var firstToken: Duration?
    /// What the gateway took besides the provider.
    public var overhead: Duration
    /// How often a provider was asked.
    public var attempts: Int
    /// The pieces that a stream had passed on when it ended.
    public var pieces: Int
    public var spans: [Span]
    public var identity: TraceIdentity?
    /// The messages as JSON, and the answer's text, where the log keeps them.
    public var prompt: String?
    public var answer: String?

    /// The operations of OpenTelemetry's semantic conventions for generative AI.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case chat
        case textCompletion = "text_completion"
        case embeddings
    }

    public enum Outcome: Sendable, Hashable {
        case answered(ChatReply.FinishReason)
        case failed(ChatError.Kind)

        /// "stop", "timeout" …
        public var text: String {
            switch self {
            case .answered(let reason): reason.rawValue
            case .failed(let kind): kind.rawValue
            }
        }

        /// The outcome of this text; `isError` tells a refusal that is an answer from one that is an error.
        public init?(_ text: String, isError: Bool) {
            if isError {
                guard let kind = ChatError.Kind(rawValue: text) else { return nil }
                self = .failed(kind)
            } else {
                guard let reason = ChatReply.FinishReason(rawValue: text) else { return nil }
                self = .answered(reason)
            }
        }

        public var isError: Bool {
            if case .failed = self { return true }
            return false
        }
    }

    public init(
        requestID: String, startedAtMilliseconds: Int64, caller: String? = nil, session: String? = nil,
        route: String, operation: Operation = .chat, isStreamed: Bool = false, modelAsked: String? = nil,
        modelAnswered: String? = nil, provider: String? = nil, status: Int, outcome: Outcome,
        source: ChatReply.Source? = nil, cache: String = "off", usage: TokenUsage? = nil, cost: NanoUSD? = nil,
        latency: Duration, firstToken: Duration? = nil, overhead: Duration = .zero, attempts: Int = 0,
        pieces: Int = 0, spans: [Span] = [], identity: TraceIdentity? = nil
    ) {
        self.requestID = requestID
        self.startedAtMilliseconds = startedAtMilliseconds
        self.caller = caller
        self.session = session
        self.route = route
        self.operation = operation
        self.isStreamed = isStreamed
        self.modelAsked = modelAsked
        self.modelAnswered = modelAnswered
        self.provider = provider
        self.status = status
        self.outcome = outcome
        self.source = source
        self.cache = cache
        self.usage = usage
        self.cost = cost
        self.latency = latency
        self.firstToken = firstToken
        self.overhead = overhead
        self.attempts = attempts
        self.pieces = pieces
        self.spans = spans
        self.identity = identity
    }
}
