/// A body as it came over the wire.
///
/// Where client and provider speak the same dialect and no stage changed the text, the bytes go on as they are, unknown
/// members and all.
public struct WireBody: Sendable, Hashable {
    public enum Dialect: String, Sendable, Hashable, CaseIterable {
        case openAIChat = "openai"
        case anthropicMessages = "anthropic"
        case gemini = "google"
        case ollamaChat = "ollama"
    }

    public var dialect: Dialect
    public var bytes: [UInt8]

    public init(dialect: Dialect, bytes: [UInt8]) {
        self.dialect = dialect
        self.bytes = bytes
    }
}
