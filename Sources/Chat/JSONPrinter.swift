extension JSONValue {
    /// The document as compact UTF-8 JSON, members in their order.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out, sorted: false)
        return out
    }

    /// The document as compact JSON text, members in their order.
    public var text: String {
        if case .number(let spelling) = self { return spelling }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Compact JSON with the members of every mapping sorted by the UTF-8 of their keys: equal documents give equal
    /// bytes.
    public var canonicalBytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out, sorted: true)
        return out
    }

    /// Appends the document to `out`.
    public func write(to out: inout [UInt8], sorted: Bool = false) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): out.append(contentsOf: text.utf8)
        case .string(let text): JSONValue.write(text, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.write(to: &out, sorted: sorted)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            let ordered = sorted ? members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : members
            out.append(UInt8(ascii: "{"))
            for (index, member) in ordered.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONValue.write(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out, sorted: sorted)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Appends `text` as a JSON string with its quotes; only what must be escaped is.
    public static func write(_ text: String, to out: inout [UInt8]) {
        var text = text
        out.append(UInt8(ascii: "\""))
        text.withUTF8 { bytes in
            var (start, index) = (0, bytes.plainText(from: 0).end)
            while index < bytes.count {
                let byte = bytes[index]
                if byte < 0x20 || byte == 0x22 || byte == 0x5C {
                    out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                    escape(byte, to: &out)
                    start = index + 1
                }
                index = bytes.plainText(from: index + 1).end
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: out.append(byte)
        case 0x0A: out.append(UInt8(ascii: "n"))
        case 0x0D: out.append(UInt8(ascii: "r"))
        case 0x09: out.append(UInt8(ascii: "t"))
        default:
            out.append(contentsOf: "u00".utf8)
            for nibble in [byte >> 4, byte & 15] { out.append(nibble + (nibble < 10 ? 0x30 : 0x57)) }
        }
    }
}
