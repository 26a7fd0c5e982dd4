/// Whatever turns texts into vectors.
public protocol EmbeddingModel: Sendable {
    /// The model's full name, stored beside every vector: vectors of two models are never compared.
    var name: String { get }

    /// Length of the vectors, or nil until the model was asked once.
    var dimensions: Int? { get }

    /// One vector an input, in the order of the inputs.
    /// - Throws: `ChatError`; an answer with too few vectors, or with vectors of several lengths, is
    ///   `.invalidResponse`.
    func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply
}

extension EmbeddingModel {
    /// One vector `[dimensions]` a text, in the order of the texts.
    public func embed(_ texts: [String]) async throws(ChatError) -> [[Float]] {
        try await reply(to: EmbeddingRequest(texts: texts)).vectors
    }
}

/// What is to be embedded.
public struct EmbeddingRequest: Sendable, Hashable {
    /// One input: a text, or the text as the model's own tokens, which only some vendors take.
    public enum Input: Sendable, Hashable {
        case text(String)
        case tokens([Int])
    }

    /// The model's full name, `provider/model`, or an alias.
    public var model: String
    public var inputs: [Input]
    /// The length of vectors that is asked for; nil leaves the model's own.
    public var dimensions: Int?
    /// Further members of the body, handed to the provider as they are.
    public var extra: [String: JSONValue]

    public init(model: String = "", inputs: [Input], dimensions: Int? = nil, extra: [String: JSONValue] = [:]) {
        self.model = model
        self.inputs = inputs
        self.dimensions = dimensions
        self.extra = extra
    }

    public init(model: String = "", texts: [String], dimensions: Int? = nil) {
        self.init(model: model, inputs: texts.map { .text($0) }, dimensions: dimensions)
    }
}

/// The vectors of a request.
public struct EmbeddingReply: Sendable, Hashable {
    /// One vector an input, all of one length, `[inputs][dimensions]`.
    public var vectors: [[Float]]
    /// The model that answered, as the vendor names it.
    public var model: String
    /// Tokens of input; nil where the vendor does not count them.
    public var usage: TokenUsage?
    /// What it cost, fixed when it was given; nil where price or usage is unknown.
    public var cost: NanoUSD?

    public init(vectors: [[Float]], model: String, usage: TokenUsage? = nil, cost: NanoUSD? = nil) {
        self.vectors = vectors
        self.model = model
        self.usage = usage
        self.cost = cost
    }
}
