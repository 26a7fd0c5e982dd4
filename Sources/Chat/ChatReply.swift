/// A whole answer.
public struct ChatReply: Sendable {
    public var text: String
    /// What the model thought aloud, where the vendor shows it.
    public var reasoning: String?
    /// Thinking as signed by the vendor (Anthropic's `thinking` and `redacted_thinking` blocks), which it wants back
    /// unchanged in the next turn beside tool calls: a message's `extra["thinking_blocks"]`.
    public var thinkingBlocks: [JSONValue]
    /// Tool calls in OpenAI's shape.
    public var toolCalls: [JSONValue]
    /// Log probabilities of the answer's tokens in OpenAI's shape, `{token, logprob, bytes, top_logprobs}` each; empty
    /// where they were not asked for or are not offered.
    public var logprobs: [JSONValue]
    public var finishReason: FinishReason
    /// The model that answered, as the vendor names it.
    public var model: String
    public var usage: TokenUsage?
    /// What the answer cost, fixed when it was given; nil where price or usage is unknown.
    public var cost: NanoUSD?
    public var source: Source
    /// Whether it is less than was asked for, given by another model after that one failed, or without the knowledge
    /// that could not be searched: no cache keeps such an answer.
    public var isStandIn = false
    /// The passages that were put before the model, best first: `{"document_id", "title"?, "chunk", "start", "end",
    /// "score"}` each. Empty without retrieval.
    public var citations: [JSONValue] = []
    /// How much it may be trusted, from 0 to 1, as far as signs tell; nil where nobody asked or there was none.
    public var confidence: Double?
    public var timing: Timing
    /// What the vendor said of its rate limits; behind a rate limit of ours, what that leaves to the caller.
    public var rateLimits: RateLimits?
    /// The body as the vendor sent it, or nil once a stage changed the text.
    public var wireBody: WireBody?
    /// Of a streamed answer, the events that came after the last piece: the finish reason, usage, the dialect's last
    /// word. Nil where the pieces' own events are (`Delta.wireEvents`).
    public var wireEnding: WireEvents?
    /// What the provider wants known and is no error: a dropped parameter, replaced bytes.
    public var warnings: [String]

    public init(
        text: String, reasoning: String? = nil, thinkingBlocks: [JSONValue] = [], toolCalls: [JSONValue] = [],
        logprobs: [JSONValue] = [], finishReason: FinishReason = .stop, model: String,
        usage: TokenUsage? = nil, cost: NanoUSD? = nil, source: Source = .model, timing: Timing = Timing(),
        rateLimits: RateLimits? = nil, wireBody: WireBody? = nil, warnings: [String] = []
    ) {
        self.text = text
        self.reasoning = reasoning
        self.thinkingBlocks = thinkingBlocks
        self.toolCalls = toolCalls
        self.logprobs = logprobs
        self.finishReason = finishReason
        self.model = model
        self.usage = usage
        self.cost = cost
        self.source = source
        self.timing = timing
        self.rateLimits = rateLimits
        self.wireBody = wireBody
        self.warnings = warnings
    }

    /// The answer as a listener hears it that gets it all at once: in as few pieces as it has kinds.
    public var pieces: [Delta.Kind] {
        var pieces: [Delta.Kind] = []
        if let reasoning { pieces.append(.reasoning(reasoning)) }
        if !text.isEmpty { pieces.append(.text(text)) }
        for (index, call) in toolCalls.enumerated() {
            let function = call["function"]
            pieces.append(
                .toolCall(
                    index: index, id: call["id"]?.stringValue, name: function?["name"]?.stringValue,
                    arguments: function?["arguments"]?.stringValue ?? ""))
        }
        return pieces
    }

    /// Why the answer ended. An answer that was cut is an error, so there is no case for it.
    public enum FinishReason: String, Sendable, Hashable, CaseIterable {
        case stop, length, tool, refused
    }

    /// Where the answer came from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case model = "llm"
        case cache
        case recorded
        case baseline
        case fallback = "api_b"
    }

    /// Durations of the call that got the answer; nil where nobody measured.
    public struct Timing: Sendable, Hashable {
        /// From the call to the end of the answer.
        public var total: Duration?
        /// From the call to the first delta with content, by the socket's clock.
        public var firstToken: Duration?

        public init(total: Duration? = nil, firstToken: Duration? = nil) {
            self.total = total
            self.firstToken = firstToken
        }
    }
}

/// A vendor's word on how much more it takes.
public struct RateLimits: Sendable, Hashable {
    public var limitRequests: Int?
    public var remainingRequests: Int?
    public var resetRequests: Duration?
    public var limitTokens: Int?
    public var remainingTokens: Int?
    public var resetTokens: Duration?

    public init(
        limitRequests: Int? = nil, remainingRequests: Int? = nil, resetRequests: Duration? = nil,
        limitTokens: Int? = nil, remainingTokens: Int? = nil, resetTokens: Duration? = nil
    ) {
        self.limitRequests = limitRequests
        self.remainingRequests = remainingRequests
        self.resetRequests = resetRequests
        self.limitTokens = limitTokens
        self.remainingTokens = remainingTokens
        self.resetTokens = resetTokens
    }
}
