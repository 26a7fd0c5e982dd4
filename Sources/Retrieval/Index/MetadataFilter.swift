public import Chat

/// Which documents a search may find, by what is kept beside them.
public indirect enum MetadataFilter: Sendable, Hashable {
    /// The field has this value; numbers are compared as numbers (`1` is `1.0`).
    case equals(String, JSONValue)
    /// The field has one of these values.
    case isIn(String, [JSONValue])
    /// The field lies between, both ends included; nil leaves an end open. Numbers lie among numbers, texts among texts
    /// by their code points, so that dates as `2026-11-21` do too.
    case range(String, from: JSONValue?, to: JSONValue?)
    /// All of these hold.
    case all([MetadataFilter])

    /// Whether a document's metadata pass; a field that is not there passes nothing. A field that is a list passes if
    /// one of its items does.
    public func passes(_ metadata: [String: JSONValue]) -> Bool {
        switch self {
        case .equals(let field, let value):
            values(of: field, metadata).contains { MetadataFilter.isSame($0, value) }
        case .isIn(let field, let wanted):
            values(of: field, metadata).contains { value in wanted.contains { MetadataFilter.isSame(value, $0) } }
        case .range(let field, let low, let high):
            values(of: field, metadata).contains { value in
                (low.map { MetadataFilter.isOrdered($0, value) } ?? true)
                    && (high.map { MetadataFilter.isOrdered(value, $0) } ?? true)
            }
        case .all(let filters): filters.allSatisfy { $0.passes(metadata) }
        }
    }

    private func values(of field: String, _ metadata: [String: JSONValue]) -> [JSONValue] {
        guard let value = metadata[field] else { return [] }
        return value.arrayValue ?? [value]
    }

    private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if let a = a.doubleValue, let b = b.doubleValue { return a == b }
        return a == b
    }

    private static func isOrdered(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if let a = a.doubleValue, let b = b.doubleValue { return a <= b }
        if let a = a.stringValue, let b = b.stringValue {
            return !b.unicodeScalars.lexicographicallyPrecedes(a.unicodeScalars)
        }
        return false
    }
}
