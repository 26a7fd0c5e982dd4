/// Where the top-level members of a JSON object stand in its bytes.
public struct JSONOutline: Sendable, Hashable {
    /// One member: its key, the bytes of `"key"`, and the bytes of its value.
    public struct Member: Sendable, Hashable {
        public var key: String
        public var keyRange: Range<Int>
        public var valueRange: Range<Int>

        public init(key: String, keyRange: Range<Int>, valueRange: Range<Int>) {
            self.key = key
            self.keyRange = keyRange
            self.valueRange = valueRange
        }
    }

    public var members: [Member]
    /// The offset of the closing brace.
    public var end: Int

    public init(members: [Member], end: Int) {
        self.members = members
        self.end = end
    }
}
