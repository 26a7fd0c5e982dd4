import Chat

/// Rows of a JSON file: one list of objects, read element by element.
///
/// A scan for the brackets of each element finds where it ends; the element alone is parsed. So memory holds one row.
struct JSONListRows {
    private enum State { case beforeList, firstOrEnd, element, afterElement, afterList }

    private let stream: ByteStream
    private let limit: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var line = 1
    private var column = 1
    private var state = State.beforeList

    init(stream: ByteStream, limit: Int) {
        self.stream = stream
        self.limit = limit
    }

    mutating func next() throws(RecordError) -> Record? {
        while let byte = try skipSpace() {
            switch (state, byte) {
            case (.beforeList, UInt8(ascii: "[")): step(to: .firstOrEnd)
            case (.firstOrEnd, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): step(to: .afterList)
            case (.afterElement, UInt8(ascii: ",")): step(to: .element)
            case (.firstOrEnd, UInt8(ascii: "{")), (.element, UInt8(ascii: "{")): return try element()
            case (.beforeList, _), (.firstOrEnd, _), (.element, _), (.afterElement, _), (.afterList, _):
                throw unexpected(excerpt(String(decoding: [byte], as: UTF8.self)), isMapping: byte == UInt8(ascii: "{"))
            }
        }
        guard state == .afterList else { throw unexpected("the end of the file", isMapping: false) }
        return nil
    }

    private func unexpected(_ found: String, isMapping: Bool) -> RecordError {
        let expected: String
        var remedy: String?
        switch state {
        case .beforeList:
            expected = "'[', the start of a list of rows"
            if isMapping { remedy = "one mapping a line is read from a file named .jsonl" }
        case .firstOrEnd: expected = "'{' or ']'"
        case .element: expected = "'{', the start of a row"
        case .afterElement: expected = "',' or ']' after a row"
        case .afterList: expected = "nothing after the list of rows"
        }
        return RecordError(
            file: stream.name, line: line, column: column, message: "found \(found); expected \(expected)",
            remedy: remedy)
    }

    private mutating func step(to state: State) {
        position += 1
        column += 1
        self.state = state
    }

    /// The next byte that is no white space, or nil at the end; `position` stands on it.
    private mutating func skipSpace() throws(RecordError) -> UInt8? {
        while true {
            while position < buffer.count {
                switch buffer[position] {
                case 0x0A: (line, column) = (line + 1, 1)
                case 0x20, 0x09, 0x0D: column += 1
                default: return buffer[position]
                }
                position += 1
            }
            guard try refill() else { return nil }
        }
    }

    private mutating func refill() throws(RecordError) -> Bool {
        do throws(RecordError) {
            guard let block = try stream.next() else { return false }
            buffer.removeFirst(position)
            position = 0
            buffer += block
            return true
        } catch {
            throw state == .beforeList && buffer.isEmpty ? error : error.at(line: line)
        }
    }

    /// Reads the element that begins at `position`.
    private mutating func element() throws(RecordError) -> Record {
        let start = (line: line, column: column)
        var scan = ElementScan()
        var offset = 0
        while !scan.isComplete {
            if position + offset == buffer.count, try !refill() {
                throw RecordError(
                    file: stream.name, line: start.line, column: start.column,
                    message: "found a row that is not closed at the end of the file; expected '}'")
            }
            offset += scan.take(buffer[(position + offset)...])
            guard offset <= limit, scan.depth <= JSONValue.maximumDepth else {
                throw RecordError(
                    file: stream.name, line: start.line,
                    message: offset > limit
                        ? "found a row of more than \(limit) bytes; expected at most that"
                        : "found a row nested deeper than \(JSONValue.maximumDepth) levels")
            }
        }
        let bytes = buffer[position..<(position + offset)]
        let row = try record(of: bytes, file: stream.name, line: start.line, column: start.column, kind: .json)
        line += scan.lineFeeds
        column = scan.lineFeeds == 0 ? column + offset : scan.lastLineBytes + 1
        position += offset
        state = .afterElement
        return row
    }
}

/// Finds the end of one bracketed element, block by block.
private struct ElementScan {
    private(set) var depth = 0
    private(set) var lineFeeds = 0
    private(set) var lastLineBytes = 0
    private(set) var isComplete = false
    private var isInString = false
    private var isEscaped = false

    /// Looks at more bytes of the element; how many of them belong to it.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> Int {
        var count = 0
        for byte in bytes {
            count += 1
            lastLineBytes += 1
            if byte == 0x0A { (lineFeeds, lastLineBytes) = (lineFeeds + 1, 0) }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > JSONValue.maximumDepth { return count }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                isComplete = depth == 0
                if isComplete { return count }
            default: break
            }
        }
        return count
    }
}
