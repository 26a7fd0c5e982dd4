/// The tokenizer `zh`: Chinese characters stand alone, the rest is cut as by `13a`, without its escapes.
struct ChineseTokenizer: Tokenizer {
    let name = "zh"

    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let inner = buffer.trimmedAtStart(buffer.trimmedAtEnd(range))
        let spans = buffer.room(for: inner.count)
        let count = WesternPunctuation.cut(
            buffer.bytes.base, inner, hasSpaceAround: false,
            standsAlone: { bytes in Self.isChinese(UTF8Scalar.value(bytes)) ? UTF8Scalar.length(bytes[0]) : 0 },
            into: spans)
        return buffer.commit(count)
    }

    /// What the reference takes for Chinese. Two of its ranges beyond U+FFFF are mistyped and catch U+2001…2A6D and
    /// U+2F81…2FA1 in their place (typographic quotes, dashes, arrows); scores must agree, so they do here too.
    static func isChinese(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x2001...0x2A6D, 0x2E80...0x2FDF, 0x2FF0...0x303F, 0x3100...0x312F, 0x31A0...0x31BF, 0x31C0...0x31EF,
            0x3200...0x4DB5, 0x4E00...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9, 0xFE10...0xFE1F,
            0xFE30...0xFE4F, 0xFF00...0xFFEF:
            true
        default: false
        }
    }
}
