/// How the rows of a file are written.
public enum RecordFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object a line.
    case jsonLines = "jsonl"
    /// One JSON list of objects.
    case json
    /// RFC 4180: a header, then cells between commas.
    case csv
    /// The same with tabs.
    case tsv

    /// The format that a file's name promises (`.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, each with or without
    /// `.gz`); nil for other names.
    public init?(fileName: String) {
        var name = fileName.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let ending = String(name[name.index(after: dot)...])
        if ending == "ndjson" {
            self = .jsonLines
        } else if let format = RecordFormat(rawValue: ending) {
            self = format
        } else {
            return nil
        }
    }
}

/// How much a reader takes before it calls a file hostile.
public struct RecordLimits: Sendable, Hashable {
    /// Most bytes of one row.
    public var rowBytes: Int
    /// Most bytes in all, after decompression; nil takes any number.
    public var totalBytes: Int?
    /// How many times its own size a gzip file may expand, once it passed `harmlessBytes`.
    public var expansion: Int
    /// Bytes of decompressed data below which a large expansion is no danger.
    public var harmlessBytes: Int

    public init(
        rowBytes: Int = 16 << 20, totalBytes: Int? = nil, expansion: Int = 400, harmlessBytes: Int = 64 << 20
    ) {
        self.rowBytes = rowBytes
        self.totalBytes = totalBytes
        self.expansion = max(1, expansion)
        self.harmlessBytes = harmlessBytes
    }
}
