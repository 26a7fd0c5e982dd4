public import HTTPTypes

/// Fields of an answer's head as they are written, for who adds each but once: a fifth of what `HTTPFields` cost.
public struct PrintedFields: Sendable {
    private(set) var bytes: [UInt8] = []

    public init() { bytes.reserveCapacity(512) }

    /// Adds a field that is not there yet; nil adds none. What may not stand in a value becomes a blank.
    /// - Parameter name: neither `Content-Length` nor `Connection`, which the connection itself writes.
    public mutating func add(_ name: HTTPField.Name, _ value: String?) {
        guard let value else { return }
        bytes.append(contentsOf: name.rawName.utf8)
        bytes.append(": ")
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        bytes.withUnsafeMutableBufferPointer { bytes in
            for index in start..<bytes.count {
                let byte = bytes[index]
                bytes[index] = byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte
            }
        }
        bytes.append("\r\n")
    }
}
