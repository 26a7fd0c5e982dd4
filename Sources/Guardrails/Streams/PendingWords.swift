/// Which words of a text under way may be part of a value, and which are sure to be none.
enum PendingWords {
    /// How many bytes may go on: up to the first word that is still open, and the word before it.
    ///
    /// A word is open while it is under way, while it is the last whole one, and, if it may be part of a value, until
    /// `lookahead` bytes stand behind it.
    static func boundary(in pending: [UInt8], lookahead: Int) -> Int {
        // Scalars that nobody sees are no distance.
        let settled = start(of: pending, keeping: lookahead)
        var index = 0
        var previous = 0
        var last = 0
        while index < pending.count {
            let start = skipSpaces(pending[...], from: index)
            var end = start
            while end < pending.count, !isSpace(pending[end]) { end += 1 }
            // The word under way, and the whole one before it.
            if end >= pending.count { return previous }
            if isOpen(pending, start, end, isSettled: end <= settled) { return previous }
            previous = last
            last = end
            index = end
        }
        return previous
    }

    /// Where the shortest end of the bytes begins that is `count` bytes long once folded; -1 where all of them are
    /// shorter.
    static func start(of bytes: [UInt8], keeping count: Int) -> Int {
        var kept = 0
        var index = bytes.count
        return bytes.withUnsafeBufferPointer { bytes in
            while index > 0, kept < count {
                index -= 1
                while index > 0, bytes[index] & 0xC0 == 0x80 { index -= 1 }
                guard bytes[index] >= 0x80, let (value, length) = UTF8Decoding.scalar(bytes, at: index) else {
                    kept += 1
                    continue
                }
                let folded = ScalarFolding.folded(value)
                kept += folded == 0 ? 0 : folded < 0x80 ? 1 : folded < 0x800 ? 2 : length
            }
            return kept < count ? -1 : index
        }
    }

    private static func isOpen(_ pending: [UInt8], _ start: Int, _ end: Int, isSettled: Bool) -> Bool {
        if isSettled {
            // A private key is one value up to its last line.
            return isOpenKey(pending, from: start, end)
        }
        return mayHoldValue(pending[start..<end])
    }

    private static func isOpenKey(_ pending: [UInt8], from start: Int, _ end: Int) -> Bool {
        pending.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                return (start..<end).contains { index in
                    guard view[index] == UInt8(ascii: "-"), let body = PEMArmour.bodyStart(view, at: index) else {
                        return false
                    }
                    return PEMArmour.isUnderWay(view, body: body)
                }
            }
        }
    }

    /// Where a private key begins that is still under way at the end of the bytes; nil where there is none.
    static func openKey(in pending: [UInt8]) -> Int? {
        pending.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                for start in stride(from: view.count - 1, through: 0, by: -1) where view[start] == UInt8(ascii: "-") {
                    guard let body = PEMArmour.bodyStart(view, at: start) else { continue }
                    return PEMArmour.isUnderWay(view, body: body) ? start : nil
                }
                return nil
            }
        }
    }

    /// How many bytes at the end are a scalar that has not come as a whole.
    static func openScalar(in bytes: [UInt8]) -> Int {
        var start = bytes.count
        while start > 0, bytes.count - start < 3, bytes[start - 1] & 0xC0 == 0x80 { start -= 1 }
        guard start > 0, bytes[start - 1] >= 0xC0 else { return 0 }
        let length = bytes[start - 1] >= 0xF0 ? 4 : bytes[start - 1] >= 0xE0 ? 3 : 2
        let have = bytes.count - start + 1
        return have < length ? have : 0
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
