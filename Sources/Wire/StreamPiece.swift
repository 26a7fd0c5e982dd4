public import Chat

/// What one event of a stream says, in whatever dialect.
public struct StreamPiece: Sendable {
    public var deltas: [Delta.Kind]
    /// Whether the event holds content, be it empty text: an answer without any is none.
    public var holdsContent: Bool
    public var finishReason: ChatReply.FinishReason?
    /// Whether the text is the model's refusal, whatever the finish reason says.
    public var isRefusal: Bool
    /// The model that answers, as the vendor names it.
    public var model: String?
    /// Usage as far as this event tells it; the last one holds.
    public var usage: UsageReading?
    /// Log probabilities of this piece's tokens in OpenAI's shape.
    public var logprobs: [JSONValue]
    /// Signed thinking that ended with this event.
    public var thinkingBlocks: [JSONValue]
    public var warnings: [String]
    /// Whether the dialect says that nothing follows.
    public var isEnd: Bool
    /// Whether bytes of the event that were not UTF-8 were replaced.
    public var isMended = false
    /// Whether the event says something in a way that only some hosts of the dialect have: it is told in the dialect's
    /// own words then, not passed on.
    public var isForeign = false

    public init(
        deltas: [Delta.Kind] = [], holdsContent: Bool = false, finishReason: ChatReply.FinishReason? = nil,
        isRefusal: Bool = false, model: String? = nil, usage: UsageReading? = nil, logprobs: [JSONValue] = [],
        thinkingBlocks: [JSONValue] = [], warnings: [String] = [], isEnd: Bool = false
    ) {
        self.deltas = deltas
        self.holdsContent = holdsContent
        self.finishReason = finishReason
        self.isRefusal = isRefusal
        self.model = model
        self.usage = usage
        self.logprobs = logprobs
        self.thinkingBlocks = thinkingBlocks
        self.warnings = warnings
        self.isEnd = isEnd
    }
}

/// What a dialect remembers from one event of a stream to the next.
public struct StreamMemory: Sendable {
    /// A tool call or a thought that is being told in pieces.
    struct Block: Sendable {
        /// The call's place among the answer's calls; nil for a thought.
        var call: Int?
        var hasArguments = false
        var thought: JSONValue?
    }

    /// Blocks by the vendor's index.
    var blocks: [Int: Block] = [:]
    /// How many tool calls came so far.
    var calls = 0
    /// The members of usage that came so far.
    var usage: [JSONValue.Member] = []

    public init() {}
}

/// A vendor's usage: read, or there but not to be believed (negative, absurd, of a wrong type), which is unknown.
public enum UsageReading: Sendable, Hashable {
    case known(TokenUsage)
    case unreadable(JSONValue)

    public var usage: TokenUsage? {
        switch self {
        case .known(let usage): usage
        case .unreadable: nil
        }
    }

    /// What a reply says of usage that could not be read; it keeps the vendor's own words.
    public var warnings: [String] {
        switch self {
        case .known: []
        case .unreadable(let raw): ["the usage is not to be believed and counts as unknown: \(raw.text.prefix(200))"]
        }
    }
}
