/// Rows as RFC 4180 CSV: UTF-8, CRLF line ends, cells quoted where they must be.
///
/// A cell that a spreadsheet would take for a formula (it begins with = + - @, tab or carriage return and is no number)
/// gets a `'` before it, as OWASP's page on CSV injection advises.
///
/// ```swift
/// var writer = CSVWriter(header: ["id", "bleu"])
/// writer.append(["1", "31.4"])
/// writer.append(["2", nil])   // not scored: an empty cell
/// ```
public struct CSVWriter: Sendable {
    /// What was written so far and not taken.
    public private(set) var bytes: [UInt8] = []
    private let columns: Int

    public init(header: [String]) {
        columns = header.count
        append(header)
    }

    /// Appends a row; nil is an empty cell. Missing cells at the end are empty, surplus ones are left out, so that
    /// every row has the header's count.
    public mutating func append(_ cells: [String?]) {
        for column in 0..<columns {
            if column > 0 { bytes.append(UInt8(ascii: ",")) }
            if column < cells.count, let cell = cells[column] { CSVWriter.write(cell, to: &bytes) }
        }
        bytes += [0x0D, 0x0A]
    }

    /// Hands over what was written and starts anew, so that a long table needs little memory.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private static func write(_ cell: String, to bytes: inout [UInt8]) {
        let text = isFormula(cell) ? "'" + cell : cell
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
            bytes += text.utf8
            return
        }
        bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    private static func isFormula(_ cell: String) -> Bool {
        switch cell.utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): !isNumber(cell.utf8.dropFirst())
        default: false
        }
    }

    /// Whether the bytes are digits, with a fraction and a decimal exponent at will.
    private static func isNumber(_ text: Substring.UTF8View) -> Bool {
        var rest = text[...]
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var digits = whole.count
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            digits += fraction.count
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits > 0 else { return false }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
}
