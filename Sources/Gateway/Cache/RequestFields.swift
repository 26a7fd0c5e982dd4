public import Chat
import Crypto

/// A request field by field, for saying how two of them differ: short values as they are, long ones as digests, so that
/// no prompt is kept here.
public struct RequestFields: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        /// As in the request: `model`, `temperature`, `message 3` (its place, from 1), `tools` …
        public var name: String
        /// The value, or `#` and the first twelve digits of its SHA-256.
        public var value: String
    }

    /// In the order in which differences are told.
    public private(set) var fields: [Field] = []

    /// A value of one request that another has not.
    public struct Difference: Sendable, Hashable {
        public var field: String
        /// Nil where the request has no such field.
        public var here: String?
        /// Nil where the answered request had no such field.
        public var there: String?

        public var json: JSONValue {
            .object([
                "field": .string(field), "here": here.map { .string($0) } ?? .null,
                "there": there.map { .string($0) } ?? .null,
            ])
        }
    }

    /// - Parameter fingerprint: of the pipeline; see `CacheKey`.
    init(call: ChatCall, fingerprint: String, readsVariables: Bool) {
        let (request, context, parameters) = (call.request, call.context, call.request.parameters)
        add("model", .string(request.model))
        add("model's meaning", context.modelIdentity.map { .string($0) })
        add("temperature", parameters.temperature.map { .number($0) })
        add("top_p", parameters.topP.map { .number($0) })
        add("max_tokens", parameters.maxTokens.map { .number($0) })
        add("seed", parameters.seed.map { .number($0) })
        add("presence_penalty", parameters.presencePenalty.map { .number($0) })
        add("frequency_penalty", parameters.frequencyPenalty.map { .number($0) })
        add("stop", parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) }))
        add("response_format", request.responseFormat)
        add("tools", request.tools.isEmpty ? nil : .array(request.tools))
        add("tool_choice", request.toolChoice)
        for (name, value) in request.extra.sorted(by: { $0.key < $1.key }) { add(name, value) }
        for (index, message) in request.messages.enumerated() {
            add("message \(index + 1)", RequestFields.json(message))
        }
        add("knowledge", context.knowledge.map { .string($0) })
        add("pipeline", fingerprint.isEmpty ? nil : .string(fingerprint))
        add("repeat", context.repeatIndex == 0 ? nil : .number(context.repeatIndex))
        add("run", context.cachePartition.map { .string($0) })
        if readsVariables {
            for (name, value) in context.variables.sorted(by: { $0.key < $1.key }) {
                add("variable \(name)", .string(value))
            }
        }
    }

    private static func json(_ message: Message) -> JSONValue {
        .object([
            "role": .string(message.role.rawValue), "content": message.content,
            "name": message.name.map { .string($0) },
            "tool_calls": message.toolCalls.isEmpty ? nil : .array(message.toolCalls),
            "tool_call_id": message.toolCallID.map { .string($0) },
            "extra": message.extra.isEmpty
                ? nil : .object(message.extra.map { JSONValue.Member(key: $0.key, value: $0.value) }),
        ])
    }

    /// Fields whose values are told as they are; all others may hold what somebody wrote.
    private static let open: Set<String> = [
        "model", "temperature", "top_p", "max_tokens", "seed", "presence_penalty", "frequency_penalty", "repeat",
    ]

    private mutating func add(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        let text = value.stringValue ?? value.text
        if RequestFields.open.contains(name), text.utf8.count <= 80 {
            fields.append(Field(name: name, value: text))
            return
        }
        let digest = SHA256.hash(data: value.canonicalBytes).prefix(6)
        fields.append(Field(name: name, value: "#" + CacheKey.hex(digest)))
    }

    // MARK: comparing

    /// What differs between this request and an answered one, in this request's order.
    public func differences(from other: RequestFields) -> [Difference] {
        let theirs = Dictionary(other.fields.map { ($0.name, $0.value) }) { first, _ in first }
        var differences: [Difference] = []
        for field in fields where theirs[field.name] != field.value {
            differences.append(Difference(field: field.name, here: field.value, there: theirs[field.name]))
        }
        let mine = Set(fields.map(\.name))
        for field in other.fields where !mine.contains(field.name) {
            differences.append(Difference(field: field.name, here: nil, there: field.value))
        }
        return differences
    }

    // MARK: in the store

    public var json: JSONValue {
        .object(fields.map { JSONValue.Member(key: $0.name, value: .string($0.value)) })
    }

    /// - Returns: nil of anything but a mapping of texts.
    public init?(json: JSONValue) {
        guard let members = json.objectValue else { return nil }
        for member in members {
            guard let value = member.value.stringValue else { return nil }
            fields.append(Field(name: member.key, value: value))
        }
    }
}
