#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The bytes of a file, decompressed and without a byte order mark, in blocks of 64 KiB.
final class ByteStream {
    enum Source {
        case file(InputFile)
        case memory([UInt8])
    }

    static let blockBytes = 64 << 10

    let name: String
    private var source: Source
    private let mustBeGzip: Bool
    private let limits: RecordLimits
    private var inflater: GzipInflater?
    private var hasBegun = false
    private var total = 0

    init(name: String, source: Source, mustBeGzip: Bool, limits: RecordLimits) {
        self.name = name
        self.source = source
        self.mustBeGzip = mustBeGzip
        self.limits = limits
    }

    /// The next block, or nil at the end.
    /// - Throws: `RecordError` without a line: whoever splits the bytes into lines knows it.
    func next() throws(RecordError) -> [UInt8]? {
        let block = hasBegun ? try decoded() : try begin()
        guard let block else { return nil }
        total += block.count
        if let limit = limits.totalBytes, total > limit {
            throw RecordError(file: name, message: "found more than \(limit) bytes of rows; expected at most that")
        }
        return block
    }

    /// Looks at the first bytes: gzip or not, UTF-8 or not.
    private func begin() throws(RecordError) -> [UInt8]? {
        hasBegun = true
        let head = try gather { () throws(RecordError) in try raw() }
        if head.starts(with: [0x1F, 0x8B]) {
            inflater = GzipInflater(file: name, first: head, limits: limits)
        } else if mustBeGzip {
            throw RecordError(
                file: name, message: "found no gzip header; expected gzip data, as the name ends in .gz",
                remedy: "rename the file or compress it with gzip")
        }
        var text = inflater == nil ? head : try gather { () throws(RecordError) in try decoded() }
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) {
            throw notUTF8("a UTF-16 byte order mark")
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        if text.prefix(4).contains(0) { throw notUTF8("a NUL byte among the first four") }
        return text.isEmpty ? nil : text
    }

    private func notUTF8(_ found: String) -> RecordError {
        RecordError(
            file: name, line: 1, message: "found \(found); expected UTF-8 text",
            remedy: "convert the file, for example with iconv -f UTF-16 -t UTF-8")
    }

    /// Blocks until there are four bytes: pipes may hand over one at a time.
    private func gather(_ block: () throws(RecordError) -> [UInt8]?) throws(RecordError) -> [UInt8] {
        var head: [UInt8] = []
        while head.count < 4, let next = try block() { head += next }
        return head
    }

    private func decoded() throws(RecordError) -> [UInt8]? {
        guard let inflater else { return try raw() }
        return try inflater.next { () throws(RecordError) in try raw() }
    }

    private func raw() throws(RecordError) -> [UInt8]? {
        switch source {
        case .memory(let bytes):
            source = .memory([])
            return bytes.isEmpty ? nil : bytes
        case .file(let file):
            var failure: CInt = 0
            let block = [UInt8](unsafeUninitializedCapacity: ByteStream.blockBytes) { buffer, count in
                var got = read(file.descriptor, buffer.baseAddress, buffer.count)
                while got < 0, errno == EINTR { got = read(file.descriptor, buffer.baseAddress, buffer.count) }
                if got < 0 { failure = errno }
                count = max(0, got)
            }
            guard failure == 0 else {
                throw RecordError(file: name, message: "cannot be read: \(String(cString: strerror(failure)))")
            }
            return block.isEmpty ? nil : block
        }
    }
}
