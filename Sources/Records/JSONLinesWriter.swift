public import Chat

/// Rows as JSONL: one compact JSON value a line, each line ended.
public struct JSONLinesWriter: Sendable {
    /// What was written so far and not taken.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func append(_ value: JSONValue) {
        value.write(to: &bytes)
        bytes.append(0x0A)
    }

    /// Hands over what was written and starts anew, so that a long file needs little memory.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
