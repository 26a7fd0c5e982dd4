/// A mapping whose keys were checked.
public struct SpecMapping {
    public let field: SpecField
    let entries: [SpecNode.Entry]

    /// The value of a key, or nil where it is absent or null.
    public subscript(key: String) -> SpecField? {
        guard let entry = entries.last(where: { $0.key == key }), !entry.value.isNull else { return nil }
        return field.child(entry)
    }

    /// The value of a key that must be there.
    /// - Parameter what: what to write, for the message.
    public func required(_ key: String, _ what: String) -> SpecField? {
        if let value = self[key] { return value }
        if let entry = entries.last(where: { $0.key == key }) {
            field.child(entry).expected(what)
        } else {
            field.report("the key '\(key)' is missing", remedy: "write \(key): \(what)")
        }
        return nil
    }

    /// Whether the key is there, whatever its value.
    public func has(_ key: String) -> Bool {
        entries.contains { $0.key == key }
    }
}
