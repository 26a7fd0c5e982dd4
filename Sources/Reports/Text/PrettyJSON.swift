import Chat

/// JSON for people: two spaces a level, members in their order; a short list of plain values stays on its line.
enum PrettyJSON {
    static func text(_ value: JSONValue) -> String {
        var out: [UInt8] = []
        write(value, level: 0, to: &out)
        out.append(UInt8(ascii: "\n"))
        return String(decoding: out, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, level: Int, to out: inout [UInt8]) {
        switch value {
        case .null, .bool, .number, .string: value.write(to: &out)
        case .array(let items):
            let isShort = items.count <= 8 && items.allSatisfy(isPlain)
            writeList(items.count, "[", "]", level: level, onOneLine: items.isEmpty || isShort, to: &out) {
                index, out in
                write(items[index], level: level + 1, to: &out)
            }
        case .object(let members):
            writeList(members.count, "{", "}", level: level, onOneLine: members.isEmpty, to: &out) { index, out in
                JSONValue.write(members[index].key, to: &out)
                out += ": ".utf8
                write(members[index].value, level: level + 1, to: &out)
            }
        }
    }

    private static func writeList(
        _ count: Int, _ open: String, _ close: String, level: Int, onOneLine: Bool, to out: inout [UInt8],
        item: (Int, inout [UInt8]) -> Void
    ) {
        out += open.utf8
        for index in 0..<count {
            if index > 0 { out += (onOneLine ? ", " : ",").utf8 }
            if !onOneLine { newLine(level + 1, to: &out) }
            item(index, &out)
        }
        if !onOneLine { newLine(level, to: &out) }
        out += close.utf8
    }

    private static func newLine(_ level: Int, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        out += repeatElement(UInt8(ascii: " "), count: 2 * level)
    }

    private static func isPlain(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: true
        case .string(let text): text.utf8.count <= 24
        case .array, .object: false
        }
    }
}
