import Chat

/// What one request asks, in any dialect.
struct Asked: Sendable {
    var model: String
    /// The last user message; of a request for embeddings, the first text.
    var prompt: String
    var isStream = false
    /// Whether a stream shall tell its usage.
    var includesUsage = true
    var inputTokens: Int
    var maxTokens: Int?
    /// The function that the model is told to call; nil asks for text.
    var tool: String?
    /// What is asked of a request for embeddings; nil is a chat.
    var vectors: Vectors?

    /// How embeddings are asked for and answered.
    struct Vectors: Sendable {
        var texts: [String]
        var dimensions = 64
        /// The member of the answer that holds them.
        var key: String
        var print: @Sendable (_ vectors: [[Float]], _ tokens: Int, _ id: String) -> [UInt8]

        /// - Throws: `.invalidRequest` for no texts and for lengths that no model has.
        func checked() throws(ChatError) -> Vectors {
            guard !texts.isEmpty else { throw ChatError(.invalidRequest, "there is no text to embed") }
            guard (1...8192).contains(dimensions) else {
                throw ChatError(.invalidRequest, "dimensions: must be 1 to 8192, found \(dimensions)")
            }
            return self
        }
    }
}

extension Asked {
    init(_ request: ChatRequest, includesUsage: Bool) {
        model = request.model
        prompt = request.messages.last { $0.role == .user }?.text ?? ""
        isStream = request.stream
        self.includesUsage = includesUsage
        inputTokens = request.messages.reduce(0) { $0 + TokenPieces.count($1.text) }
        maxTokens = request.parameters.maxTokens
        tool = Asked.demandedTool(request)
    }

    init(embedding vectors: Vectors, model: String) throws(ChatError) {
        self.model = model
        self.vectors = try vectors.checked()
        prompt = vectors.texts.first ?? ""
        inputTokens = vectors.texts.reduce(0) { $0 + TokenPieces.count($1) }
    }

    /// The function of a tool choice that leaves the model no other: the one it names, or the first that is there.
    private static func demandedTool(_ request: ChatRequest) -> String? {
        guard let choice = request.toolChoice else { return nil }
        if let name = choice["function"]?["name"]?.stringValue { return name }
        guard choice == "required" || choice == "any" else { return nil }
        return request.tools.first?["function"]?["name"]?.stringValue
    }
}
