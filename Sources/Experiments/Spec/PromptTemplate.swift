public import Chat

/// A chat whose texts have gaps, `{{name}}`, for a sample's fields.
///
/// White space inside of the braces is ignored; braces around anything but a name are text. A text is filled in one
/// pass: a field that holds `{{x}}` itself stays as it is.
///
/// ```swift
/// let template = PromptTemplate([.init(.user, "Summarise: {{document}}")])
/// let messages = try template.render([.init(key: "document", value: "A short text.")])
/// ```
public struct PromptTemplate: Sendable, Hashable {
    /// One message with gaps.
    public struct Part: Sendable, Hashable {
        public var role: Message.Role
        public var text: String
        fileprivate let pieces: [Piece]

        public init(_ role: Message.Role, _ text: String) {
            self.role = role
            self.text = text
            pieces = Piece.pieces(of: text)
        }
    }

    /// A gap that no field fills.
    public struct UnknownVariable: Error, Sendable, Hashable, CustomStringConvertible {
        public var name: String
        /// The field that was probably meant.
        public var nearest: String?

        public var description: String {
            let question = nearest.map { "; did you mean '\($0)'?" } ?? ""
            return "unknown variable '\(name)'\(question)"
        }
    }

    public let parts: [Part]
    /// The names of the gaps, each once, in the order of the text.
    public let variables: [String]

    public init(_ parts: [Part]) {
        self.parts = parts
        var seen = Set<String>()
        variables = parts.flatMap(\.pieces).compactMap { piece in
            guard case .variable(let name) = piece, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// Fills the gaps. Strings stand as they are, every other value as compact JSON.
    /// - Throws: `UnknownVariable` for the first gap without a field.
    public func render(_ fields: [JSONValue.Member]) throws(UnknownVariable) -> [Message] {
        var messages: [Message] = []
        for part in parts {
            var text = ""
            for piece in part.pieces {
                switch piece {
                case .text(let literal): text += literal
                case .variable(let name):
                    guard let member = fields.first(where: { $0.key == name }) else {
                        throw UnknownVariable(
                            name: name, nearest: NearestName.nearest(to: name, among: fields.map(\.key)))
                    }
                    text += member.value.stringValue ?? member.value.text
                }
            }
            messages.append(Message(part.role, text))
        }
        return messages
    }

    fileprivate enum Piece: Sendable, Hashable {
        case text(String)
        case variable(String)

        static func pieces(of text: String) -> [Piece] {
            var pieces: [Piece] = []
            var literal: [UInt8] = []
            let bytes = Array(text.utf8)
            var index = 0
            while index < bytes.count {
                if let (name, end) = variable(in: bytes, at: index) {
                    if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
                    literal = []
                    pieces.append(.variable(name))
                    index = end
                } else {
                    literal.append(bytes[index])
                    index += 1
                }
            }
            if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
            return pieces
        }

        /// The name of a gap that begins at `index`, and where the gap ends.
        private static func variable(in bytes: [UInt8], at index: Int) -> (name: String, end: Int)? {
            let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
            guard index + 4 < bytes.count, bytes[index] == open, bytes[index + 1] == open else { return nil }
            let inner = bytes[(index + 2)...].prefix(longestName).prefix { $0 != open && $0 != close && $0 != 0x0A }
            guard inner.endIndex + 1 < bytes.count, bytes[inner.endIndex] == close,
                bytes[inner.endIndex + 1] == close
            else { return nil }
            let name = String(decoding: inner, as: UTF8.self).trimmed
            return name.isVariableName ? (name, inner.endIndex + 2) : nil
        }

        private static let longestName = 200
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Letters, digits, `_`, `-`, `.` and inner spaces, beginning with a letter or `_`.
    fileprivate var isVariableName: Bool {
        guard let first, first.isLetter || first == "_" else { return false }
        return allSatisfy { $0.isLetter || $0.isNumber || "_-. ".contains($0) }
    }
}
