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
    /// Where its members stand, as far as its reader noted that.
    public var outline: JSONOutline?

    public init(dialect: Dialect, bytes: [UInt8], outline: JSONOutline? = nil) {
        self.dialect = dialect
        self.bytes = bytes
        self.outline = outline
    }
}

/// Events of a streamed answer as they came over the wire, in order.
public struct WireEvents: Sendable, Hashable {
    public struct Event: Sendable, Hashable {
        /// The `event:` field, or nil where there was none.
        public var name: String?
        public var data: [UInt8]
        /// Whether the tokens taken may stand in it; false once somebody looked and found none.
        public var mayTellUsage = true

        public init(name: String?, data: [UInt8]) {
            self.name = name
            self.data = data
        }
    }

    public var dialect: WireBody.Dialect
    public var events: [Event]

    public init(dialect: WireBody.Dialect, events: [Event]) {
        self.dialect = dialect
        self.events = events
    }
}
