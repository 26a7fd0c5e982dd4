import Chat

/// A message of Phoenix's channels: something happened on a topic.
///
/// Source: Phoenix Framework, "Writing a Channels Client" (guides/real_time/writing_a_channels_client), and its
/// serialisers `Phoenix.Socket.V1.JSONSerializer` and `V2.JSONSerializer`.
struct PhoenixMessage: Sendable, Hashable {
    /// Tells one membership of a topic from a later one; null where there is none, and always in version 1.
    var joinRef: JSONValue = .null
    /// What a reply names the message by that it answers; null where none is wanted.
    var ref: JSONValue = .null
    var topic: String
    var event: String
    var payload: JSONValue
}

/// How messages are written: as lists from version 2 on, as mappings before.
enum PhoenixVersion: Sendable, Hashable, CaseIterable {
    case one, two

    /// The version of a handshake's `vsn`, which is 1 where there is none; nil for one that is not spoken.
    init?(_ vsn: String?) {
        switch vsn?.prefix(while: { $0 != "." }) {
        case nil, "1": self = .one
        case "2": self = .two
        default: return nil
        }
    }

    /// What to write, for a message.
    var shape: String {
        switch self {
        case .one: #"{"topic": …, "event": …, "payload": …, "ref": …}"#
        case .two: "[join_ref, ref, topic, event, payload]"
        }
    }

    private static let mostTopicBytes = 300
    private static let mostEventBytes = 100
    private static let mostRefBytes = 64

    /// The message of a text; nil for what is none.
    func read(_ text: String) -> PhoenixMessage? {
        guard let value = try? JSONValue.parse(text), let parts = parts(value), let topic = parts[2].stringValue,
            let event = parts[3].stringValue, topic.utf8.count <= PhoenixVersion.mostTopicBytes,
            event.utf8.count <= PhoenixVersion.mostEventBytes,
            PhoenixVersion.isRef(parts[0]), PhoenixVersion.isRef(parts[1])
        else { return nil }
        return PhoenixMessage(joinRef: parts[0], ref: parts[1], topic: topic, event: event, payload: parts[4])
    }

    private func parts(_ value: JSONValue) -> [JSONValue]? {
        switch self {
        case .one:
            guard value.objectValue != nil, value.duplicateKey == nil else { return nil }
            return ["join_ref", "ref", "topic", "event", "payload"].map { value[$0] ?? .null }
        case .two:
            guard let parts = value.arrayValue, parts.count == 5 else { return nil }
            return parts
        }
    }

    private static func isRef(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .string(let text), .number(let text): text.utf8.count <= mostRefBytes
        case .bool, .array, .object: false
        }
    }

    func print(_ message: PhoenixMessage) -> String {
        switch self {
        case .one:
            let value: JSONValue = [
                "topic": .string(message.topic), "event": .string(message.event), "payload": message.payload,
                "ref": message.ref,
            ]
            return value.text
        case .two:
            let value: JSONValue = [
                message.joinRef, message.ref, .string(message.topic), .string(message.event), message.payload,
            ]
            return value.text
        }
    }
}
