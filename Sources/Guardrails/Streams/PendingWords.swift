/// Which words of a text under way may be part of a value, and which are sure to be none.
enum PendingWords {
    /// How many bytes may go on: up to the first word that is still open, and the word before it.
    ///
    /// A word is open while it is under way, while it is the last whole one, and, if it may be part of a value, until
    /// `lookahead` bytes stand behind it.
    static func boundary(in pending: [UInt8], lookahead: Int) -> Int {
        var index = 0
        var previous = 0
        var last = 0
        while index < pending.count {
            let start = skipSpaces(pending[...], from: index)
            var end = start
            while end < pending.count, !isSpace(pending[end]) { end += 1 }
            // The word under way, and the whole one before it.
            if end >= pending.count { return previous }
            if isOpen(pending, start, end, lookahead) { return previous }
            previous = last
            last = end
            index = end
        }
        return previous
    }

    private static func isOpen(_ pending: [UInt8], _ start: Int, _ end: Int, _ lookahead: Int) -> Bool {
        if pending.count - end >= lookahead {
            // A private key is one value up to its last line.
            return isOpenKey(pending, from: start, end)
        }
        return mayHoldValue(pending[start..<end])
    }

    private static func isOpenKey(_ pending: [UInt8], from start: Int, _ end: Int) -> Bool {
        guard let dash = pending[start..<end].firstIndex(of: UInt8(ascii: "-")) else { return false }
        return pending.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                guard let body = PEMArmour.bodyStart(view, at: dash) else { return false }
                return PEMArmour.isUnderWay(view, body: body)
            }
        }
    }

    /// Whether the bytes end inside of a private key.
    static func endsInKey(_ pending: [UInt8]) -> Bool {
        pending.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                for start in stride(from: view.count - 1, through: 0, by: -1) where view[start] == UInt8(ascii: "-") {
                    if let body = PEMArmour.bodyStart(view, at: start) { return PEMArmour.isUnderWay(view, body: body) }
                }
                return false
            }
        }
    }

    /// Whether bytes may hold a value or a part of one. Letters alone do not, but for the words for `@` and the dot,
    /// the series of a document, and long words.
    static func mayHoldValue(_ bytes: ArraySlice<UInt8>) -> Bool {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            start = skipSpaces(bytes, from: start)
            var end = start
            var (hasMark, capitals, letters) = (false, 0, 0)
            while end < bytes.endIndex, !isSpace(bytes[end]) {
                switch bytes[end] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "%"), 0x80...:
                    hasMark = true
                case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "("), UInt8(ascii: "]"):
                    hasMark = true
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): (capitals, letters) = (capitals + 1, letters + 1)
                case UInt8(ascii: "a")...UInt8(ascii: "z"): letters += 1
                case UInt8(ascii: "-") where end + 1 < bytes.endIndex && bytes[end + 1] == bytes[end]: hasMark = true
                case UInt8(ascii: ":") where end + 1 < bytes.endIndex && bytes[end + 1] == bytes[end]: hasMark = true
                default: break
                }
                end += 1
            }
            if hasMark || end - start >= 16 || capitals > 0 && capitals == letters && letters <= 3 { return true }
            if letters <= 6, isSpelledMark(bytes[start..<end]) { return true }
            start = end
        }
        return false
    }

    /// Words that stand for `@` and the dot in addresses.
    private static let spelledMarks: Set<[UInt8]> = Set(
        ["at", "arroba", "dot", "ponto", "punto", "punkt", "point"].map { Array($0.utf8) })

    private static func isSpelledMark(_ word: ArraySlice<UInt8>) -> Bool {
        let letters = word.filter { ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 }.map { $0 | 0x20 }
        return spelledMarks.contains(letters)
    }

    /// The start of the word that stands at `index`; 0 where it is the first.
    static func wordStart(in pending: [UInt8], before index: Int) -> Int {
        guard index > 0 else { return 0 }
        var start = min(index, pending.count)
        while start > 0, !isSpace(pending[start - 1]) { start -= 1 }
        return start
    }

    private static func skipSpaces(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.endIndex, isSpace(bytes[index]) { index += 1 }
        return index
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
