public import Chat

/// Turns the bytes of an `application/x-ndjson` body into lines, however the network cut them: a pure state machine.
///
/// Lines end in LF or CRLF; lines of white space alone are skipped; a byte order mark is dropped. Lines stay bytes.
public struct NewlineJSON: Sendable {
    /// Most bytes that one line may take.
    public let maximumLineBytes: Int

    private var partialLine: [UInt8] = []
    private var isFirstLine = true

    /// - Parameter maximumLineBytes: 4 MiB by default; a larger line is an error, not a growing buffer.
    public init(maximumLineBytes: Int = 4 << 20) {
        self.maximumLineBytes = maximumLineBytes
    }

    /// The lines that `bytes` complete.
    /// - Throws: `ChatError.invalidResponse` where a line is longer than `maximumLineBytes`.
    public mutating func feed(_ bytes: [UInt8]) throws(ChatError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try feed(bytes, into: &lines)
        return lines
    }

    /// Appends the lines that `bytes` complete; those before a fault are appended before it is thrown.
    public mutating func feed(_ bytes: [UInt8], into lines: inout [[UInt8]]) throws(ChatError) {
        var start = 0
        for index in bytes.indices where bytes[index] == lineFeed {
            try take(bytes[start..<index])
            if let line = endLine() { lines.append(line) }
            start = index + 1
        }
        try take(bytes[start...])
    }

    /// The last line where no line feed followed it, or nil. It may have been cut anywhere.
    public mutating func finish() -> [UInt8]? {
        endLine()
    }

    /// The document as one line of a stream.
    public static func print(_ value: JSONValue) -> [UInt8] {
        var out: [UInt8] = []
        value.write(to: &out)
        out.append(lineFeed)
        return out
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws(ChatError) {
        guard partialLine.count + bytes.count <= maximumLineBytes else {
            throw ChatError(.invalidResponse, "a line of the stream is longer than \(maximumLineBytes) bytes")
        }
        partialLine.append(contentsOf: bytes)
    }

    private mutating func endLine() -> [UInt8]? {
        var line = partialLine[...]
        partialLine = []
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        if line.last == carriageReturn { line = line.dropLast() }
        let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == carriageReturn }
        return isBlank ? nil : Array(line)
    }
}
