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
        if let key = body.duplicateKey { throw ChatError(.invalidRequest, "the key '\(key)' stands twice in the body") }
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
