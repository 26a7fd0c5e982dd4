public import Chat
public import CurlTransport

/// Somebody who serves models: what stands before the slash in a model's name.
///
/// A vendor is one file in `Vendors/`, with its test, and one line in `all`.
public struct Provider: Sendable {
    /// The providers that are known without a configuration, sorted by name.
    public static let all: [Provider] = [
        .anthropic,
        .deepSeek,
        .google,
        .meta,
        .mistral,
        .ollama,
        .openAI,
        .simulator,
    ]

    /// The dialects that a configuration may name for a host of its own, sorted.
    public static let dialects = ["anthropic", "deepseek", "google", "http", "mistral", "ollama", "openai"]

    /// What stands before the slash.
    public let name: String
    /// Where the vendor answers, as its own client takes it; nil where that must be said.
    public let defaultBaseURL: String?
    /// The environment variable of the key, or nil where none is known.
    public let keyVariable: String?
    /// The environment variable of the base URL, or nil where there is none.
    public let baseURLVariable: String?
    /// Whether nothing is answered without a key.
    public let needsKey: Bool

    let connect: @Sendable (Endpoint) -> any ChatModel
    /// Nil for a vendor without embeddings.
    let connectEmbeddings: (@Sendable (Endpoint) -> any EmbeddingModel)?
    /// Nil for a vendor that counts no tokens.
    let connectCounter: (@Sendable (Endpoint) -> TokenCounter)?

    init(
        name: String, defaultBaseURL: String?, keyVariable: String? = nil, baseURLVariable: String? = nil,
        needsKey: Bool = false, embeddings: (@Sendable (Endpoint) -> any EmbeddingModel)? = nil,
        counter: (@Sendable (Endpoint) -> TokenCounter)? = nil,
        connect: @escaping @Sendable (Endpoint) -> any ChatModel
    ) {
        self.name = name
        self.defaultBaseURL = defaultBaseURL
        self.keyVariable = keyVariable
        self.baseURLVariable = baseURLVariable
        self.needsKey = needsKey
        self.connect = connect
        connectEmbeddings = embeddings
        connectCounter = counter
    }

    /// The known provider of this name, or nil.
    public static func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    /// A host of the user's own that speaks a known vendor's dialect.
    /// - Returns: nil for a dialect that is not in `dialects`, and for `http`, which is told by a template.
    public static func speaking(_ dialect: String, name: String, baseURL: String) -> Provider? {
        guard dialects.contains(dialect), let vendor = named(dialect) else { return nil }
        return Provider(
            name: name, defaultBaseURL: baseURL, embeddings: vendor.connectEmbeddings, counter: vendor.connectCounter,
            connect: vendor.connect)
    }

    /// A model of this provider.
    /// - Parameter model: its name at the vendor, without the provider.
    /// - Throws: `ChatError.authentication` where a key is needed and none is given; `.notFound` where nobody said
    ///   where the provider answers; `.invalidRequest` for an empty name.
    public func model(_ model: String, access: ProviderAccess) throws(ChatError) -> any ChatModel {
        connect(try endpoint(model, access: access))
    }

    /// A model of this provider that turns texts into vectors.
    /// - Throws: as `model(_:access:)`, and `.notFound` where the provider has no embeddings.
    public func embeddings(_ model: String, access: ProviderAccess) throws(ChatError) -> any EmbeddingModel {
        guard let connectEmbeddings else { throw ChatError(.notFound, "\(name): has no embeddings") }
        return connectEmbeddings(try endpoint(model, access: access))
    }

    /// What counts the tokens of requests to a model of this provider; nil where the vendor does not.
    /// - Throws: as `model(_:access:)`.
    public func tokenCounter(_ model: String, access: ProviderAccess) throws(ChatError) -> TokenCounter? {
        try connectCounter?(endpoint(model, access: access))
    }

    private func endpoint(_ model: String, access: ProviderAccess) throws(ChatError) -> Endpoint {
        guard !model.isEmpty else {
            throw ChatError(.invalidRequest, "\(name): a model's name is missing after '\(name)/'")
        }
        guard let baseURL = access.baseURL ?? defaultBaseURL, !baseURL.isEmpty else {
            let variable = baseURLVariable.map { "\($0), or " } ?? ""
            throw ChatError(
                .notFound, "\(name): no address; set \(variable)base_url under providers.\(name) in nexus.yaml")
        }
        if needsKey, access.apiKey?.isEmpty ?? true {
            let remedy = keyVariable.map { "set \($0) in the environment or in .env" } ?? "set api_key"
            throw ChatError(.authentication, "\(name): no API key; \(remedy)")
        }
        return Endpoint(provider: name, model: model, baseURL: baseURL.trimmingSlashes, access: access)
    }
}

/// What a provider's models are reached with.
public struct ProviderAccess: Sendable {
    public var loop: CurlLoop
    /// In place of the provider's own; nil keeps that.
    public var baseURL: String?
    /// Never printed.
    public var apiKey: String?
    /// What models cost by their full names.
    public var prices: PriceTable
    /// Most bytes of an answer; a larger one is `ChatError.invalidResponse`.
    public var maximumBodyBytes: Int

    public init(
        loop: CurlLoop, baseURL: String? = nil, apiKey: String? = nil, prices: PriceTable = .embedded,
        maximumBodyBytes: Int = 16 << 20
    ) {
        self.loop = loop
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.prices = prices
        self.maximumBodyBytes = maximumBodyBytes
    }
}

/// Shows whether there is a key, not the key.
extension ProviderAccess: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        "ProviderAccess(baseURL: \(baseURL ?? "the provider's own"), apiKey: \(apiKey == nil ? "none" : "[key]"))"
    }

    public var debugDescription: String { description }
}
