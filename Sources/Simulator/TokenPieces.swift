/// The pieces in which an answer streams, and the rough count of tokens that usage reports.
///
/// A piece is a run of white space with the run of other characters behind it, cut after 16 bytes at the next
/// character boundary of UTF-8. It is not any vendor's tokenizer: it is cheap, depends on nothing but the text, and
/// the pieces joined are the text again.
enum TokenPieces {
    static let longestPiece = 16

    /// How many pieces `text` has, without making them.
    static func count(_ text: String) -> Int {
        var text = text, count = 0
        text.withUTF8 { bytes in split(bytes) { _ in count += 1 } }
        return count
    }

    static func pieces(of text: String) -> [String] {
        var text = text
        var pieces: [String] = []
        text.withUTF8 { bytes in
            split(bytes) { pieces.append(String(decoding: UnsafeBufferPointer(rebasing: bytes[$0]), as: UTF8.self)) }
        }
        return pieces
    }

    /// Exactly `count` pieces: those of `text`, cut, or begun again until there are enough. A text without pieces
    /// counts as the word "token".
    static func pieces(of text: String, exactly count: Int) -> [String] {
        let natural = pieces(of: text)
        guard natural.count < count else { return Array(natural.prefix(count)) }
        let source = natural.isEmpty ? ["token"] : natural
        return (0..<count).map { index in
            let piece = source[index % source.count]
            return index > 0 && index % source.count == 0 ? " " + piece : piece
        }
    }

    /// Finds the pieces of well-formed UTF-8.
    private static func split(_ bytes: UnsafeBufferPointer<UInt8>, _ found: (Range<Int>) -> Void) {
        var start = 0
        var hasWord = false
        for (index, byte) in bytes.enumerated() {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            let isBoundary = byte & 0xC0 != 0x80
            if index > start, (isSpace && hasWord) || (isBoundary && index - start >= longestPiece) {
                found(start..<index)
                start = index
                hasWord = false
            }
            hasWord = hasWord || !isSpace
        }
        if start < bytes.count { found(start..<bytes.count) }
    }
}
