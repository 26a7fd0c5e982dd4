/// The lines of a text file: text as sacrebleu's users have it, line n of every file the same segment.
public enum TextFile {
    /// Reads a whole file.
    ///
    /// Lines end with LF or CRLF; a byte order mark is left out. Gzip is seen by its first bytes, as everywhere.
    /// - Parameters:
    ///   - path: The file, or `-` for standard input.
    ///   - limits: `rowBytes` is for a line.
    /// - Throws: `RecordError` where the file is missing, a folder, unreadable, damaged gzip, or, with the line, not
    ///   UTF-8 or too long.
    public static func lines(path: String, limits: RecordLimits = RecordLimits()) throws(RecordError) -> [String] {
        let isInput = path == "-"
        let file = isInput ? "standard input" : path
        let descriptor = isInput ? InputFile.standardInput : try InputFile.opening(path)
        let stream = ByteStream(
            name: file, source: .file(descriptor), mustBeGzip: !isInput && path.lowercased().hasSuffix(".gz"),
            limits: limits)
        var scanner = LineScanner(stream: stream, limit: limits.rowBytes)
        var lines: [String] = []
        while let range = try scanner.next() {
            let bytes = scanner.buffer[range]
            guard let text = String(validating: bytes, as: UTF8.self) else {
                let offset = offsetOfInvalidUTF8(in: bytes) ?? 0
                throw RecordError.invalidUTF8(bytes[bytes.startIndex + offset], file: file, line: scanner.line)
            }
            lines.append(text)
        }
        return lines
    }
}
