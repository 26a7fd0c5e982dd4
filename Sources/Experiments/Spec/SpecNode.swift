public import Chat

/// A part of a YAML or JSON document with its place, before anyone asked what it means.
///
/// Scalars keep their spelling: `no`, `1.10` and `007` are text until a reader asks for a number or a flag.
public struct SpecNode: Sendable {
    /// What a node holds.
    public enum Content: Sendable {
        case mapping([Entry])
        case list([SpecNode])
        /// - isPlain: whether it stood without quotes and so may mean a number, a flag or nothing.
        case scalar(String, isPlain: Bool)
    }

    /// One key of a mapping and its value.
    public struct Entry: Sendable {
        public var key: String
        /// Where the key stands.
        public var line: Int
        public var column: Int
        public var value: SpecNode
    }

    public var content: Content
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    public init(_ content: Content, line: Int, column: Int) {
        self.content = content
        self.line = line
        self.column = column
    }

    /// Whether the node says "nothing": `null`, `~` or no text at all, without quotes.
    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// The node in a few words for a message: `'hot'`, "a list", "a mapping", "nothing".
    public var found: String {
        switch content {
        case .mapping: return "a mapping"
        case .list: return "a list"
        case .scalar(let text, isPlain: _):
            guard !isNull else { return "nothing" }
            return "'" + SpecNode.shortened(text) + "'"
        }
    }

    /// The node as JSON. Plain `true`, `false`, `null` and numbers in JSON's spelling become what they say; every other
    /// scalar stays text, so that no spelling is lost.
    public var json: JSONValue {
        switch content {
        case .mapping(let entries): return .object(entries.map { .init(key: $0.key, value: $0.value.json) })
        case .list(let items): return .array(items.map(\.json))
        case .scalar(let text, isPlain: let isPlain):
            guard isPlain else { return .string(text) }
            if isNull { return .null }
            if text == "true" || text == "false" { return .bool(text == "true") }
            return SpecNode.isNumber(text) ? .number(text) : .string(text)
        }
    }

    /// Whether `text` is a number as JSON spells it.
    static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            case .number? = try? JSONValue.parse(text)
        else { return false }
        return true
    }

    /// The start of a text on one line, for a message.
    public static func shortened(_ text: String) -> String {
        let line = String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        return line.count <= 60 ? line : line.prefix(57) + "…"
    }
}
