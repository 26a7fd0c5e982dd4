/// The fields of an answer's head, in the order they came. Names are looked up without regard to case.
public struct HTTPHeaders: Sendable, Equatable {
    /// One field: its name as sent, its value without the white space around it.
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All fields, repeated names included.
    public internal(set) var fields: [Field]

    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the first field of that name; `nil` where there is none.
    public subscript(name: String) -> String? {
        fields.first { Self.match($0.name, name) }?.value
    }

    /// The values of every field of that name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Self.match($0.name, name) }.map(\.value)
    }

    /// Whether any field's name begins so.
    public func containsName(beginning prefix: String) -> Bool {
        fields.contains { Self.match($0.name.utf8.prefix(prefix.utf8.count), prefix.utf8) }
    }

    /// Whether two names are the same but for the case of ASCII letters.
    static func match(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        match(one.utf8, other.utf8)
    }

    private static func match(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
