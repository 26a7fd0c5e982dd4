/// A JSON document as a value: what a request, a dataset row or a stored record holds where its shape is not ours to
/// fix.
///
/// Objects keep the order of their members as read or written. Numbers keep their spelling (`1.10` stays `1.10`, a
/// 30-digit integer loses nothing). Equality compares members in order and numbers by spelling; use `canonicalBytes`
/// for an order-free comparison.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number as it is spelled in JSON.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// A number from a finite double; `null` for NaN and infinities, which JSON cannot say.
    public static func number(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        if value == value.rounded(), abs(value) <= 9_007_199_254_740_992 { return .number(String(Int64(value))) }
        return .number(value.description)
    }

    public static func number(_ value: Int) -> JSONValue { .number(String(value)) }

    public static func number(_ value: Int64) -> JSONValue { .number(String(value)) }

    /// An object from pairs; a pair whose value is nil is left out.
    public static func object(_ pairs: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(pairs.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }

    /// The member of an object by key, compared scalar by scalar (the last one where a key stands twice); nil for other
    /// values.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        var index = members.count
        while index > 0 {
            index -= 1
            if members[index].key.hasSameBytes(as: key) { return members[index].value }
        }
        return nil
    }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number as a double; nil for other values and for spellings outside the range of a double.
    public var doubleValue: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The number as an integer; nil for other values, fractions and what does not fit 64 bits (`3.0` and `1e3` count).
    public var intValue: Int? {
        guard case .number(let text) = self else { return nil }
        if let value = Int(text) { return value }
        guard let value = Double(text), value == value.rounded(), abs(value) < 9e15 else { return nil }
        return Int(value)
    }

    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    public var objectValue: [Member]? { if case .object(let value) = self { value } else { nil } }

    public var isNull: Bool { self == .null }

    /// What the value is, in the words of an error message: "a string", "null", …
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "a mapping"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .number(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
