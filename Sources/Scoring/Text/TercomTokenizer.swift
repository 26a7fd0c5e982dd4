/// The tokenizer of TER: Tercom's normaliser as sacrebleu has it, with its options.
struct TercomTokenizer: Sendable {
    /// Joins hyphenated lines, undoes escapes, and cuts off punctuation.
    var normalizes = false
    var removesPunctuation = false
    /// Cuts Chinese characters and Asian punctuation apart, or removes the latter, where the options above say so.
    var knowsAsian = false
    var keepsCase = false

    /// Cuts a text.
    /// - Returns: the positions of its tokens among the buffer's spans.
    /// - Throws: for texts too long.
    func tokenize(_ text: String, in buffer: TextBuffer) throws(MetricError) -> Range<Int> {
        let range = buffer.trimmedAtEnd(try buffer.append(text, lowercase: !keepsCase))
        let tokens = normalizes ? normalized(range, in: buffer) : WhitespaceTokenizer().tokenize(range, in: buffer)
        return removesPunctuation ? withoutPunctuation(tokens, in: buffer) : tokens
    }

    /// Cuts a reference, which sacrebleu tokenizes twice: its normaliser cuts "Bob's," further the second time.
    func tokenizeReference(_ text: String, in buffer: TextBuffer) throws(MetricError) -> Range<Int> {
        let tokens = try tokenize(text, in: buffer)
        guard normalizes else { return tokens }
        var joined: [UInt8] = []
        for span in UnsafeBufferPointer(start: buffer.spans.base + tokens.lowerBound, count: tokens.count) {
            if !joined.isEmpty { joined.append(0x20) }
            joined += UnsafeBufferPointer(
                start: buffer.bytes.base + Int(span.start), count: Int(span.end - span.start))
        }
        let again = normalized(joined.withUnsafeBufferPointer(buffer.append), in: buffer)
        return removesPunctuation ? withoutPunctuation(again, in: buffer) : again
    }

    private func normalized(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        var text = ByteText(Array(UnsafeBufferPointer(start: buffer.bytes.base + range.lowerBound, count: range.count)))
        text.replace("\n-", with: "")
        text.replace("\n", with: " ")
        text.replace("&quot;", with: "\"")
        text.replace("&amp;", with: "&")
        text.replace("&lt;", with: "<")
        text.replace("&gt;", with: ">")
        let clean = Self.withPossessivesApart(text.bytes).withUnsafeBufferPointer(buffer.append)
        let spans = buffer.room(for: clean.count)
        let knowsAsian = knowsAsian
        let count = WesternPunctuation.cut(
            buffer.bytes.base, clean, hasSpaceAround: true,
            standsAlone: { bytes in
                knowsAsian && Self.isSingle(UTF8Scalar.value(bytes)) ? UTF8Scalar.length(bytes[0]) : 0
            }, into: spans)
        return buffer.commit(count)
    }

    /// Puts a space before every "'s" that a space, a symbol or the end of the text follows.
    private static func withPossessivesApart(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 8)
        for (index, byte) in text.enumerated() {
            if byte == 0x27, index + 1 < text.count, text[index + 1] == 0x73,
                index + 2 == text.count || WesternPunctuation.isSymbolOrSpace(text[index + 2])
            {
                result.append(0x20)
            }
            result.append(byte)
        }
        return result
    }

    /// Takes punctuation out of the tokens, and the tokens out that consist of it.
    private func withoutPunctuation(_ tokens: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let bytes = buffer.bytes.base
        let spans = buffer.spans.base
        var kept = tokens.lowerBound
        for index in tokens {
            let span = spans[index]
            var read = Int(span.start)
            var write = read
            while read < Int(span.end) {
                let length = UTF8Scalar.length(bytes[read])
                if !isRemoved(UTF8Scalar.value(bytes + read)) {
                    for offset in 0..<length { bytes[write + offset] = bytes[read + offset] }
                    write += length
                }
                read += length
            }
            guard write > Int(span.start) else { continue }
            spans[kept] = Span(start: span.start, end: Int32(truncatingIfNeeded: write))
            kept += 1
        }
        return tokens.lowerBound..<kept
    }

    private func isRemoved(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x2E, 0x2C, 0x3F, 0x3A, 0x3B, 0x21, 0x22, 0x28, 0x29: true
        default: knowsAsian && Self.isAsianPunctuation(scalar)
        }
    }

    private static func isAsianPunctuation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3001, 0x3002, 0x3008...0x3011, 0x3014...0x301F, 0xFF61...0xFF65, 0x30FB, 0xFF0E, 0xFF0C, 0xFF1F, 0xFF1A,
            0xFF1B, 0xFF01, 0xFF02, 0xFF08, 0xFF09:
            true
        default: false
        }
    }

    /// What is a token of its own in Asian text. One range of the reference is mistyped and reaches from U+3200 to
    /// U+3F22; its patterns for kana never match normalised text, so that runs of kana stay whole here.
    private static func isSingle(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x2E80...0x2EFF, 0x31C0...0x31EF, 0x3200...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F: true
        default: isAsianPunctuation(scalar)
        }
    }
}
