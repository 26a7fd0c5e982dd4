import Chat

/// Rows of CSV or TSV (RFC 4180): a header, then cells; quoted cells may hold separators, quotes and line ends.
///
/// Lines end in LF, CRLF or CR; blank lines are skipped; a quote inside an unquoted cell is an ordinary character.
struct DelimitedRows {
    private let file: String
    private var cells: CellScanner
    private var header: [String]?

    init(stream: ByteStream, format: RecordFormat, limit: Int) {
        file = stream.name
        let separator = format == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: ",")
        cells = CellScanner(stream: stream, separator: separator, limit: limit)
    }

    mutating func next() throws(RecordError) -> Record? {
        if header == nil { header = try readHeader() }
        guard let header, let row = try nextRow() else { return nil }
        guard row.count == header.count else {
            throw RecordError(
                file: file, line: cells.rowLine,
                message: "found \(row.count) cells; expected \(header.count), as the header has",
                remedy: row.count > header.count ? "put a cell that holds a separator in quotes" : nil)
        }
        let fields = zip(header, row).map { JSONValue.Member(key: $0, value: .string($1)) }
        return Record(fields: fields, line: cells.rowLine)
    }

    private mutating func readHeader() throws(RecordError) -> [String] {
        guard let names = try nextRow() else {
            throw RecordError(file: file, message: "found no header; expected a first line with the columns' names")
        }
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted {
            throw RecordError(
                file: file, line: cells.rowLine,
                message: "found the column \(excerpt(name)) twice; expected each name once")
        }
        return names
    }

    /// The next row that is not blank.
    private mutating func nextRow() throws(RecordError) -> [String]? {
        while let row = try cells.nextRow() {
            let isBlank = row.count == 1 && !cells.wasQuoted && row[0].utf8.allSatisfy { $0 == 0x20 }
            if !isBlank { return row }
        }
        return nil
    }
}

/// Splits a stream into rows of cells.
struct CellScanner {
    private enum Place { case cellStart, plain, quoted, afterQuote }

    private let stream: ByteStream
    private let separator: UInt8
    private let limit: Int
    private var block: [UInt8] = []
    private var position = 0
    private var line = 1
    private var lastWasCR = false
    private var cell: [UInt8] = []
    private var row: [String] = []
    private var rowBytes = 0
    private var quoteLine = 1
    /// The line on which the row last returned begins.
    private(set) var rowLine = 1
    /// Whether a cell of that row stood in quotes.
    private(set) var wasQuoted = false

    init(stream: ByteStream, separator: UInt8, limit: Int) {
        self.stream = stream
        self.separator = separator
        self.limit = limit
    }

    mutating func nextRow() throws(RecordError) -> [String]? {
        var place = Place.cellStart
        row = []
        rowBytes = 0
        wasQuoted = false
        while try fill() {
            if lastWasCR, block[position] == 0x0A { position += 1 }
            if lastWasCR { line += 1 }
            lastWasCR = false
            if place == .cellStart, row.isEmpty { rowLine = line }
            guard position < block.count else { continue }
            switch place {
            case .quoted: place = try takeQuoted()
            case .cellStart where block[position] == UInt8(ascii: "\""):
                place = .quoted
                (wasQuoted, quoteLine) = (true, line)
                position += 1
            case .cellStart, .plain, .afterQuote:
                if try takeUnquoted(&place) { return row }
            }
        }
        return try lastRow(place)
    }

    /// Makes sure that there is a byte to look at; false at the end.
    private mutating func fill() throws(RecordError) -> Bool {
        guard rowBytes + cell.count <= limit else { throw tooLong() }
        guard position == block.count else { return true }
        do throws(RecordError) {
            guard let next = try stream.next() else { return false }
            (block, position) = (next, 0)
            return true
        } catch {
            throw block.isEmpty ? error : error.at(line: line)
        }
    }

    private mutating func lastRow(_ place: Place) throws(RecordError) -> [String]? {
        switch place {
        case .quoted:
            throw RecordError(
                file: stream.name, line: quoteLine,
                message: "found a quote that is not closed at the end of the file; expected '\"'")
        case .cellStart where row.isEmpty: return nil
        case .cellStart, .plain, .afterQuote:
            try endCell()
            return row
        }
    }

    /// Takes bytes inside quotes up to the next quote or the end of the block.
    private mutating func takeQuoted() throws(RecordError) -> Place {
        let start = position
        while position < block.count, block[position] != UInt8(ascii: "\"") {
            let byte = block[position]
            if byte == 0x0A || (byte == 0x0D && !isFollowedByLineFeed) { line += 1 }
            position += 1
        }
        cell += block[start..<position]
        guard position < block.count else { return .quoted }
        position += 1
        return .afterQuote
    }

    /// Whether the CR at `position` is the first half of CRLF, as far as the block shows.
    private var isFollowedByLineFeed: Bool {
        position + 1 >= block.count || block[position + 1] == 0x0A
    }

    /// Takes what stands outside quotes: the rest of a cell, a separator or a line end; true when the row is complete.
    private mutating func takeUnquoted(_ place: inout Place) throws(RecordError) -> Bool {
        let byte = block[position]
        if byte == separator {
            position += 1
            try endCell()
            place = .cellStart
        } else if byte == 0x0A || byte == 0x0D {
            position += 1
            try endCell()
            if byte == 0x0D { lastWasCR = true } else { line += 1 }
            return true
        } else if place == .afterQuote {
            guard byte == UInt8(ascii: "\"") else { throw afterQuote(byte) }
            cell.append(byte)
            position += 1
            place = .quoted
        } else {
            place = .plain
            let start = position
            while position < block.count, !isCellEnd(block[position]) { position += 1 }
            cell += block[start..<position]
        }
        return false
    }

    private func isCellEnd(_ byte: UInt8) -> Bool { byte == separator || byte == 0x0A || byte == 0x0D }

    private mutating func endCell() throws(RecordError) {
        rowBytes += cell.count + 1
        guard rowBytes <= limit else { throw tooLong() }
        guard let text = String(validating: cell, as: UTF8.self) else {
            let byte = offsetOfInvalidUTF8(in: cell[...]).map { cell[$0] } ?? 0
            throw RecordError.invalidUTF8(byte, file: stream.name, line: rowLine)
        }
        guard !cell.contains(0) else {
            throw RecordError(file: stream.name, line: rowLine, message: "found a NUL byte in a cell; expected text")
        }
        row.append(text)
        cell.removeAll(keepingCapacity: true)
    }

    private func afterQuote(_ byte: UInt8) -> RecordError {
        RecordError(
            file: stream.name, line: line,
            message: "found \(excerpt(String(decoding: [byte], as: UTF8.self))) after a closing quote; "
                + "expected a separator or the end of the line",
            remedy: "write a quote inside a quoted cell twice")
    }

    private func tooLong() -> RecordError {
        RecordError(
            file: stream.name, line: rowLine, message: "found a row of more than \(limit) bytes; expected at most that",
            remedy: wasQuoted ? "look for a quote that is not closed" : nil)
    }
}
