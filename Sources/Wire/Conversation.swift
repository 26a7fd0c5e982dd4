import Chat

/// A request's messages as dialects see them that keep instructions apart from turns.
struct Conversation {
    /// The system messages, in their order.
    let system: [Message]
    /// All others, each with its place among the request's messages.
    let turns: [(index: Int, message: Message)]
    /// Whether a system message stood behind a turn and loses its place.
    let movesInstructions: Bool

    init(_ messages: [Message]) {
        system = messages.filter { $0.role == .system }
        turns = messages.enumerated().filter { $0.element.role != .system }.map { (index: $0.offset, $0.element) }
        movesInstructions = messages.drop { $0.role == .system }.contains { $0.role == .system }
    }

    static let movedInstructions = "a system message inside the conversation was moved to its start"

    /// The function whose call a tool's message answers, found by the call's id among the turns before it.
    func functionName(answeredAt index: Int) -> String? {
        guard let answer = turns.first(where: { $0.index == index })?.message else { return nil }
        if let name = answer.name { return name }
        for turn in turns.reversed() where turn.index < index {
            for call in turn.message.toolCalls where call["id"]?.stringValue == answer.toolCallID {
                if let name = call["function"]?["name"]?.stringValue { return name }
            }
        }
        return nil
    }
}

/// A tool call of a conversation, its arguments read.
struct ReadCall {
    let id: String
    let name: String
    /// A mapping.
    let arguments: JSONValue

    /// - Parameter path: where the call stands, for messages: "messages[2].tool_calls[0]".
    /// - Throws: `.invalidRequest` for a call without a name, or arguments that are no JSON mapping.
    init(_ call: JSONValue, at path: String) throws(ChatError) {
        let function = call["function"]
        guard let name = function?["name"]?.stringValue, !name.isEmpty else {
            throw ChatError(.invalidRequest, "\(path).function.name: required")
        }
        self.name = name
        id = call["id"]?.stringValue ?? ""
        switch function?["arguments"] {
        case .string(let text)? where !text.allSatisfy(\.isWhitespace):
            guard let value = try? JSONValue.parse(text), value.objectValue != nil else {
                throw ChatError(.invalidRequest, "\(path).function.arguments: must be a JSON mapping as text")
            }
            arguments = value
        case .object(let members)?: arguments = .object(members)
        case .string?, .null?, nil: arguments = .object([])
        case .bool?, .number?, .array?:
            throw ChatError(.invalidRequest, "\(path).function.arguments: must be a JSON mapping as text")
        }
    }
}

/// A function that a model may call, out of OpenAI's shape.
struct FunctionTool {
    let name: JSONValue
    let description: JSONValue?
    /// A JSON schema; a function without one takes no arguments.
    let parameters: JSONValue
    let isStrict: Bool

    /// Nil for what is no function: a vendor's own tool.
    init?(_ tool: JSONValue) {
        guard let function = tool["function"], let name = function["name"] else { return nil }
        self.name = name
        description = function.present("description")
        parameters = function.present("parameters") ?? ["type": "object", "properties": .object([])]
        isStrict = function["strict"]?.boolValue ?? false
    }
}

/// A response format out of OpenAI's shape.
enum ResponseFormat {
    case text
    case json
    case schema(JSONValue)

    init(_ format: JSONValue?) {
        switch format?["type"]?.stringValue {
        case "json_object": self = .json
        case "json_schema": self = (format?["json_schema"]?.present("schema")).map { .schema($0) } ?? .json
        default: self = .text
        }
    }
}
