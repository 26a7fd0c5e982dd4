public import Chat

/// Where the top-level members of a JSON object stand in its bytes, found in one pass without decoding the rest.
///
/// A gateway that only has to change `model` or `stream` rewrites these few bytes and passes on all others as they
/// came, members it does not know included: about a microsecond for 2 KB, a fortieth of decoding and encoding. The
/// values are not checked; whoever reads them parses them.
public struct JSONSpans: Sendable {
    public typealias Member = JSONOutline.Member

    public var members: [Member] { outline.members }
    let outline: JSONOutline

    /// The spans of a body's object, as its reader noted them or as they are found; nil where they cannot be.
    public init?(of body: WireBody) {
        if let outline = body.outline {
            self.init(outline)
        } else {
            self.init(of: body.bytes)
        }
    }

    private init(_ outline: JSONOutline) { self.outline = outline }

    /// The spans of the object in `bytes`; nil where the bytes are no object, end too early, or hold a key twice, since
    /// two readers of such a body may see two different requests.
    public init?(of bytes: [UInt8]) {
        var scanner = SpanScanner(count: bytes.count)
        guard let found = bytes.withUnsafeBufferPointer({ scanner.members(of: $0) }) else { return nil }
        outline = JSONOutline(members: found, end: scanner.position)
        for (index, member) in found.enumerated() {
            if found[..<index].contains(where: { $0.key.hasSameBytes(as: member.key) }) { return nil }
        }
    }

    /// The range of a member's value, or nil where there is no such member.
    public subscript(key: String) -> Range<Int>? {
        members.first { $0.key.hasSameBytes(as: key) }?.valueRange
    }

    /// The body with some top-level values replaced; all other bytes stay as they are.
    /// - Parameters:
    ///   - bytes: the bytes that these spans were taken of.
    ///   - changes: new values by key; absent ones are added at the end in this order. A key stands once.
    ///   - removed: keys of members to leave out, none of them among the changes.
    public func rewriting(
        _ bytes: [UInt8], _ changes: [(key: String, value: JSONValue)], removing removed: Set<String> = []
    ) -> [UInt8] {
        guard outline.end < bytes.count else { return bytes }
        if !removed.isEmpty, members.contains(where: { removed.contains($0.key) }) {
            return rebuilding(bytes, changes, removing: removed)
        }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 64)
        var copied = 0
        var seen = 0
        for index in outline.members.indices {
            guard let change = changes.indices.first(where: { isKey(changes[$0].key, at: index) }) else { continue }
            let range = outline.members[index].valueRange
            out.append(contentsOf: bytes[copied..<range.lowerBound])
            changes[change].value.write(to: &out)
            copied = range.upperBound
            seen += 1
        }
        out.append(contentsOf: bytes[copied..<outline.end])
        if seen < changes.count { add(changes, to: &out) }
        out.append(contentsOf: bytes[outline.end...])
        return out
    }

    private func isKey(_ key: String, at index: Int) -> Bool { outline.members[index].key.hasSameBytes(as: key) }

    /// Appends the changes of members that are not there.
    private func add(_ changes: [(key: String, value: JSONValue)], to out: inout [UInt8]) {
        var isEmpty = members.isEmpty
        for change in changes where self[change.key] == nil {
            if !isEmpty { out.append(UInt8(ascii: ",")) }
            JSONValue.write(change.key, to: &out)
            out.append(UInt8(ascii: ":"))
            change.value.write(to: &out)
            isEmpty = false
        }
    }

    /// The body anew from its members, each key and value as it came.
    private func rebuilding(
        _ bytes: [UInt8], _ changes: [(key: String, value: JSONValue)], removing removed: Set<String>
    ) -> [UInt8] {
        var out = ObjectWriter()
        for member in members where !removed.contains(member.key) {
            if let change = changes.first(where: { $0.key == member.key }) {
                out.write(member.key, change.value)
            } else {
                out.write(member.key) { $0.append(contentsOf: bytes[member.valueRange]) }
            }
        }
        for change in changes { out.writeNew(change.key, change.value) }
        return out.finished()
    }
}

/// Steps over values by counting brackets outside of strings.
private struct SpanScanner {
    let count: Int
    var position = 0

    init(count: Int) { self.count = count }

    mutating func members(of bytes: UnsafeBufferPointer<UInt8>) -> [JSONSpans.Member]? {
        if count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        guard next(of: bytes) == UInt8(ascii: "{") else { return nil }
        position += 1
        var members: [JSONSpans.Member] = []
        members.reserveCapacity(12)
        if next(of: bytes) == UInt8(ascii: "}") { return isLast(of: bytes) ? members : nil }
        while true {
            guard next(of: bytes) == UInt8(ascii: "\""), let member = member(of: bytes) else { return nil }
            members.append(member)
            switch next(of: bytes) {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"): return isLast(of: bytes) ? members : nil
            default: return nil
            }
        }
    }

    private mutating func member(of bytes: UnsafeBufferPointer<UInt8>) -> JSONSpans.Member? {
        let keyStart = position
        guard skipString(of: bytes) else { return nil }
        let keyRange = keyStart..<position
        guard next(of: bytes) == UInt8(ascii: ":") else { return nil }
        position += 1
        guard next(of: bytes) != nil else { return nil }
        let valueStart = position
        guard skipValue(of: bytes), let key = key(of: bytes[keyRange]) else { return nil }
        return JSONSpans.Member(key: key, keyRange: keyRange, valueRange: valueStart..<position)
    }

    private func key(of quoted: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard quoted.contains(UInt8(ascii: "\\")) else {
            let raw = UnsafeBufferPointer(rebasing: quoted.dropFirst().dropLast())
            var key = String(decoding: raw, as: UTF8.self)
            // What had to be repaired is not what was given.
            return key.withUTF8 { $0.elementsEqual(raw) } ? key : nil
        }
        return (try? JSONValue.parse(Array(quoted)))?.stringValue
    }

    /// The next byte that is no white space, left in place.
    private mutating func next(of bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
        while position < count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    private mutating func isLast(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let end = position
        position += 1
        let rest = next(of: bytes)
        position = end
        return rest == nil
    }

    /// Steps over a string, its quotes included.
    private mutating func skipString(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        position += 1
        while position < count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        return false
    }

    private mutating func skipValue(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var depth = 0
        let start = position
        while position < count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard skipString(of: bytes) else { return false }
                if depth == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position > start }
                depth -= 1
                if depth == 0 {
                    position += 1
                    return true
                }
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                if depth == 0 { return position > start }
            default: break
            }
            position += 1
        }
        return false
    }
}
