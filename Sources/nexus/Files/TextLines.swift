import Records

/// Line-aligned text as sacrebleu's users have it: line n of every file is the same segment.
struct TextLines {
    let file: String
    let lines: [String]

    /// Reads a whole file, gzip or not, or standard input for `-`.
    /// - Throws: `RecordError` where the file is missing, unreadable, empty or not UTF-8.
    init(path: String) throws(RecordError) {
        file = path == "-" ? "standard input" : path
        lines = try TextFile.lines(path: path)
        guard !lines.isEmpty else {
            throw RecordError(file: file, message: "found no lines; expected one segment a line")
        }
    }

    /// Refuses files of unequal length, naming both counts.
    func check(against other: TextLines) throws(RecordError) {
        guard lines.count == other.lines.count else {
            throw RecordError(
                file: file,
                message: "found \(lines.count) lines; expected \(other.lines.count), as in \(other.file)",
                remedy: "line n of every file is the same segment")
        }
    }

    /// References, a file each, all as long as the first.
    static func references(_ paths: [String]) throws(RecordError) -> [TextLines] {
        var files: [TextLines] = []
        for path in paths {
            let lines = try TextLines(path: path)
            if let first = files.first { try lines.check(against: first) }
            files.append(lines)
        }
        return files
    }
}
