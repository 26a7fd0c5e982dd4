import Chat

/// Steps through a JSON document (RFC 8259) without making a value of it, for readers that know what they look for: a
/// few dozen nanoseconds a member, where a tree costs a microsecond.
///
/// Every step says whether it could be taken. A walk takes nothing that `JSONValue.parse` refuses, and refuses some
/// that it takes: escapes in keys, a key that stands twice, more than 24 members, deep nesting, a byte order mark. Who
/// is refused reads the document as a tree, which says what is wrong with it if anything is.
struct JSONWalk {
    /// A string on the way: where it stands without its quotes, and what it takes to read it.
    struct Text {
        let range: Range<Int>
        let hasEscape: Bool
        let isASCII: Bool
    }

    /// Good while the walk is.
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    /// The offset of the document's closing brace, once it was walked.
    private(set) var end = 0
    private var depth = 0

    private static let mostMembers = 24
    private static let mostDepth = 32

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Walks the object that is the whole document.
    mutating func document(_ read: (inout JSONWalk, Text) -> Bool) -> Bool {
        guard members(read) else { return false }
        end = position - 1
        skipSpace()
        return position == bytes.count
    }

    // MARK: steps

    /// Walks an object. `read` is given each key and takes the value behind it.
    mutating func members(_ read: (inout JSONWalk, Text) -> Bool) -> Bool {
        skipSpace()
        guard depth < JSONWalk.mostDepth, take(UInt8(ascii: "{")) else { return false }
        depth += 1
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return true
        }
        return withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: JSONWalk.mostMembers) { keys in
            var count = 0
            while true {
                guard let key = string(), !key.hasEscape, key.isASCII, count < JSONWalk.mostMembers else {
                    return false
                }
                for earlier in 0..<count where isSame(keys[earlier], key.range) { return false }
                keys.initializeElement(at: count, to: key.range)
                count += 1
                skipSpace()
                guard take(UInt8(ascii: ":")), read(&self, key) else { return false }
                skipSpace()
                if take(UInt8(ascii: ",")) { continue }
                guard take(UInt8(ascii: "}")) else { return false }
                depth -= 1
                return true
            }
        }
    }

    /// Walks a list. `read` is given each item's index and takes the item.
    mutating func items(_ read: (inout JSONWalk, Int) -> Bool) -> Bool {
        skipSpace()
        guard depth < JSONWalk.mostDepth, take(UInt8(ascii: "[")) else { return false }
        depth += 1
        skipSpace()
        var index = 0
        if !take(UInt8(ascii: "]")) {
            while true {
                guard read(&self, index) else { return false }
                index += 1
                skipSpace()
                if take(UInt8(ascii: ",")) { continue }
                guard take(UInt8(ascii: "]")) else { return false }
                break
            }
        }
        depth -= 1
        return true
    }

    /// Steps over any value.
    mutating func value() -> Bool {
        skipSpace()
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "{"): return members { walk, _ in walk.value() }
        case UInt8(ascii: "["): return items { walk, _ in walk.value() }
        case UInt8(ascii: "\""):
            guard let text = string() else { return false }
            return (text.isASCII && !text.hasEscape) || self.text(text) != nil
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number() != nil
        }
    }

    mutating func null() -> Bool {
        skipSpace()
        return take("null")
    }

    mutating func bool() -> Bool? {
        skipSpace()
        if take("true") { return true }
        return take("false") ? false : nil
    }

    /// The spelling of a number.
    mutating func number() -> Range<Int>? {
        skipSpace()
        let start = position
        _ = take(UInt8(ascii: "-"))
        let whole = position
        guard digits(), bytes[whole] != UInt8(ascii: "0") || position == whole + 1 else { return nil }
        if take(UInt8(ascii: ".")), !digits() { return nil }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return nil }
        }
        return start..<position
    }

    /// A string whose bytes hold no control character. Its escapes and what is beyond ASCII are not looked at: `text`
    /// does.
    mutating func string() -> Text? {
        skipSpace()
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var (hasEscape, bits) = (false, UInt8(0))
        while true {
            let (end, isASCII) = bytes.plainText(from: position)
            position = end
            if !isASCII { bits = 0x80 }
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return Text(range: start..<position, hasEscape: hasEscape, isASCII: bits < 0x80)
            }
            guard byte >= 0x20 else { return nil }
            bits |= byte
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
            }
            position += 1
        }
    }

    // MARK: what was stepped over

    /// The text of a string; nil where its escapes are faulty or it is not UTF-8.
    func text(_ text: Text) -> String? {
        if text.hasEscape {
            let quoted = bytes[(text.range.lowerBound - 1)..<(text.range.upperBound + 1)]
            return (try? JSONValue.parse(UnsafeBufferPointer(rebasing: quoted)))?.stringValue
        }
        if text.isASCII { return ascii(text.range) }
        let raw = UnsafeBufferPointer(rebasing: bytes[text.range])
        var found = String(decoding: raw, as: UTF8.self)
        // What had to be repaired is not what was given.
        return found.withUTF8 { $0.elementsEqual(raw) } ? found : nil
    }

    /// Bytes of ASCII as text: a quarter of the cost of decoding them.
    private func ascii(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { buffer in
            _ = buffer.initialize(fromContentsOf: bytes[range])
            return range.count
        }
    }

    /// A member of this key, whose value begins at `start` and ends here.
    func member(_ key: Text, from start: Int) -> JSONOutline.Member {
        let range = (key.range.lowerBound - 1)..<(key.range.upperBound + 1)
        return JSONOutline.Member(key: ascii(key.range), keyRange: range, valueRange: start..<position)
    }

    /// Whether a string is this one of ASCII alone.
    func holds(_ text: Text, _ other: StaticString) -> Bool {
        guard text.range.count == other.utf8CodeUnitCount else { return false }
        for index in 0..<other.utf8CodeUnitCount
        where bytes[text.range.lowerBound + index] != other.utf8Start[index] { return false }
        return true
    }

    /// The spelling of a number as text.
    func spelling(_ number: Range<Int>) -> String { ascii(number) }

    // MARK: bytes

    private func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where bytes[one.lowerBound + index] != bytes[other.lowerBound + index] {
            return false
        }
        return true
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { return false }
        for index in 0..<length where bytes[position + index] != word.utf8Start[index] { return false }
        position += length
        return true
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return position > start
    }
}
