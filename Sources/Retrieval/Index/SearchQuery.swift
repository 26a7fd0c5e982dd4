/// How passages are found.
public enum SearchMode: String, Sendable, Hashable, CaseIterable {
    /// By the words of the query, BM25.
    case lexical
    /// By likeness of vectors.
    case vector
    /// By both.
    case hybrid
}

/// What is looked for.
public struct SearchQuery: Sendable, Hashable {
    public var text: String
    /// The query's vector, where the index has vectors of a model.
    public var vector: [Float]
    public var mode: SearchMode
    /// The most passages that are returned.
    public var topK: Int
    public var filter: MetadataFilter?
    /// Whether each document is found once, by its best chunk.
    public var isOnePerDocument: Bool
    public var fusion: Fusion

    public init(
        text: String, vector: [Float] = [], mode: SearchMode = .hybrid, topK: Int = 5, filter: MetadataFilter? = nil,
        isOnePerDocument: Bool = false, fusion: Fusion = .standard
    ) {
        self.text = text
        self.vector = vector
        self.mode = mode
        self.topK = topK
        self.filter = filter
        self.isOnePerDocument = isOnePerDocument
        self.fusion = fusion
    }
}
