/// Tokens of one call in the six kinds that vendors price differently. All are counts; they do not overlap.
public struct TokenUsage: Sendable, Hashable {
    /// Prompt tokens that no cache of the vendor's held.
    public var inputFresh: Int
    /// Prompt tokens read from the vendor's cache.
    public var cacheRead: Int
    /// Prompt tokens written to the vendor's cache for five minutes.
    public var cacheWrite5m: Int
    /// Prompt tokens written to the vendor's cache for an hour.
    public var cacheWrite1h: Int
    /// Answer tokens, without reasoning.
    public var outputText: Int
    public var reasoning: Int
    /// The vendor's own usage, as it came.
    public var raw: JSONValue?
    /// What makes the call cost other than its tokens at their listed prices: another service tier, a paid search. The
    /// cost of such a call is unknown.
    public var surcharge: String?

    /// - Returns: nil where a count is negative or above `maximumCount`: such usage is unknown, not huge.
    public init?(
        inputFresh: Int, cacheRead: Int = 0, cacheWrite5m: Int = 0, cacheWrite1h: Int = 0, outputText: Int,
        reasoning: Int = 0, raw: JSONValue? = nil, surcharge: String? = nil
    ) {
        let counts = [inputFresh, cacheRead, cacheWrite5m, cacheWrite1h, outputText, reasoning]
        guard counts.allSatisfy({ (0...TokenUsage.maximumCount).contains($0) }) else { return nil }
        self.inputFresh = inputFresh
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.outputText = outputText
        self.reasoning = reasoning
        self.raw = raw
        self.surcharge = surcharge
    }

    /// A billion: no call comes near it, and sums of six stay far from overflow.
    public static let maximumCount = 1_000_000_000

    public var input: Int { inputFresh + cacheRead + cacheWrite5m + cacheWrite1h }

    public var output: Int { outputText + reasoning }

    /// What two calls took together; nil where that is more than a call can.
    public static func + (one: TokenUsage, other: TokenUsage) -> TokenUsage? {
        TokenUsage(
            inputFresh: one.inputFresh + other.inputFresh, cacheRead: one.cacheRead + other.cacheRead,
            cacheWrite5m: one.cacheWrite5m + other.cacheWrite5m, cacheWrite1h: one.cacheWrite1h + other.cacheWrite1h,
            outputText: one.outputText + other.outputText, reasoning: one.reasoning + other.reasoning,
            surcharge: one.surcharge ?? other.surcharge)
    }
}
