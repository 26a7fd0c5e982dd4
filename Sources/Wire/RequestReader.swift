import Chat

/// A client's body with its members' types checked; null counts as absent.
struct RequestReader {
    let body: JSONValue

    /// - Throws: `.invalidRequest` for what is no JSON mapping, or has a key twice.
    init(_ bytes: [UInt8]) throws(ChatError) {
        do {
            body = try JSONValue.parse(bytes)
        } catch {
            throw ChatError(.invalidRequest, "the body is not JSON: \(error)")
        }
        guard body.objectValue != nil else {
            throw ChatError(.invalidRequest, "the body must be a mapping, not \(body.kindName)")
        }
        // Two readers of such a body may see two different requests.
        if let key = body.duplicateKey {
            let key = Secrets.none.line(key, limit: 80)
            throw ChatError(.invalidRequest, "the key '\(key)' stands twice in the body")
        }
        try checkNames()
    }

    /// Names end up in headers, addresses and logs: none of them may hold a line break or another control character.
    private func checkNames() throws(ChatError) {
        for key in ["model", "user", "safety_identifier", "prompt_cache_key", "metadata"] {
            guard let value = body.present(key), value.holdsControl else { continue }
            throw ChatError(.invalidRequest, "\(key): holds a control character (a line break, NUL …); take it out")
        }
    }

    /// The members that are not known, as they came.
    func extra(besides known: Set<String>) -> [String: JSONValue] {
        var extra: [String: JSONValue] = [:]
        for member in body.objectValue ?? [] where !known.contains(member.key) { extra[member.key] = member.value }
        return extra
    }

    func requiredText(_ key: String) throws(ChatError) -> String {
        guard let text = try text(key), !text.isEmpty else { throw ChatError(.invalidRequest, "\(key): required") }
        return text
    }

    func text(_ key: String) throws(ChatError) -> String? { try value(key, "a string", \.stringValue) }

    func bool(_ key: String) throws(ChatError) -> Bool? { try value(key, "true or false", \.boolValue) }

    func number(_ key: String) throws(ChatError) -> Double? { try value(key, "a number", \.doubleValue) }

    func integer(_ key: String) throws(ChatError) -> Int? { try value(key, "a whole number", \.intValue) }

    private func value<Value>(
        _ key: String, _ expected: String, _ reading: KeyPath<JSONValue, Value?>
    ) throws(ChatError) -> Value? {
        guard let found = body.present(key) else { return nil }
        guard let value = found[keyPath: reading] else { throw wrong(key, expected, found) }
        return value
    }

    func list(_ key: String) throws(ChatError) -> [JSONValue]? {
        guard let value = body.present(key) else { return nil }
        guard let items = value.arrayValue else { throw wrong(key, "a list", value) }
        return items
    }

    /// What is said of a member of a wrong type.
    func wrong(_ path: String, _ expected: String, _ found: JSONValue) -> ChatError {
        ChatError(.invalidRequest, "\(path): must be \(expected), found \(found.kindName)")
    }
}

extension JSONValue {
    /// Whether a text of the value, or of its members and their keys, holds a C0 control character or DEL.
    fileprivate var holdsControl: Bool {
        func holds(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
        return switch self {
        case .null, .bool, .number: false
        case .string(let text): holds(text)
        case .array(let items): items.contains(where: \.holdsControl)
        case .object(let members): members.contains { holds($0.key) || $0.value.holdsControl }
        }
    }
}
