public import Chat

/// One row of a file: its fields in their order, and where it stands.
public struct Record: Sendable, Hashable {
    /// The fields as read. JSON keeps its types; cells of CSV and TSV are strings.
    public var fields: [JSONValue.Member]
    /// The line on which the row begins, from 1.
    public var line: Int

    public init(fields: [JSONValue.Member], line: Int) {
        self.fields = fields
        self.line = line
    }

    /// The field of that name, or nil where the row has none. Names are compared byte by byte.
    public subscript(name: String) -> JSONValue? {
        fields.first { $0.key.hasSameBytes(as: name) }?.value
    }

    /// The row as one JSON object.
    public var json: JSONValue { .object(fields) }
}
