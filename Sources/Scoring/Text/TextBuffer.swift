/// Where a token stands among the bytes of a `TextBuffer`.
struct Span {
    var start: Int32
    var end: Int32
}

/// The bytes of the texts of one segment and the tokens cut from them.
///
/// Texts lie one behind the other, each with `padding` zero bytes after it, so that a scan may look ahead without
/// asking where the end is. Cleared and used again from segment to segment; never shared between threads.
final class TextBuffer {
    /// Zero bytes behind every text.
    static let padding = 16
    /// Longest text that is scored; offsets are 32 bits wide.
    static let maximumBytes = 1 << 28

    let bytes = Room<UInt8>(capacity: 1024)
    let spans = Room<Span>(capacity: 256)
    @exclusivity(unchecked) private(set) var byteCount = 0
    @exclusivity(unchecked) private(set) var spanCount = 0

    func clear() {
        byteCount = 0
        spanCount = 0
    }

    /// Adds a text.
    /// - Returns: where its bytes stand, padding not counted.
    /// - Throws: for texts longer than `maximumBytes`, all texts of a segment together.
    func append(_ text: String, lowercase: Bool = false) throws(MetricError) -> Range<Int> {
        let added = text.utf8.withContiguousStorageIfAvailable { source -> Range<Int>? in
            guard byteCount + source.count <= Self.maximumBytes else { return nil }
            let range = append(source)
            guard lowercase else { return range }
            return lowercaseASCII(range) ? range : byteCount..<byteCount
        }
        guard let range = added ?? appendCopy(of: text) else {
            throw MetricError("the texts of this sample are longer than \(Self.maximumBytes >> 20) MiB together")
        }
        guard lowercase, range.isEmpty, !text.isEmpty else { return range }
        return try append(PythonText.lowercased(text))
    }

    /// The way for strings that are not stored as contiguous UTF-8.
    private func appendCopy(of text: String) -> Range<Int>? {
        let copy = Array(text.utf8)
        guard byteCount + copy.count <= Self.maximumBytes else { return nil }
        return copy.withUnsafeBufferPointer(append)
    }

    /// Adds bytes as a text of their own.
    func append(_ source: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let start = byteCount
        let end = start + source.count
        let base = bytes.reserve(end + Self.padding, keeping: start)
        if let first = source.baseAddress { (base + start).update(from: first, count: source.count) }
        (base + end).initialize(repeating: 0, count: Self.padding)
        byteCount = end + Self.padding
        return start..<end
    }

    /// Room for a text of up to `count` bytes that the caller writes; its padding is readable, not zero.
    /// - Returns: where it starts.
    func claim(_ count: Int) -> Int {
        let start = byteCount
        byteCount = start + count + Self.padding
        _ = bytes.reserve(byteCount, keeping: start)
        return start
    }

    /// Lowers ASCII letters in place.
    /// - Returns: whether the text was ASCII throughout; where it was not, its lower case needs tables.
    private func lowercaseASCII(_ range: Range<Int>) -> Bool {
        let base = bytes.base
        var seen: UInt8 = 0
        for index in range {
            let byte = base[index]
            seen |= byte
            base[index] = byte | ((byte &- 0x41 < 26) ? 0x20 : 0)
        }
        return seen < 0x80
    }

    /// The range without the white space at its end, as Python's `rstrip()`.
    func trimmedAtEnd(_ range: Range<Int>) -> Range<Int> {
        let base = bytes.base
        var end = range.upperBound
        while end > range.lowerBound {
            var start = end - 1
            while start > range.lowerBound, base[start] & 0xC0 == 0x80 { start -= 1 }
            guard PythonText.whitespaceLength(base + start) == end - start else { break }
            end = start
        }
        return range.lowerBound..<end
    }

    /// The range without the white space at its start.
    func trimmedAtStart(_ range: Range<Int>) -> Range<Int> {
        let base = bytes.base
        var start = range.lowerBound
        while start < range.upperBound {
            let length = PythonText.whitespaceLength(base + start)
            guard length > 0 else { break }
            start += length
        }
        return start..<range.upperBound
    }

    /// Room for `count` more tokens; call `commit` with the number that was written.
    func room(for count: Int) -> UnsafeMutablePointer<Span> {
        spans.reserve(spanCount + count, keeping: spanCount) + spanCount
    }

    /// Counts tokens that were written into the room asked for, and gives their positions.
    func commit(_ count: Int) -> Range<Int> {
        spanCount += count
        return spanCount - count..<spanCount
    }

    /// A token as text; for tests and messages.
    func text(_ span: Span) -> String {
        String(
            decoding: UnsafeBufferPointer(start: bytes.base + Int(span.start), count: Int(span.end - span.start)),
            as: UTF8.self)
    }
}
