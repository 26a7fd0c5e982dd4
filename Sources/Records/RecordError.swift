/// Why a file of rows cannot be read: where, what was found, what was expected, and what to do.
public struct RecordError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it; "standard input" for `-`.
    public var file: String
    /// The line, from 1; nil where the fault is the file itself.
    public var line: Int?
    /// The column in Unicode code points, from 1.
    public var column: Int?
    /// One line: "found …; expected …".
    public var message: String
    /// What to do about it.
    public var remedy: String?

    public init(file: String, line: Int? = nil, column: Int? = nil, message: String, remedy: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    /// `FILE:LINE:COLUMN: found …; expected … (remedy)`, leaving out what is unknown.
    public var description: String {
        let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
        return "\(file)\(place): \(message)" + (remedy.map { " (\($0))" } ?? "")
    }
}

/// Text from a file as it may stand in a message: quoted, short, without control characters.
func excerpt(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars.prefix(40) {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        let isPlain = !isControl && scalar.properties.generalCategory != .format
        out += isPlain ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
    return "\"\(out)\(text.unicodeScalars.count > 40 ? "…" : "")\""
}
