/// One trial as reports list it, read from the store.
public struct TrialRow: Sendable {
    public var sampleID: String
    public var variant: String
    public var repeatIndex: Int
    /// Nil where the trial failed.
    public var output: String?
    /// "kind: message" where the trial failed.
    public var error: String?
    /// "llm", "cache", "recorded", "baseline", "api_b"; nil where the trial failed before anyone answered.
    public var source: String?
    public var latencyMilliseconds: Double?
    public var firstTokenMilliseconds: Double?
    public var inputTokens: Int?
    public var outputTokens: Int?
    /// In US dollars; nil where unknown.
    public var cost: Double?
    /// A score for each of the run's measures, in their order; nil where not scored.
    public var scores: [Double?]

    public init(
        sampleID: String, variant: String, repeatIndex: Int, output: String?, error: String?, source: String?,
        latencyMilliseconds: Double?, firstTokenMilliseconds: Double?, inputTokens: Int?, outputTokens: Int?,
        cost: Double?, scores: [Double?]
    ) {
        self.sampleID = sampleID
        self.variant = variant
        self.repeatIndex = repeatIndex
        self.output = output
        self.error = error
        self.source = source
        self.latencyMilliseconds = latencyMilliseconds
        self.firstTokenMilliseconds = firstTokenMilliseconds
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cost = cost
        self.scores = scores
    }
}

/// One sample as reports show it beside the outputs.
public struct SampleRow: Sendable {
    public var id: String
    /// The fields of the dataset that the prompts use, as text, in the dataset's order.
    public var fields: [(name: String, value: String)]
    public var references: [String]

    public init(id: String, fields: [(name: String, value: String)], references: [String]) {
        self.id = id
        self.fields = fields
        self.references = references
    }
}

/// What reports are written from: the summary, and the rows read one after the other.
public protocol RunContents: Sendable {
    var summary: RunSummary { get }
    /// Calls `body` for each sample in the dataset's order with its trials, in the order of variants and repeats.
    func forEachSample(_ body: (SampleRow, [TrialRow]) throws -> Void) throws
}
