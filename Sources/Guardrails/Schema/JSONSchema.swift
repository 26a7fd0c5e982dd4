public import Chat

/// A JSON Schema, as far as structured output needs it: the useful part of draft 2020-12.
///
/// Taken: `type, enum, const, properties, required, additionalProperties, minProperties, maxProperties, items,
/// prefixItems, minItems, maxItems, uniqueItems, minLength, maxLength, pattern, minimum, maximum, exclusiveMinimum,
/// exclusiveMaximum, multipleOf, anyOf, oneOf, allOf, not`, and `$ref` to `#`, `#/$defs/…` or another place of the
/// document. Words that only describe are passed over; every other word is refused, as what is not understood cannot be
/// promised. References that lead into a circle are followed as deep as the value goes; those that lead back to
/// themselves without going deeper into the value are refused.
public struct JSONSchema: Sendable {
    /// Where a value does not fit.
    ///
    /// It holds nothing of the value but the names that the schema has, too.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// A JSON pointer into the value (RFC 6901), `/items/0/price`, with `*` for a name that the schema does not
        /// have; empty for the whole.
        public var path: String
        public var message: String
        public var description: String { "\(path.isEmpty ? "the answer" : path): \(message)" }
    }

    let document: JSONValue
    let searches: [String: RuleResources.Search]

    /// More are not told.
    static let mostFaults = 20
    /// Deepest nesting of a value and its references.
    static let deepest = 200

    private static let described: Set<String> = [
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly",
        "$defs", "definitions", "format", "contentEncoding", "contentMediaType", "$anchor", "name", "strict",
    ]
    private static let taken: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
        "items",
        "prefixItems", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anyOf", "oneOf", "allOf", "not", "$ref", "nullable",
    ]
    static let typeNames = ["array", "boolean", "integer", "null", "number", "object", "string"]

    /// - Parameter pattern: compiles the patterns; without it a schema with patterns is refused.
    /// - Throws: `PolicyError` naming the place in the schema, what was found and what to write.
    public init(
        _ document: JSONValue, pattern: (@Sendable (String) -> Result<RuleResources.Search, PolicyError>)? = nil
    ) throws(PolicyError) {
        self.document = document
        var searches: [String: RuleResources.Search] = [:]
        try JSONSchema.check(document, at: "", in: document, depth: 0) { place, text throws(PolicyError) in
            guard let pattern else {
                throw PolicyError(key: place, message: "patterns are not supported here; leave 'pattern' out")
            }
            switch pattern(text) {
            case .success(let search): searches[text] = search
            case .failure(let error): throw PolicyError(key: place, message: error.message)
            }
        }
        self.searches = searches
        try ReferenceCircles.refuse(in: document)
    }

    private typealias PatternCheck = (String, String) throws(PolicyError) -> Void

    private static func check(
        _ schema: JSONValue, at place: String, in root: JSONValue, depth: Int, _ pattern: PatternCheck
    ) throws(PolicyError) {
        if schema.boolValue != nil { return }
        guard let members = schema.objectValue else {
            throw PolicyError(
                key: place, message: "found \(schema.kindName); expected a schema: a mapping, true or false")
        }
        guard depth < 64 else { throw PolicyError(key: place, message: "the schema is nested deeper than 64") }
        for member in members {
            let path = place.isEmpty ? member.key : "\(place).\(member.key)"
            if described.contains(member.key), member.key != "$defs", member.key != "definitions" { continue }
            switch member.key {
            case "properties", "$defs", "definitions":
                for inner in try mapping(member.value, path) {
                    try check(inner.value, at: "\(path).\(inner.key)", in: root, depth: depth + 1, pattern)
                }
            case "items", "additionalProperties", "not":
                try check(member.value, at: path, in: root, depth: depth + 1, pattern)
            case "anyOf", "oneOf", "allOf", "prefixItems":
                guard let items = member.value.arrayValue, !items.isEmpty else {
                    throw PolicyError(key: path, message: "found \(member.value.text); expected a list of schemas")
                }
                for (index, item) in items.enumerated() {
                    try check(item, at: "\(path)[\(index)]", in: root, depth: depth + 1, pattern)
                }
            case "pattern":
                guard let text = member.value.stringValue else {
                    throw PolicyError(key: path, message: "found \(member.value.text); expected a regular expression")
                }
                try pattern(path, text)
            case "$ref":
                guard let target = member.value.stringValue, resolve(target, in: root) != nil else {
                    throw PolicyError(
                        key: path,
                        message: "found \(member.value.text); expected a place in this schema, such as #/$defs/item")
                }
            default: try checkValue(member, path)
            }
        }
    }

    private static func mapping(_ value: JSONValue, _ path: String) throws(PolicyError) -> [JSONValue.Member] {
        guard let members = value.objectValue else {
            throw PolicyError(key: path, message: "found \(value.kindName); expected a mapping of names to schemas")
        }
        return members
    }

    private static func checkValue(_ member: JSONValue.Member, _ path: String) throws(PolicyError) {
        let isRight: Bool
        let expected: String
        switch member.key {
        case "type":
            let names =
                member.value.stringValue.map { [$0] } ?? member.value.arrayValue?.compactMap(\.stringValue) ?? []
            isRight = !names.isEmpty && names.allSatisfy(typeNames.contains)
            expected = typeNames.joined(separator: ", ")
        case "enum": (isRight, expected) = (member.value.arrayValue != nil, "a list of values")
        case "const": (isRight, expected) = (true, "")
        case "required":
            isRight = member.value.arrayValue.map { $0.allSatisfy { $0.stringValue != nil } } ?? false
            expected = "a list of names"
        case "minProperties", "maxProperties", "minItems", "maxItems", "minLength", "maxLength":
            (isRight, expected) = ((member.value.intValue ?? -1) >= 0, "a whole number from 0 on")
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            (isRight, expected) = (member.value.doubleValue != nil, "a number")
        case "multipleOf": (isRight, expected) = ((member.value.doubleValue ?? 0) > 0, "a number above 0")
        case "uniqueItems", "nullable": (isRight, expected) = (member.value.boolValue != nil, "true or false")
        default:
            let question = NearestName.question(for: member.key, among: taken.sorted())
            throw PolicyError(
                key: path,
                message: "'\(member.key)' is not supported" + (question.map { "; \($0)" } ?? "; leave it out"))
        }
        guard isRight else { throw PolicyError(key: path, message: "found \(member.value.text); expected \(expected)") }
    }

    /// The schema at a local reference, or nil.
    static func resolve(_ reference: String, in root: JSONValue) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        var value = root
        for part in reference.dropFirst().split(separator: "/") {
            let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            if let inner = value[key] {
                value = inner
            } else if let items = value.arrayValue, let index = Int(key), items.indices.contains(index) {
                value = items[index]
            } else {
                return nil
            }
        }
        return value
    }
}
