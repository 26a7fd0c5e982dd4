/// Looks through the bytes of a YAML or JSON document before the parser does, and refuses what would hurt it.
///
/// One pass finds invalid UTF-8 and control characters with their line, and bounds the number of nodes from above with
/// every alias expanded: the parser itself shares what aliases stand for, but a bomb of nested aliases is refused here
/// before it costs anything. The bound counts every byte that could end a node, and each alias as all that stands
/// between its anchor and the anchor's first use; documents written by people stay far below the limit.
struct SpecScan {
    /// What to tell the user, and where.
    struct Refusal: Error, Hashable {
        var line: Int?
        var column: Int?
        var message: String
        var remedy: String?
    }

    private let bytes: [UInt8]
    private let limit: Int
    /// Nodes so far, at most.
    private var nodes = 1
    private var announcedKeys = 0
    private var anchors: [ArraySlice<UInt8>: Anchor] = [:]
    private static let maximumAnnouncedKeys = 64

    /// What is known of a name that aliases use.
    private struct Anchor {
        /// Nodes before the definition.
        var start: Int
        /// The size of what the name stood for before, which an alias inside of a new definition still means.
        var earlier: Int
        /// The size once it was used; the node is complete then.
        var size: Int?
    }

    private init(_ bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    /// Checks the bytes.
    /// - Returns: the text.
    /// - Throws: `Refusal` with the line of the first fault.
    /// - Complexity: linear in the number of bytes.
    static func text(of bytes: [UInt8], limit: Int) throws(Refusal) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw invalidText(in: bytes) }
        var scan = SpecScan(bytes, limit: limit)
        try scan.run()
        return text
    }

    private mutating func run() throws(Refusal) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"), 0x0A, 0x0D: nodes += 1
            case UInt8(ascii: "-"): nodes += isBlank(at: index + 1) ? 1 : 0
            case UInt8(ascii: "?"): try countKey(at: index)
            case UInt8(ascii: "&"):
                if let name = name(after: index) { define(name) }
            case UInt8(ascii: "*"):
                if let name = name(after: index) { expand(name) }
            case 0x09: break
            case 0x00..<0x20, 0x7F:
                throw refusal(at: index, "the control character U+\(SpecScan.hexadecimal(byte))", "remove it")
            default: break
            }
            guard nodes <= limit else {
                throw refusal(
                    at: index, "more than \(limit) values with every alias expanded",
                    "put the samples into a file of their own: dataset: {path: …}")
            }
            index += 1
        }
    }

    /// Counts a key that is announced by `?`. The parser compares such keys as a whole, and those inside of them again:
    /// nested ones cost the product of size and depth.
    private mutating func countKey(at index: Int) throws(Refusal) {
        guard isBlank(at: index + 1) else { return }
        nodes += 1
        let before = bytes[..<index].last { $0 != 0x20 && $0 != 0x09 }
        guard before.map({ [0x0A, 0x0D].contains($0) || "-?:{[,".utf8.contains($0) }) ?? true else { return }
        announcedKeys += 1
        guard announcedKeys <= SpecScan.maximumAnnouncedKeys else {
            throw refusal(
                at: index, "more than \(SpecScan.maximumAnnouncedKeys) keys that begin with '?'", "write KEY: VALUE")
        }
    }

    private mutating func define(_ name: ArraySlice<UInt8>) {
        let earlier = anchors[name].map { max($0.size ?? 0, nodes - $0.start + 1) } ?? 0
        anchors[name] = Anchor(start: nodes, earlier: earlier)
    }

    /// Counts an alias as all that its anchor may stand for.
    private mutating func expand(_ name: ArraySlice<UInt8>) {
        guard let anchor = anchors[name] else { return }
        let size = anchor.size ?? anchor.earlier + nodes - anchor.start + 1
        anchors[name]?.size = size
        nodes += size
    }

    /// The name after `&` or `*` at `index`, where they stand as YAML wants them: after a blank or a bracket.
    private func name(after index: Int) -> ArraySlice<UInt8>? {
        if index > 0 {
            let before = bytes[index - 1]
            guard
                isBlank(at: index - 1) || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
                    || before == UInt8(ascii: ",") || before == UInt8(ascii: ":")
            else { return nil }
        }
        let rest = bytes[(index + 1)...]
        let name = rest.prefix { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        return name.isEmpty ? nil : name
    }

    private func isBlank(at index: Int) -> Bool {
        guard index < bytes.count else { return true }
        return [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index])
    }

    private func refusal(at index: Int, _ message: String, _ remedy: String) -> Refusal {
        let (line, column) = SpecScan.place(of: index, in: bytes)
        return Refusal(line: line, column: column, message: message, remedy: remedy)
    }

    /// Line and column of a byte, both from 1, the column in Unicode scalars.
    static func place(of index: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for (offset, byte) in bytes.prefix(index).enumerated() {
            let endsLine = byte == 0x0A || byte == 0x0D && (offset + 1 >= bytes.count || bytes[offset + 1] != 0x0A)
            if endsLine {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80, byte != 0x0D {
                column += 1
            }
        }
        return (line, column)
    }

    private static func invalidText(in bytes: [UInt8]) -> Refusal {
        var index = 0
        var codec = UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            switch codec.decode(&iterator) {
            case .scalarValue(let scalar): index += UTF8.width(scalar)
            case .emptyInput, .error: break decoding
            }
        }
        let (line, column) = place(of: index, in: bytes)
        let byte = index < bytes.count ? hexadecimal(bytes[index]) : "?"
        return Refusal(
            line: line, column: column, message: "invalid UTF-8, found the byte 0x\(byte)",
            remedy: "save the file as UTF-8")
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
    }
}
