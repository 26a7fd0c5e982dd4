/// A complete final head.
struct HTTPHead: Equatable {
    let status: Int
    let headers: HTTPHeaders
}

/// Decides what the lines of an answer's head mean: a pure state machine, fed one line at a time.
///
/// Interim heads (1xx) are passed over. Everything is counted against the limits: interim heads, the final head and the
/// trailers after the body.
struct HeadParser {
    enum Step: Equatable {
        /// More lines are needed, or the line was a trailer.
        case more
        /// The final head is complete.
        case complete(HTTPHead)
        case tooLarge(MessagePart, limit: Int)
        case violation(String)
    }

    private let byteLimit: Int
    private let fieldLimit: Int
    private var byteCount = 0
    private var fieldCount = 0
    private var status: Int?
    private var headers = HTTPHeaders()
    /// Whether the final head has been complete; lines after it are trailers.
    private(set) var isComplete = false

    init(byteLimit: Int, fieldLimit: Int) {
        self.byteLimit = byteLimit
        self.fieldLimit = fieldLimit
    }

    /// Takes one line with its line end.
    mutating func take(_ raw: UnsafeRawBufferPointer) -> Step {
        guard raw.count <= byteLimit - byteCount else { return .tooLarge(.head, limit: byteLimit) }
        byteCount += raw.count
        let line = Self.trimmingEnd(raw[...]) { $0 == .carriageReturn || $0 == .lineFeed }
        if isComplete { return line.isEmpty ? .more : countField() ?? .more }
        guard let status else { return takeStatus(line) }
        return line.isEmpty ? endOfHead(status) : takeField(line)
    }

    private mutating func takeStatus(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        guard line.starts(with: "HTTP/".utf8), let space = line.firstIndex(of: .space),
            let code = Self.statusCode(line[(space + 1)...].prefix { $0 != .space })
        else { return .violation("no status line") }
        guard code != 101 else { return .violation("status 101 without an upgrade asked for") }
        status = code
        headers.fields.reserveCapacity(8)
        return .more
    }

    /// Three digits, the first not zero.
    private static func statusCode(_ word: Slice<UnsafeRawBufferPointer>) -> Int? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard word.count == 3, word.first != digits.lowerBound, word.allSatisfy(digits.contains) else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) }
    }

    private mutating func takeField(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        if let first = line.first, first == .space || first == .tab { return continueField(line) }
        guard let colon = line.firstIndex(of: .colon), colon > line.startIndex else {
            return .violation("a header line without a name")
        }
        if let refusal = countField() { return refusal }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        headers.fields.append(.init(name: name, value: Self.text(line[line.index(after: colon)...])))
        return .more
    }

    /// A line that starts with white space goes on with the value before it (RFC 9112, 5.2: read as one space).
    private mutating func continueField(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        guard let last = headers.fields.popLast() else { return .violation("a header line without a name") }
        headers.fields.append(.init(name: last.name, value: last.value + " " + Self.text(line)))
        return .more
    }

    private mutating func endOfHead(_ status: Int) -> Step {
        defer { headers = HTTPHeaders() }
        guard status >= 200 else {
            self.status = nil
            return .more
        }
        isComplete = true
        return .complete(HTTPHead(status: status, headers: headers))
    }

    private mutating func countField() -> Step? {
        fieldCount += 1
        return fieldCount > fieldLimit ? .tooLarge(.headFields, limit: fieldLimit) : nil
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in byte == .space || byte == .tab }
        return String(decoding: trimmingEnd(bytes.drop(while: isBlank), isBlank), as: UTF8.self)
    }

    private static func trimmingEnd(
        _ bytes: Slice<UnsafeRawBufferPointer>, _ isTrimmed: (UInt8) -> Bool
    ) -> Slice<UnsafeRawBufferPointer> {
        let end = bytes.lastIndex { !isTrimmed($0) }.map { $0 + 1 } ?? bytes.startIndex
        return bytes[bytes.startIndex..<end]
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
}
