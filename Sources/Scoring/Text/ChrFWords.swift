/// The words that chrF++ counts: those between white space, with one sign of ASCII punctuation cut off, from the end if
/// there is one, else from the start; "(hi)" gives "(hi" and ")".
enum ChrFWords {
    /// - Returns: the positions of the words among the buffer's spans.
    static func cut(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let words = WhitespaceTokenizer().tokenize(range, in: buffer)
        let bytes = buffer.bytes.base
        // The spans of the words themselves are read from behind, since each becomes at most two.
        let extra = words.reduce(0) { $0 + (cutLength(buffer.spans.base[$1], bytes) == 0 ? 0 : 1) }
        guard extra > 0 else { return words }
        _ = buffer.room(for: extra)
        let spans = buffer.spans.base
        var write = words.upperBound + extra
        for index in words.reversed() {
            let span = spans[index]
            let cut = cutLength(span, bytes)
            guard cut != 0 else {
                write -= 1
                spans[write] = span
                continue
            }
            let middle = cut < 0 ? span.end - 1 : span.start + 1
            write -= 2
            spans[write] = Span(start: span.start, end: middle)
            spans[write + 1] = Span(start: middle, end: span.end)
        }
        return words.lowerBound..<buffer.commit(extra).upperBound
    }

    /// −1 where the last sign is cut off, 1 where the first is, 0 where none.
    private static func cutLength(_ span: Span, _ bytes: UnsafePointer<UInt8>) -> Int {
        let length = Int(span.end - span.start)
        let first = bytes[Int(span.start)]
        guard length > UTF8Scalar.length(first) else { return 0 }
        return isPunctuation(bytes[Int(span.end) - 1]) ? -1 : isPunctuation(first) ? 1 : 0
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
