import Chat
import Wire

/// Passes on what a vendor said in the client's own dialect, to the byte: only the answer's id becomes ours, and the
/// model's name the one that the client asked for.
struct Passage: Sendable, Hashable {
    let id: String
    let model: String

    /// A body with both among its members.
    func renamed(_ body: WireBody) -> [UInt8] { renamed(body.bytes, JSONSpans(of: body)) }

    /// An event with both among its members.
    func renamed(_ bytes: [UInt8]) -> [UInt8] { renamed(bytes, JSONSpans(of: bytes)) }

    private func renamed(_ bytes: [UInt8], _ spans: JSONSpans?) -> [UInt8] {
        spans?.rewriting(bytes, [("id", .string(id)), ("model", .string(model))]) ?? bytes
    }

    /// An event with both inside of a member: Anthropic's `message_start`.
    func renamed(_ bytes: [UInt8], inside key: String) -> [UInt8] {
        guard let range = JSONSpans(of: bytes)?[key] else { return bytes }
        return Array(bytes[..<range.lowerBound]) + renamed(Array(bytes[range])) + Array(bytes[range.upperBound...])
    }
}
