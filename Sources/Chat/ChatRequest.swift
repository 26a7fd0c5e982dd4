/// What is asked of a model, independent of any vendor's wire format.
public struct ChatRequest: Sendable, Hashable {
    /// The model's full name, `provider/model`, or an alias.
    public var model: String
    public var messages: [Message]
    public var parameters: Parameters
    /// Tool definitions in OpenAI's shape.
    public var tools: [JSONValue]
    /// OpenAI's `tool_choice`: a string or a mapping; nil leaves it to the model.
    public var toolChoice: JSONValue?
    /// OpenAI's `response_format`; nil is plain text.
    public var responseFormat: JSONValue?
    /// Further members of the body, handed to the provider as they are.
    public var extra: [String: JSONValue]
    /// Whether the provider shall stream. It does not change the answer, so it is no part of the canonical bytes.
    public var stream: Bool
    /// The body as the client sent it, or nil once something was changed.
    public var wireBody: WireBody?

    public init(
        model: String, messages: [Message], parameters: Parameters = Parameters(), tools: [JSONValue] = [],
        toolChoice: JSONValue? = nil, responseFormat: JSONValue? = nil, extra: [String: JSONValue] = [:],
        stream: Bool = false, wireBody: WireBody? = nil
    ) {
        self.model = model
        self.messages = messages
        self.parameters = parameters
        self.tools = tools
        self.toolChoice = toolChoice
        self.responseFormat = responseFormat
        self.extra = extra
        self.stream = stream
        self.wireBody = wireBody
    }

    /// One bare question.
    public init(model: String, user text: String) {
        self.init(model: model, messages: [Message(.user, text)])
    }

    /// Sampling parameters; nil leaves the vendor's default.
    public struct Parameters: Sendable, Hashable {
        public var temperature: Double?
        public var topP: Double?
        /// Most tokens of output.
        public var maxTokens: Int?
        public var stop: [String]
        public var seed: Int?
        public var presencePenalty: Double?
        public var frequencyPenalty: Double?

        public init(
            temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil, stop: [String] = [],
            seed: Int? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil
        ) {
            self.temperature = temperature
            self.topP = topP
            self.maxTokens = maxTokens
            self.stop = stop
            self.seed = seed
            self.presencePenalty = presencePenalty
            self.frequencyPenalty = frequencyPenalty
        }
    }
}

/// One turn of a conversation.
public struct Message: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case system, user, assistant, tool
    }

    public var role: Role
    /// Text, or OpenAI's list of content parts, or null beside tool calls.
    public var content: JSONValue
    public var name: String?
    /// The assistant's tool calls in OpenAI's shape.
    public var toolCalls: [JSONValue]
    /// The call that a tool's message answers.
    public var toolCallID: String?
    /// Further members of the message in their dialect's own names: `thinking_blocks`, `is_error`, `prefix` …
    public var extra: [String: JSONValue]

    public init(
        role: Role, content: JSONValue, name: String? = nil, toolCalls: [JSONValue] = [], toolCallID: String? = nil,
        extra: [String: JSONValue] = [:]
    ) {
        self.role = role
        self.content = content
        self.name = name
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.extra = extra
    }

    public init(_ role: Role, _ text: String) {
        self.init(role: role, content: .string(text))
    }

    /// The text of the content: the string itself, or its text parts joined; empty where there is none.
    public var text: String {
        switch content {
        case .string(let text): text
        case .array(let parts): parts.compactMap { $0["text"]?.stringValue }.joined(separator: "\n")
        case .null, .bool, .number, .object: ""
        }
    }
}

extension ChatRequest.Parameters {
    /// These parameters, with those that `other` has in their place.
    public func filled(by other: ChatRequest.Parameters) -> ChatRequest.Parameters {
        ChatRequest.Parameters(
            temperature: other.temperature ?? temperature, topP: other.topP ?? topP,
            maxTokens: other.maxTokens ?? maxTokens, stop: other.stop.isEmpty ? stop : other.stop,
            seed: other.seed ?? seed, presencePenalty: other.presencePenalty ?? presencePenalty,
            frequencyPenalty: other.frequencyPenalty ?? frequencyPenalty)
    }
}
