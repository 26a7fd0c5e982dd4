/// What is wrong with a document.
struct XMLFault: Error, Sendable, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Reads a small XML document and refuses every one that is not well-formed: for pictures, not for XML in general. No
/// document types, no entities but the five of XML and characters by number.
struct XMLScanner {
    enum Event {
        case start(name: String, attributes: [(name: String, value: String)])
        case end(name: String)
        case text(String)
    }

    private let bytes: [UInt8]
    private var place = 0
    private var open: [String] = []
    /// The end of an element that was written as `<name/>`.
    private var pendingEnd: String?
    private var hasRoot = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next event; nil at the end.
    /// - Throws: `XMLFault` at the first thing that is not well-formed.
    mutating func next() throws(XMLFault) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name: name)
        }
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                if let text = try text() { return .text(text) }
                continue
            }
            if try skipped("<?", until: "?>") { continue }
            if try skipped("<!--", until: "-->") { continue }
            if has("<!") { throw XMLFault("found a declaration at byte \(place)") }
            return has("</") ? try end() : try start()
        }
        guard open.isEmpty else { throw XMLFault("'\(open.last ?? "")' is not closed") }
        return nil
    }

    private func has(_ text: StaticString) -> Bool { bytes[place...].starts(with: text.description.utf8) }

    private mutating func skipped(_ start: StaticString, until end: StaticString) throws(XMLFault) -> Bool {
        guard has(start) else { return false }
        place += start.utf8CodeUnitCount
        while place < bytes.count, !has(end) { place += 1 }
        guard place < bytes.count else { throw XMLFault("'\(start)' is not closed") }
        place += end.utf8CodeUnitCount
        return true
    }

    private mutating func text() throws(XMLFault) -> String? {
        let from = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "<") {
            if has("]]>") { throw XMLFault("found ']]>' in text at byte \(place)") }
            place += 1
        }
        let text = try decoded(bytes[from..<place])
        guard open.isEmpty else { return text }
        guard text.utf8.allSatisfy({ $0 <= 0x20 }) else { throw XMLFault("found text outside of the document") }
        return nil
    }

    private mutating func end() throws(XMLFault) -> Event {
        place += 2
        let name = try name()
        skipSpace()
        guard open.popLast() == name else { throw XMLFault("'</\(name)>' closes nothing") }
        try expect(UInt8(ascii: ">"))
        return .end(name: name)
    }

    private mutating func start() throws(XMLFault) -> Event {
        place += 1
        let element = try name()
        guard !open.isEmpty || !hasRoot else { throw XMLFault("found a second root, '\(element)'") }
        hasRoot = true
        var attributes: [(name: String, value: String)] = []
        while true {
            skipSpace()
            if has("/>") {
                place += 2
                pendingEnd = element
                return .start(name: element, attributes: attributes)
            }
            if has(">") {
                place += 1
                open.append(element)
                return .start(name: element, attributes: attributes)
            }
            let attribute = try name()
            guard !attributes.contains(where: { $0.name == attribute }) else {
                throw XMLFault("'\(attribute)' stands twice in '\(element)'")
            }
            attributes.append((attribute, try value()))
        }
    }

    private mutating func value() throws(XMLFault) -> String {
        skipSpace()
        try expect(UInt8(ascii: "="))
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
            throw XMLFault("found a value without quotes at byte \(place)")
        }
        let quote = bytes[place]
        place += 1
        let from = place
        while place < bytes.count, bytes[place] != quote {
            if bytes[place] == UInt8(ascii: "<") { throw XMLFault("found '<' in a value at byte \(place)") }
            place += 1
        }
        let text = try decoded(bytes[from..<place])
        try expect(quote)
        return text
    }

    private mutating func name() throws(XMLFault) -> String {
        let from = place
        while place < bytes.count, XMLScanner.isNameByte(bytes[place], first: place == from) { place += 1 }
        guard place > from else { throw XMLFault("found no name at byte \(place)") }
        return String(decoding: bytes[from..<place], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): !first
        default: false
        }
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(XMLFault) {
        guard place < bytes.count, bytes[place] == byte else {
            throw XMLFault("expected '\(Character(Unicode.Scalar(byte)))' at byte \(place)")
        }
        place += 1
    }

    /// Text with its references resolved.
    private func decoded(_ raw: ArraySlice<UInt8>) throws(XMLFault) -> String {
        guard let text = String(validating: raw, as: UTF8.self) else { throw XMLFault("found bytes that are no UTF-8") }
        for scalar in text.unicodeScalars where scalar.value < 0x20 && ![0x09, 0x0A, 0x0D].contains(scalar.value) {
            throw XMLFault("found control character \(scalar.value)")
        }
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var out = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            out += rest[..<mark]
            guard let stop = rest[mark...].firstIndex(of: ";") else { throw XMLFault("found '&' without its ';'") }
            out.append(try XMLScanner.character(rest[rest.index(after: mark)..<stop]))
            rest = rest[rest.index(after: stop)...]
        }
        return out + rest
    }

    private static func character(_ reference: Substring) throws(XMLFault) -> Character {
        let named: [Substring: Character] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let character = named[reference] { return character }
        let number =
            reference.hasPrefix("#x") ? UInt32(reference.dropFirst(2), radix: 16) : UInt32(reference.dropFirst())
        guard reference.hasPrefix("#"), let scalar = number.flatMap(Unicode.Scalar.init) else {
            throw XMLFault("found the unknown reference '&\(reference);'")
        }
        return Character(scalar)
    }
}
