import Chat

/// The samples of a run: those that the spec's limit and the command line chose, in the order of the file.
///
/// Rows are held as compact bytes and become samples when they are looked at, so that a million short rows fit into a
/// few hundred megabytes.
public struct Dataset: Sendable, RandomAccessCollection {
    /// SHA-256 over the canonical JSON of the chosen rows, a line feed after each: 64 hexadecimal digits. Spacing and
    /// the order of a row's keys do not change it.
    public let hash: String
    /// Rows read to choose from; with `sample: head` reading stops at the limit.
    public let rowsRead: Int
    private let rows: RowArena
    private let origins: [Origin]
    private let rules: SampleRules

    struct Origin: Sendable {
        var position: Int32
        var line: Int32
    }

    init(rows: RowArena, origins: [Origin], rules: SampleRules, hash: String, rowsRead: Int) {
        self.rows = rows
        self.origins = origins
        self.rules = rules
        self.hash = hash
        self.rowsRead = rowsRead
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { origins.count }

    /// The sample at `index`, decoded anew each time: keep it rather than ask twice.
    public subscript(index: Int) -> Sample {
        let origin = origins[index]
        let (position, line) = (Int(origin.position), Int(origin.line))
        let fields = (try? JSONValue.parse(rows[index]))?.objectValue ?? []
        if let sample = try? rules.sample(of: fields, position: position, line: line) { return sample }
        // Cannot be: the reader took the row by the same rules.
        return Sample(id: "", position: position, line: line, fields: fields, references: [], assertions: [])
    }
}
