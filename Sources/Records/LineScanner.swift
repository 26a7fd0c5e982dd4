#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Splits a stream of bytes into lines (LF or CRLF), holding one line and one block at most.
struct LineScanner {
    private let stream: ByteStream
    private let limit: Int
    private(set) var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The number of the line last returned, from 1.
    private(set) var line = 0

    /// - Parameter limit: Most bytes of a line.
    init(stream: ByteStream, limit: Int) {
        self.stream = stream
        self.limit = limit
    }

    /// Where the next line stands in `buffer`, without its line end; nil after the last.
    mutating func next() throws(RecordError) -> Range<Int>? {
        var scanned = position
        while true {
            if let end = indexOfLineFeed(from: scanned) {
                let start = position
                position = end + 1
                line += 1
                guard end - start <= limit else { throw tooLong() }
                return start..<(end > start && buffer[end - 1] == 0x0D ? end - 1 : end)
            }
            guard buffer.count - position <= limit else {
                line += 1
                throw tooLong()
            }
            if isAtEnd { return lastLine() }
            scanned = buffer.count - position
            try refill()
        }
    }

    private mutating func lastLine() -> Range<Int>? {
        guard position < buffer.count else { return nil }
        let start = position
        position = buffer.count
        line += 1
        return start..<buffer.count
    }

    private mutating func refill() throws(RecordError) {
        do throws(RecordError) {
            guard let block = try stream.next() else {
                isAtEnd = true
                buffer.removeFirst(position)
                position = 0
                return
            }
            buffer.removeFirst(position)
            position = 0
            buffer += block
        } catch {
            throw line == 0 && buffer.isEmpty ? error : error.at(line: line + 1)
        }
    }

    private func indexOfLineFeed(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return nil }
            return memchr(base + start, 0x0A, bytes.count - start).map { base.distance(to: UnsafeRawPointer($0)) }
        }
    }

    private func tooLong() -> RecordError {
        RecordError(
            file: stream.name, line: line, message: "found a line of more than \(limit) bytes; expected one row a line",
            remedy: "split the row or leave out its largest field")
    }
}

extension RecordError {
    /// The error with a line, where it has none yet.
    func at(line: Int) -> RecordError {
        var error = self
        error.line = error.line ?? line
        return error
    }
}
