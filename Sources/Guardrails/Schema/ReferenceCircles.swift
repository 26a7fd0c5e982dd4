import Chat

/// References of a schema that come back to themselves without going deeper into the value: they would never end.
struct ReferenceCircles {
    private let root: JSONValue
    /// References that are being followed, and those that are known to end.
    private var open: Set<String> = []
    private var closed: Set<String> = []

    /// Words whose values are no schemas.
    private static let values: Set<String> = ["const", "default", "enum", "examples"]

    private init(_ root: JSONValue) { self.root = root }

    /// - Throws: `PolicyError` with a reference of the first circle.
    static func refuse(in root: JSONValue) throws(PolicyError) {
        var circles = ReferenceCircles(root)
        try circles.visit(root)
    }

    /// Follows all references below a schema.
    private mutating func visit(_ schema: JSONValue) throws(PolicyError) {
        if let reference = schema["$ref"]?.stringValue { try follow(reference) }
        for member in schema.objectValue ?? [] where !ReferenceCircles.values.contains(member.key) {
            try visit(member.value)
        }
        for item in schema.arrayValue ?? [] { try visit(item) }
    }

    private mutating func follow(_ reference: String) throws(PolicyError) {
        guard !closed.contains(reference) else { return }
        guard open.insert(reference).inserted else {
            throw PolicyError(
                key: "$ref", message: "'\(reference)' leads back to itself without going deeper into the value")
        }
        guard open.count <= 200 else {
            throw PolicyError(key: "$ref", message: "more than 200 references follow each other")
        }
        if let target = JSONSchema.resolve(reference, in: root) { try followInPlace(target) }
        open.remove(reference)
        closed.insert(reference)
    }

    /// Follows the references of a schema that look at the same value as it does.
    private mutating func followInPlace(_ schema: JSONValue) throws(PolicyError) {
        if let reference = schema["$ref"]?.stringValue { try follow(reference) }
        for name in ["allOf", "anyOf", "oneOf"] {
            for inner in schema[name]?.arrayValue ?? [] { try followInPlace(inner) }
        }
        if let not = schema["not"] { try followInPlace(not) }
    }
}
