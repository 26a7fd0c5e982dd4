/// A prompt seen through the disguises that a model sees through, too: one view for each way of reading it.
struct NormalizedPrompt {
    struct View {
        /// Folded bytes in small letters.
        var bytes: [UInt8]
        /// Whether the text had to be decoded for it.
        var isDecoded = false
    }

    private(set) var views: [View] = []

    /// Texts longer than this are not read backwards and in other alphabets, in scalars.
    private static let longestRewritten = 65_536

    init(_ text: String) {
        var text = text
        // A text of ASCII alone is read as its bytes, any other as scalars.
        if let bytes = text.withUTF8({ NormalizedPrompt.ascii($0) }) {
            addReadings(of: bytes)
        } else {
            addReadings(of: NormalizedPrompt.withoutHomoglyphs(NormalizedPrompt.scalars(text)))
        }
        for payload in EncodedPayload.all(in: text) {
            let inner = NormalizedPrompt.withoutHomoglyphs(NormalizedPrompt.scalars(payload))
            views.append(View(bytes: NormalizedPrompt.bytes(inner), isDecoded: true))
        }
    }

    private mutating func addReadings<Unit: TextUnit>(of plain: [Unit]) {
        views.append(View(bytes: NormalizedPrompt.bytes(plain)))
        if let joined = SpelledOut.joined(plain) {
            views.append(View(bytes: NormalizedPrompt.bytes(joined), isDecoded: true))
        }
        if let words = Leetspeak.words(plain) {
            views.append(View(bytes: NormalizedPrompt.bytes(words), isDecoded: true))
        }
        guard plain.count <= NormalizedPrompt.longestRewritten else { return }
        views.append(View(bytes: NormalizedPrompt.bytes(plain.map(NormalizedPrompt.rotated)), isDecoded: true))
        views.append(View(bytes: NormalizedPrompt.bytes(plain.reversed()), isDecoded: true))
    }

    /// Words of a list, folded as texts are.
    static func folded(_ words: String) -> [UInt8] { bytes(scalars(words)) }

    /// A text of ASCII in small letters; spaces in a row become two at most. Nil for any other text.
    private static func ascii(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        text.allSatisfy { $0 < 0x80 } ? small(text, atMost: text.count) : nil
    }

    /// Folded scalars in small letters; spaces in a row become two at most.
    private static func scalars(_ text: String) -> [UInt32] {
        small(
            text.unicodeScalars.lazy.map { ScalarFolding.folded(letter($0.value)) }, atMost: text.utf8.count)
    }

    /// Small letters for capitals, two spaces for a row of them; zeros are left out.
    private static func small<Units: Sequence>(_ units: Units, atMost count: Int) -> [Units.Element]
    where Units.Element: TextUnit {
        [Units.Element](unsafeUninitializedCapacity: count) { out, end in
            for unit in units where unit != 0 {
                if unit == 0x20, end >= 2, out[end - 1] == 0x20, out[end - 2] == 0x20 { continue }
                out[end] = (65...90).contains(unit) ? unit + 32 : unit
                end += 1
            }
        }
    }

    private static func bytes<Unit: TextUnit>(_ units: [Unit]) -> [UInt8] {
        if let bytes = units as? [UInt8] { return bytes }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(units.count)
        for unit in units {
            if unit < 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: unit))
            } else {
                UTF8Decoding.append(UInt32(unit), to: &bytes)
            }
        }
        return bytes
    }

    /// Letters of mathematics, in circles and of the tag block as plain ones; Arabic letters without their marks.
    private static func letter(_ value: UInt32) -> UInt32 {
        switch value {
        case 0..<0x600: value
        case 0x622, 0x623, 0x625, 0x671: 0x627
        case 0x640, 0x64B...0x652: 0xAD
        case 0x24B6...0x24E9: 0x61 + (value - 0x24B6) % 26
        case 0x1D400...0x1D6A3: 0x61 + (value - 0x1D400) % 26
        case 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189: 0x61 + (value - 0x1F130) % 32 % 26
        case 0xE0020...0xE007E: value - 0xE0000
        default: value
        }
    }

    private static func rotated<Unit: TextUnit>(_ value: Unit) -> Unit {
        guard (97...122).contains(value) else { return value }
        return value < 97 + 13 ? value + 13 : value - 13
    }

    // MARK: - Look-alikes

    private static let lookAlikes: [UInt32: UInt32] = Dictionary(
        uniqueKeysWithValues: zip(
            "аеорсухкмтнвіѕјԁһԛԝгпαοεικνρτυχηωβγ".unicodeScalars.map(\.value),
            "aeopcyxkmtnbisjdhqwrnaoeikvptuxnwby".unicodeScalars.map(\.value)))

    /// Words that mix Latin letters with Greek or Cyrillic ones in Latin letters alone.
    private static func withoutHomoglyphs(_ scalars: [UInt32]) -> [UInt32] {
        guard scalars.contains(where: { (0x370..<0x530).contains($0) }) else { return scalars }
        var out = scalars
        var start = 0
        while start < out.count {
            var end = start
            var (hasLatin, hasOther) = (false, false)
            while end < out.count, isLetter(out[end]) {
                if out[end] < 0x80 { hasLatin = true } else { hasOther = true }
                end += 1
            }
            if hasLatin, hasOther {
                for index in start..<end { out[index] = lookAlikes[out[index]] ?? out[index] }
            }
            start = max(end, start + 1)
        }
        return out
    }

    static func isLetter<Unit: TextUnit>(_ value: Unit) -> Bool {
        (97...122).contains(value) || value >= 0x80 && (0x370..<0x530).contains(UInt32(value))
    }
}

/// A byte of ASCII or a scalar's value.
typealias TextUnit = FixedWidthInteger & UnsignedInteger & Sendable

/// Words written letter by letter: `i g n o r e`, `i.g.n.o.r.e`.
enum SpelledOut {
    /// The text with such words joined; nil where there are none.
    static func joined<Unit: TextUnit>(_ units: [Unit]) -> [Unit]? {
        var out: [Unit] = []
        // Where what has not been copied begins.
        var rest = 0
        var index = 0
        while index + 2 < units.count {
            if isMark(units[index + 1]), let (word, end) = word(units, at: index) {
                out += units[rest..<index] + word
                index = end
                rest = end
            } else {
                index += 1
            }
        }
        return rest > 0 ? out + units[rest...] : nil
    }

    /// The word that begins at `start`, with its mark and something more behind it.
    private static func word<Unit: TextUnit>(_ units: [Unit], at start: Int) -> (word: [Unit], end: Int)? {
        guard NormalizedPrompt.isLetter(units[start]), isAlone(units, at: start + 2),
            start == 0 || !NormalizedPrompt.isLetter(units[start - 1])
        else { return nil }
        let mark = units[start + 1]
        var word = [units[start]]
        var index = start + 1
        while index + 1 < units.count, units[index] == mark, isAlone(units, at: index + 1) {
            word.append(units[index + 1])
            index += 2
        }
        return word.count >= 3 ? (word, index) : nil
    }

    /// Whether a letter with none behind it stands at `index`.
    private static func isAlone<Unit: TextUnit>(_ units: [Unit], at index: Int) -> Bool {
        NormalizedPrompt.isLetter(units[index])
            && (index + 1 >= units.count || !NormalizedPrompt.isLetter(units[index + 1]))
    }

    private static func isMark<Unit: TextUnit>(_ value: Unit) -> Bool {
        guard value < 0x80 else { return false }
        return switch UInt8(truncatingIfNeeded: value) {
        case 0x20, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "|"),
            UInt8(ascii: "/"), UInt8(ascii: ","):
            true
        default: false
        }
    }
}

/// Words with digits in the place of letters: `1gn0r3`.
enum Leetspeak {
    /// The letter that a digit or a mark stands for.
    private static func letter<Unit: TextUnit>(_ value: Unit) -> Unit? {
        guard value < 0x80 else { return nil }
        let letter: UInt8? =
            switch UInt8(truncatingIfNeeded: value) {
            case UInt8(ascii: "0"): UInt8(ascii: "o")
            case UInt8(ascii: "1"), UInt8(ascii: "!"): UInt8(ascii: "i")
            case UInt8(ascii: "3"): UInt8(ascii: "e")
            case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
            case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
            case UInt8(ascii: "7"): UInt8(ascii: "t")
            case UInt8(ascii: "8"): UInt8(ascii: "b")
            case UInt8(ascii: "9"): UInt8(ascii: "g")
            case UInt8(ascii: "|"): UInt8(ascii: "l")
            default: nil
            }
        return letter.map { Unit($0) }
    }

    /// The text with such words in letters; nil where there are fewer than two.
    static func words<Unit: TextUnit>(_ units: [Unit]) -> [Unit]? {
        guard units.count(where: { letter($0) != nil }) >= 2 else { return nil }
        var out: [Unit] = []
        out.reserveCapacity(units.count)
        var changed = 0
        var start = 0
        for end in 0...units.count where end == units.count || units[end] == 0x20 || units[end] == 0x0A {
            if !out.isEmpty { out.append(0x20) }
            let word = units[start..<end]
            start = end + 1
            guard isWritten(word) else {
                out += word
                continue
            }
            changed += 1
            out += plain(Array(word))
        }
        return changed >= 2 ? out : nil
    }

    /// Whether a word is written with digits, or in them alone.
    private static func isWritten<Unit: TextUnit>(_ word: ArraySlice<Unit>) -> Bool {
        guard word.count <= 24 else { return false }
        let digits = word.count { letter($0) != nil }
        guard digits > 0 else { return false }
        return digits == word.count && word.count > 2 || word.contains(where: NormalizedPrompt.isLetter)
    }

    /// The word in letters: 1 is an i or an l, whichever makes a word that we know.
    private static func plain<Unit: TextUnit>(_ word: [Unit]) -> [Unit] {
        let usual = word.map { letter($0) ?? $0 }
        guard word.contains(0x31), !isKnown(usual) else { return usual }
        let other = zip(word, usual).map { $0 == 0x31 ? 0x6C : $1 }
        return isKnown(other) ? other : usual
    }

    private static func isKnown<Unit: TextUnit>(_ word: [Unit]) -> Bool {
        !ConceptHit.all(in: word.compactMap { $0 < 0x80 ? UInt8($0) : nil }).isEmpty
    }
}
