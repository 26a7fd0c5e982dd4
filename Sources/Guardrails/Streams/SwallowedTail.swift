/// What follows a value that was too long to be held back: its letters go nowhere.
struct SwallowedTail: Sendable {
    /// Whether the value is a private key, which goes on over many lines; else it is one word.
    let isKey: Bool
    /// The word under way, of which it is not known yet whether it belongs to the key.
    private var word: [UInt8] = []
    /// Whether the word under way is longer than is kept.
    private var isLong = false
    private var isInLastLine = false
    private static let lastLine = Array("-----END".utf8)

    init(isKey: Bool) {
        self.isKey = isKey
        // A key's last letters may stand in the middle of a line.
        isLong = isKey
    }

    /// Takes a byte; returns nil while the value goes on, or else the bytes that do not belong to it.
    mutating func take(_ byte: UInt8) -> [UInt8]? {
        let isSpace = byte == 0x20 || byte == 0x0A
        guard isKey else { return isSpace ? [byte] : nil }
        if isInLastLine {
            if byte == 0x0A { return [byte] }
            word.append(byte)
            let isEnd = word.count >= 5 && word.suffix(5).allSatisfy { $0 == UInt8(ascii: "-") }
            return isEnd && word.contains(UInt8(ascii: "Y")) ? [] : nil
        }
        guard isSpace else {
            word.append(byte)
            if word == SwallowedTail.lastLine { (isInLastLine, word) = (true, []) }
            if word.count > 64 { (isLong, word) = (true, []) }
            return nil
        }
        // A word that is no line of a key ends it.
        let isLine = isLong || word.isEmpty || word.count >= 24
        defer { (isLong, word) = (false, []) }
        return isLine ? nil : word + [byte]
    }
}
