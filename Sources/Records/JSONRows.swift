import Chat

/// Rows of JSONL: one object a line.
struct JSONLineRows {
    private let file: String
    private var lines: LineScanner

    init(stream: ByteStream, limit: Int) {
        file = stream.name
        lines = LineScanner(stream: stream, limit: limit)
    }

    mutating func next() throws(RecordError) -> Record? {
        while let range = try lines.next() {
            let bytes = lines.buffer[range]
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            return try record(of: bytes, file: file, line: lines.line, kind: .jsonLines)
        }
        return nil
    }
}

/// Reads one row from its bytes, which begin on `line`.
func record(
    of bytes: ArraySlice<UInt8>, file: String, line: Int, column: Int = 1, kind: RecordFormat
) throws(RecordError) -> Record {
    let value: JSONValue
    do throws(JSONError) {
        value = try JSONValue.parse(bytes)
    } catch {
        throw failure(error, in: bytes, file: file, line: line, column: column, kind: kind)
    }
    guard case .object(let fields) = value else {
        let isList = kind == .jsonLines && value.arrayValue != nil
        throw RecordError(
            file: file, line: line, message: "found \(value.kindName); expected a mapping, such as {\"id\": \"1\"}",
            remedy: isList ? "a list of rows is read from a file named .json" : nil)
    }
    if let key = value.duplicateKey {
        throw RecordError(
            file: file, line: line, message: "found the key \(excerpt(key)) twice; expected each key once")
    }
    return Record(fields: fields, line: line)
}

/// Places a fault inside a row, and says so where the bytes are not UTF-8 in the first place.
private func failure(
    _ error: JSONError, in bytes: ArraySlice<UInt8>, file: String, line: Int, column: Int, kind: RecordFormat
) -> RecordError {
    if let offset = offsetOfInvalidUTF8(in: bytes) {
        let at = place(of: offset, in: bytes, line: line, column: column)
        return RecordError.invalidUTF8(bytes[bytes.startIndex + offset], file: file, line: at.line, column: at.column)
    }
    let at = place(of: error.offset, in: bytes, line: line, column: column)
    let isCut = kind == .jsonLines && error.offset >= bytes.count
    return RecordError(
        file: file, line: at.line, column: at.column, message: "found what is not JSON: \(error.message)",
        remedy: isCut ? "each row stands on one line; a list of rows over several lines is read from .json" : nil)
}

/// The line and column (in code points) of a byte.
private func place(of offset: Int, in bytes: ArraySlice<UInt8>, line: Int, column: Int) -> (line: Int, column: Int) {
    var at = (line: line, column: column)
    for byte in bytes.prefix(max(0, offset)) {
        if byte == 0x0A {
            at = (at.line + 1, 1)
        } else if byte & 0xC0 != 0x80 {
            at.column += 1
        }
    }
    return at
}

/// The offset of the first byte that is not UTF-8, or nil where all are.
func offsetOfInvalidUTF8(in bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        let length: Int
        switch byte {
        case 0..<0x80: length = 1
        case 0xC2..<0xE0: length = 2
        case 0xE0..<0xF0: length = 3
        case 0xF0..<0xF5: length = 4
        default: return index - bytes.startIndex
        }
        let end = index + length
        guard end <= bytes.endIndex, length == 1 || String(validating: bytes[index..<end], as: UTF8.self) != nil else {
            return index - bytes.startIndex
        }
        index = end
    }
    return nil
}

extension RecordError {
    static func invalidUTF8(_ byte: UInt8, file: String, line: Int, column: Int? = nil) -> RecordError {
        RecordError(
            file: file, line: line, column: column,
            message: "found byte 0x\(String(byte, radix: 16)), which is not UTF-8; expected UTF-8 text",
            remedy: "convert the file, for example with iconv -f ISO-8859-1 -t UTF-8")
    }
}
