/// Why bytes are not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, in words: "expected ':' after a key, found '}'".
    public var message: String
    /// Offset of the offending byte from the start of the input.
    public var offset: Int

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    public var description: String { "\(message) at byte \(offset)" }
}

extension JSONValue {
    /// Deepest nesting of lists and mappings that `parse` takes; deeper input is an error, not a stack overflow.
    public static let maximumDepth = 256

    /// Parses one JSON document (RFC 8259) from UTF-8 bytes; only white space may follow it.
    ///
    /// Strict: no comments, no trailing commas, no NaN. Invalid UTF-8 is an error. A key that stands twice is kept
    /// twice, in order (`duplicateKey` finds it).
    /// - Throws: `JSONError` with the byte offset. Linear in the size of the input.
    public static func parse(_ bytes: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
        if let parsed = bytes.withContiguousStorageIfAvailable(parsed) { return try parsed.get() }
        return try ContiguousArray(bytes).withUnsafeBufferPointer(parsed).get()
    }

    private static func parsed(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes: bytes)
        return Result { () throws(JSONError) in try parser.document() }
    }

    public static func parse(_ text: String) throws(JSONError) -> JSONValue {
        try parse(text.utf8)
    }

    /// The first key that stands twice in one mapping anywhere in the document, or nil.
    public var duplicateKey: String? {
        switch self {
        case .null, .bool, .number, .string: return nil
        case .array(let items): return items.lazy.compactMap(\.duplicateKey).first
        case .object(let members):
            // Few keys are compared with each other; hashing them would cost more.
            var seen = Set<[UInt8]>()
            for (index, member) in members.enumerated() {
                let isRepeated =
                    members.count <= 16
                    ? members[..<index].contains { $0.key.hasSameBytes(as: member.key) }
                    : !seen.insert(Array(member.key.utf8)).inserted
                if isRepeated { return member.key }
                if let inner = member.value.duplicateKey { return inner }
            }
            return nil
        }
    }
}

/// Recursive descent over bytes, with a bound on the depth. Every read of `bytes` stands behind a look at `count`.
private struct JSONParser {
    /// Good while the parser is.
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipSpace()
        let value = try self.value()
        skipSpace()
        guard position == bytes.count else { throw error("expected the end of the document, found \(found)") }
        return value
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private var found: String {
        guard position < bytes.count else { return "the end of the input" }
        let byte = bytes[position]
        return (0x21...0x7E).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw error("expected a value, found \(found)") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("expected a value, found \(found)")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard position + length <= bytes.count,
            (0..<length).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { throw error("expected \(text), found \(found)") }
        position += length
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        members.reserveCapacity(4)
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("expected a key in quotes, found \(found)")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":"), leaving: false) else {
                throw error("expected ':' after a key, found \(found)")
            }
            skipSpace()
            members.append(.init(key: key, value: try value()))
            skipSpace()
            if take(UInt8(ascii: ","), leaving: false) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw error("expected ',' or '}', found \(found)")
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            if take(UInt8(ascii: ","), leaving: false) { continue }
            if take(UInt8(ascii: "]")) { return .array(items) }
            throw error("expected ',' or ']', found \(found)")
        }
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= JSONValue.maximumDepth else {
            throw error("nested deeper than \(JSONValue.maximumDepth) levels")
        }
        position += 1
    }

    /// Steps over `byte` where it stands next; a closing bracket also leaves one level of nesting.
    private mutating func take(_ byte: UInt8, leaving: Bool = true) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        if leaving { depth -= 1 }
        return true
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        try digits()
        if bytes[integerStart] == UInt8(ascii: "0"), position > integerStart + 1 {
            position = integerStart
            throw error("a number may not start with 0")
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits()
        }
        return .number(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw error("expected a digit, found \(found)") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var hasEscape = false
        var bits: UInt8 = 0
        while true {
            bits |= skipPlain()
            guard position < bytes.count else { break }
            let byte = bytes[position]
            bits |= byte
            if byte == UInt8(ascii: "\"") {
                let raw = bytes[start..<position]
                let text =
                    hasEscape
                    ? try unescaped(raw) : validated(UnsafeBufferPointer(rebasing: raw), isASCII: bits < 0x80)
                guard let text else { throw JSONError(message: "invalid UTF-8 in a string", offset: start) }
                position += 1
                return text
            }
            guard byte >= 0x20 else { throw error("a control character in a string, found \(found)") }
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
            }
            position += 1
        }
        position = min(position, bytes.count)
        throw error("a string is not closed")
    }

    /// Steps to the next quote, escape or control character; to the last bytes at most.
    /// - Returns: 0x80 where a byte beyond ASCII was stepped over, else 0.
    @inline(__always)
    private mutating func skipPlain() -> UInt8 {
        let (end, isASCII) = bytes.plainText(from: position)
        position = end
        return isASCII ? 0 : 0x80
    }

    /// The text of some bytes; nil where they are not UTF-8.
    private func validated(_ raw: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String? {
        var text = String(decoding: raw, as: UTF8.self)
        // What had to be repaired is not what was given.
        return isASCII || text.withUTF8({ $0.elementsEqual(raw) }) ? text : nil
    }

    private func unescaped(_ raw: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONError) -> String? {
        var out = ContiguousArray<UInt8>()
        out.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            let byte = raw[index]
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                index += 1
                continue
            }
            guard index + 1 < raw.endIndex else { throw JSONError(message: "an unfinished escape", offset: index) }
            let escape = raw[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"): try appendScalar(of: raw, at: &index, to: &out)
            default: throw JSONError(message: "an unknown escape in a string", offset: index - 1)
            }
        }
        return out.withUnsafeBufferPointer { validated($0, isASCII: false) }
    }

    /// Decodes the four digits after `\u`, and a second escape where the first is half of a surrogate pair; a lone
    /// half becomes U+FFFD, as JavaScript printers write them.
    private func appendScalar(
        of raw: Slice<UnsafeBufferPointer<UInt8>>, at index: inout Int, to out: inout ContiguousArray<UInt8>
    ) throws(JSONError) {
        var unit = UInt32(try hexUnit(of: raw, at: &index))
        if (0xD800..<0xDC00).contains(unit), index + 1 < raw.endIndex, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u")
        {
            var after = index + 2
            let low = UInt32(try hexUnit(of: raw, at: &after))
            if (0xDC00..<0xE000).contains(low) {
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                index = after
            }
        }
        let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
        out.append(contentsOf: UTF8.encode(scalar)!)
    }

    private func hexUnit(of raw: Slice<UnsafeBufferPointer<UInt8>>, at index: inout Int) throws(JSONError) -> UInt16 {
        guard index + 4 <= raw.endIndex else { throw JSONError(message: "an unfinished \\u escape", offset: index) }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let byte = raw[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONError(message: "expected four hexadecimal digits after \\u", offset: index)
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }
}
