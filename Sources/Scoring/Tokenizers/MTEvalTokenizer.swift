#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The tokenizer `13a`: that of the script mteval-v13a of NIST, as sacrebleu has it; the default of BLEU.
///
/// Symbols of ASCII stand alone; full stop and comma stand alone unless between digits, the hyphen only after a
/// digit. Text beyond ASCII is not cut. Some escapes of SGML are undone first.
struct MTEvalTokenizer: Tokenizer {
    let name = "13a"

    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let clean = Self.needsRewriting(buffer.bytes.base, range) ? Self.rewritten(range, in: buffer) : range
        let spans = buffer.room(for: clean.count)
        let count = WesternPunctuation.cut(
            buffer.bytes.base, clean, hasSpaceAround: true, standsAlone: { _ in 0 }, into: spans)
        return buffer.commit(count)
    }

    /// Whether the text has any of the characters with which the sequences to be replaced start.
    private static func needsRewriting(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Bool {
        let start = UnsafeRawPointer(bytes + range.lowerBound)
        return memchr(start, 0x26, range.count) != nil || memchr(start, 0x3C, range.count) != nil
            || memchr(start, 0x0A, range.count) != nil
    }

    /// The text without `<skipped>` and without hyphens at line ends, and with four escapes undone, each in its turn.
    private static func rewritten(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        var text = ByteText(Array(UnsafeBufferPointer(start: buffer.bytes.base + range.lowerBound, count: range.count)))
        text.replace("<skipped>", with: "")
        text.replace("-\n", with: "")
        text.replace("&quot;", with: "\"")
        text.replace("&amp;", with: "&")
        text.replace("&lt;", with: "<")
        text.replace("&gt;", with: ">")
        return text.bytes.withUnsafeBufferPointer(buffer.append)
    }
}
