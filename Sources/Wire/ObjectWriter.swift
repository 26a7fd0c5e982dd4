import Chat

/// Writes the members of one JSON object straight into bytes, without building a value first.
struct ObjectWriter {
    private var bytes: [UInt8]
    private var keys: [String] = []

    init(appendingTo bytes: [UInt8] = []) {
        self.bytes = bytes
        if bytes.isEmpty { self.bytes.reserveCapacity(512) }
        self.bytes.append(UInt8(ascii: "{"))
    }

    mutating func write(_ key: String, _ value: JSONValue) {
        begin(key)
        value.write(to: &bytes)
    }

    mutating func write(_ key: String, _ body: (inout [UInt8]) -> Void) {
        begin(key)
        body(&bytes)
    }

    /// Writes the member unless its key was written before: what is typed wins over what is extra.
    mutating func writeNew(_ key: String, _ value: JSONValue) {
        if !keys.contains(key) { write(key, value) }
    }

    /// The bytes with the object closed.
    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ key: String) {
        if !keys.isEmpty { bytes.append(UInt8(ascii: ",")) }
        keys.append(key)
        JSONValue.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}
