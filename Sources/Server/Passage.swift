import Chat
import Wire

/// Passes on what a vendor said in the client's own dialect, to the byte: only the answer's id becomes ours, and the
/// model's name the one that the client asked for.
struct Passage: Sendable, Hashable {
    let id: String
    let model: String

    /// A body or an event with both among its members.
    func renamed(_ bytes: [UInt8]) -> [UInt8] {
        JSONSpans(of: bytes)?.rewriting(bytes, [("id", .string(id)), ("model", .string(model))]) ?? bytes
    }

    /// An event with both inside of a member: Anthropic's `message_start`.
    func renamed(_ bytes: [UInt8], inside key: String) -> [UInt8] {
        guard let range = JSONSpans(of: bytes)?[key] else { return bytes }
        return Array(bytes[..<range.lowerBound]) + renamed(Array(bytes[range])) + Array(bytes[range.upperBound...])
    }
}
