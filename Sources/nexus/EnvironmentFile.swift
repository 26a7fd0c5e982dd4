/// A `.env` file: `NAME=value` a line, `#` before a comment, quotes around a value with blanks, `export` allowed.
struct EnvironmentFile {
    var values: [String: String] = [:]

    /// - Throws: `CommandFailure` with file and line for a line that is neither.
    init(text: String, file: String) throws {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var line = line.drop { $0 == " " || $0 == "\t" }
            if line.last == "\r" || line.last == "\r\n" { line.removeLast() }
            if line.isEmpty || line.first == "#" { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7).drop { $0 == " " } }
            let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let rest = line.dropFirst(name.count).drop { $0 == " " }
            guard !name.isEmpty, rest.first == "=" else {
                throw CommandFailure.usage("\(file):\(index + 1): expected NAME=value")
            }
            values[String(name)] = EnvironmentFile.value(rest.dropFirst().drop { $0 == " " })
        }
    }

    /// The value without its quotes, or up to a comment.
    private static func value(_ text: Substring) -> String {
        if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote) {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        var value = text
        if let comment = text.firstRange(of: " #") { value = text[..<comment.lowerBound] }
        while value.last == " " || value.last == "\t" { value.removeLast() }
        return String(value)
    }
}
