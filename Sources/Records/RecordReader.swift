/// The rows of a file, one after the other, with their line numbers.
///
/// Memory stays constant whatever the size of the file: it is read in blocks of 64 KiB and one row is held at a time.
/// A byte order mark at the start, CRLF line ends and blank lines are taken as they come; gzip is seen by its first
/// bytes. Reading is synchronous and not for use from two threads at once.
///
/// ```swift
/// let reader = try RecordReader(path: "news.jsonl.gz")
/// while let record = try reader.next() { print(record.line, record["id"] ?? .null) }
/// ```
public final class RecordReader {
    /// The file as the user named it; "standard input" for `-`.
    public let file: String
    private let pull: () throws(RecordError) -> Record?
    private var ending: Result<Void, RecordError>?

    /// Opens a file.
    /// - Parameters:
    ///   - path: The file, or `-` for standard input.
    ///   - format: How it is written; nil goes by the ending of its name, and takes JSONL from standard input.
    /// - Throws: `RecordError` where the file is missing, a folder, unreadable, not of a known kind, or not UTF-8.
    public convenience init(
        path: String, format: RecordFormat? = nil, limits: RecordLimits = RecordLimits()
    ) throws(RecordError) {
        let isInput = path == "-"
        let file = isInput ? "standard input" : path
        guard let format = format ?? (isInput ? .jsonLines : RecordFormat(fileName: path)) else {
            throw RecordError(
                file: file,
                message: "found a name without a known ending; expected .jsonl, .json, .csv or .tsv, optionally .gz",
                remedy: "rename the file to what it holds")
        }
        let descriptor = isInput ? InputFile.standardInput : try InputFile.opening(path)
        self.init(
            stream: ByteStream(
                name: file, source: .file(descriptor), mustBeGzip: !isInput && path.lowercased().hasSuffix(".gz"),
                limits: limits),
            format: format, limits: limits)
    }

    /// Reads rows from bytes in memory, which may be gzip too.
    public convenience init(
        bytes: [UInt8], name: String, format: RecordFormat, limits: RecordLimits = RecordLimits()
    ) {
        self.init(
            stream: ByteStream(name: name, source: .memory(bytes), mustBeGzip: false, limits: limits),
            format: format, limits: limits)
    }

    private init(stream: ByteStream, format: RecordFormat, limits: RecordLimits) {
        file = stream.name
        switch format {
        case .jsonLines:
            var rows = JSONLineRows(stream: stream, limit: limits.rowBytes)
            pull = { () throws(RecordError) in try rows.next() }
        case .json:
            var rows = JSONListRows(stream: stream, limit: limits.rowBytes)
            pull = { () throws(RecordError) in try rows.next() }
        case .csv, .tsv:
            var rows = DelimitedRows(stream: stream, format: format, limit: limits.rowBytes)
            pull = { () throws(RecordError) in try rows.next() }
        }
    }

    /// The next row, or nil after the last.
    /// - Throws: `RecordError` with the line; the same again on every later call.
    public func next() throws(RecordError) -> Record? {
        if let ending {
            try ending.get()
            return nil
        }
        do throws(RecordError) {
            if let record = try pull() { return record }
            ending = .success(())
            return nil
        } catch {
            ending = .failure(error)
            throw error
        }
    }

    /// All rows of a file, for small ones.
    public static func all(
        path: String, format: RecordFormat? = nil, limits: RecordLimits = RecordLimits()
    ) throws(RecordError) -> [Record] {
        try RecordReader(path: path, format: format, limits: limits).rest()
    }

    /// The rows not read yet, all at once.
    public func rest() throws(RecordError) -> [Record] {
        var records: [Record] = []
        while let record = try next() { records.append(record) }
        return records
    }
}

/// `for row in reader { let record = try row.get() … }`: the sequence ends after the first failure.
extension RecordReader: Sequence {
    public func makeIterator() -> AnyIterator<Result<Record, RecordError>> {
        var failed = false
        return AnyIterator {
            guard !failed else { return nil }
            do throws(RecordError) {
                return try self.next().map { .success($0) }
            } catch {
                failed = true
                return .failure(error)
            }
        }
    }
}
