import Chat
import Wire

/// The members of a body under `/api`, their types checked; null counts as absent.
///
/// A body that is no mapping or lacks a member is `invalid_params`; a member that nobody knows, or of a wrong type, is
/// `validation_failed` with the nearest name.
struct MemberReader {
    let body: JSONValue
    /// What stands before a member's name in a message: `documents[2].`.
    private let path: String

    init(_ bytes: [UInt8], known: [String]) throws(ChatError) {
        let value: JSONValue
        do {
            value = try JSONValue.parse(bytes)
        } catch {
            throw MemberReader.invalid("the body is not JSON: \(error)")
        }
        try self.init(value, known: known)
    }

    init(_ value: JSONValue, known: [String], path: String = "") throws(ChatError) {
        guard let members = value.objectValue else {
            let what = path.isEmpty ? "the body" : String(path.dropLast())
            throw MemberReader.invalid("\(what) must be a mapping, not \(value.kindName)")
        }
        // Two readers of such a body may see two different requests.
        if let key = value.duplicateKey {
            throw MemberReader.invalid("the key '\(Secrets.none.line(key, limit: 80))' stands twice in the body")
        }
        body = value
        self.path = path
        for member in members where !known.contains(member.key) {
            let name = Secrets.none.line(member.key, limit: 60)
            let remedy =
                NearestName.question(for: member.key, among: known) ?? "known: \(known.joined(separator: ", "))"
            throw MemberReader.failed("\(path)\(name): unknown; \(remedy)")
        }
    }

    func requiredText(_ key: String) throws(ChatError) -> String {
        guard let text = try text(key), !text.isEmpty else { throw MemberReader.invalid("\(path)\(key): required") }
        return text
    }

    func text(_ key: String) throws(ChatError) -> String? { try value(key, "a string", \.stringValue) }

    /// A name, which ends up in headers, addresses or logs: no line break or other control character.
    func name(_ key: String) throws(ChatError) -> String? {
        guard let name = try text(key) else { return nil }
        guard !name.isEmpty, name.utf8.count <= 256, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw MemberReader.failed("\(path)\(key): expected 1 to 256 bytes without control characters")
        }
        return name
    }

    func bool(_ key: String) throws(ChatError) -> Bool? { try value(key, "true or false", \.boolValue) }

    func number(_ key: String, in range: ClosedRange<Double>) throws(ChatError) -> Double? {
        guard let number = try value(key, "a number", \.doubleValue) else { return nil }
        guard range.contains(number) else {
            let limits = [range.lowerBound, range.upperBound].map { JSONValue.number($0).text }
            throw MemberReader.failed(
                "\(path)\(key): found \(JSONValue.number(number).text); expected \(limits[0]) to \(limits[1])")
        }
        return number
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _: Word.Type
    ) throws(ChatError) -> Word? {
        guard let text = try text(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let found = Secrets.none.line(text, limit: 60)
        throw MemberReader.failed(
            "\(path)\(key): found '\(found)'; expected \(words.joined(separator: ", "))"
                + (NearestName.question(for: text, among: words).map { "; \($0)" } ?? ""))
    }

    func list(_ key: String) throws(ChatError) -> [JSONValue]? { try value(key, "a list", \.arrayValue) }

    func members(_ key: String) throws(ChatError) -> [JSONValue.Member]? {
        try value(key, "a mapping", \.objectValue)
    }

    private func value<Value>(
        _ key: String, _ expected: String, _ reading: KeyPath<JSONValue, Value?>
    ) throws(ChatError) -> Value? {
        guard let found = body[key], !found.isNull else { return nil }
        guard let value = found[keyPath: reading] else {
            throw MemberReader.failed("\(path)\(key): must be \(expected), found \(found.kindName)")
        }
        return value
    }

    static func invalid(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 400, code: "invalid_params")
    }

    static func failed(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 422, code: "validation_failed")
    }
}
