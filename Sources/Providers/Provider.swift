public import Chat
public import CurlTransport

/// Somebody who serves models: what stands before the slash in a model's name.
///
/// A vendor is one file in `Vendors/`, with its test, and one line in `all`.
public struct Provider: Sendable {
    /// The providers that are known without a configuration, sorted by name.
    public static let all: [Provider] = [
        .ollama,
        .openAI,
        .simulator,
    ]

    /// The dialects that a configuration may name for a host of its own, sorted.
    public static let dialects = ["ollama", "openai"]

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

    let connect: @Sendable (_ model: String, _ baseURL: String, _ access: ProviderAccess) -> any ChatModel

    init(
        name: String, defaultBaseURL: String?, keyVariable: String? = nil, baseURLVariable: String? = nil,
        needsKey: Bool = false,
        connect: @escaping @Sendable (_ model: String, _ baseURL: String, _ access: ProviderAccess) -> any ChatModel
    ) {
        self.name = name
        self.defaultBaseURL = defaultBaseURL
        self.keyVariable = keyVariable
        self.baseURLVariable = baseURLVariable
        self.needsKey = needsKey
        self.connect = connect
    }

    /// The known provider of this name, or nil.
    public static func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    /// A host of the user's own that speaks a known dialect, or nil for a dialect that is not in `dialects`.
    public static func speaking(_ dialect: String, name: String, baseURL: String) -> Provider? {
        switch dialect {
        case "ollama": ollamaHost(name: name, baseURL: baseURL)
        case "openai": compatible(name: name, baseURL: baseURL)
        default: nil
        }
    }

    /// A model of this provider.
    /// - Parameter model: its name at the vendor, without the provider.
    /// - Throws: `ChatError.authentication` where a key is needed and none is given; `.notFound` where nobody said
    ///   where the provider answers; `.invalidRequest` for an empty name.
    public func model(_ model: String, access: ProviderAccess) throws(ChatError) -> any ChatModel {
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
        return connect(model, baseURL, access)
    }
}

/// What a provider's models are reached with.
public struct ProviderAccess: Sendable {
    public var loop: CurlLoop
    /// In place of the provider's own; nil keeps that.
    public var baseURL: String?
    /// Never printed.
    public var apiKey: String?
    /// What a model costs by its full name `provider/model`; nil is unknown.
    public var price: @Sendable (_ model: String) -> Price?

    public init(
        loop: CurlLoop, baseURL: String? = nil, apiKey: String? = nil,
        price: @escaping @Sendable (_ model: String) -> Price? = { _ in nil }
    ) {
        self.loop = loop
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.price = price
    }
}

/// Shows whether there is a key, not the key.
extension ProviderAccess: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        "ProviderAccess(baseURL: \(baseURL ?? "the provider's own"), apiKey: \(apiKey == nil ? "none" : "[key]"))"
    }

    public var debugDescription: String { description }
}
