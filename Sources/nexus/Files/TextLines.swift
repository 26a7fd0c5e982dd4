import Foundation
import Records

/// Line-aligned text as sacrebleu's users have it: line n of every file is the same segment.
struct TextLines {
    let file: String
    let lines: [String]

    /// Reads a whole file, or standard input for `-`. Lines end with LF or CRLF; a byte order mark is left out.
    /// - Throws: `RecordError` where the file is missing, unreadable, empty or not UTF-8.
    init(path: String) throws {
        file = path == "-" ? "standard input" : path
        var data = try TextLines.bytes(path, file)[...]
        if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
        if data.starts(with: [0x1F, 0x8B]) {
            throw RecordError(file: file, message: "found gzip data; expected text", remedy: "decompress it first")
        }
        if data.last == UInt8(ascii: "\n") {
            data = data.dropLast()
        } else if data.isEmpty {
            throw RecordError(file: file, message: "found no lines; expected one segment a line")
        }
        var lines: [String] = []
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let kept = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let text = String(validating: kept, as: UTF8.self) else {
                throw RecordError(
                    file: file, line: lines.count + 1, message: "found bytes that are not UTF-8; expected UTF-8 text",
                    remedy: "convert the file, for example with iconv -f ISO-8859-1 -t UTF-8")
            }
            lines.append(text)
        }
        self.lines = lines
    }

    private static func bytes(_ path: String, _ file: String) throws -> Data {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: path) {
            handle = opened
        } else {
            // The reader of rows knows what to say of a missing file, with the nearest name.
            _ = try RecordReader(path: path, format: .jsonLines)
            throw RecordError(file: file, message: "cannot be read")
        }
        do { return try handle.readToEnd() ?? Data() } catch {
            _ = try RecordReader(path: path, format: .jsonLines)
            throw RecordError(file: file, message: "cannot be read: \(error.localizedDescription)")
        }
    }

    /// Refuses files of unequal length, naming both counts.
    func check(against other: TextLines) throws {
        guard lines.count == other.lines.count else {
            throw RecordError(
                file: file,
                message: "found \(lines.count) lines; expected \(other.lines.count), as in \(other.file)",
                remedy: "line n of every file is the same segment")
        }
    }
}
