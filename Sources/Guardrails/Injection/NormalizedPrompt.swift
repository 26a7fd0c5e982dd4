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
        let scalars = NormalizedPrompt.scalars(text)
        let plain = NormalizedPrompt.withoutHomoglyphs(scalars)
        views.append(View(bytes: NormalizedPrompt.bytes(plain)))
        if let joined = SpelledOut.joined(plain) {
            views.append(View(bytes: NormalizedPrompt.bytes(joined), isDecoded: true))
        }
        if let words = Leetspeak.words(plain) {
            views.append(View(bytes: NormalizedPrompt.bytes(words), isDecoded: true))
        }
        if plain.count <= NormalizedPrompt.longestRewritten {
            views.append(View(bytes: NormalizedPrompt.bytes(plain.map(NormalizedPrompt.rotated)), isDecoded: true))
            views.append(View(bytes: NormalizedPrompt.bytes(plain.reversed()), isDecoded: true))
        }
        for payload in EncodedPayload.all(in: text) {
            let inner = NormalizedPrompt.withoutHomoglyphs(NormalizedPrompt.scalars(payload))
            views.append(View(bytes: NormalizedPrompt.bytes(inner), isDecoded: true))
        }
    }

    /// Words of a list, folded as texts are.
    static func folded(_ words: String) -> [UInt8] { bytes(scalars(words)) }

    /// Folded scalars in small letters; spaces in a row become two at most.
    private static func scalars(_ text: String) -> [UInt32] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            var value = ScalarFolding.folded(letter(scalar.value))
            guard value != 0 else { continue }
            if (65...90).contains(value) { value += 32 }
            if value == 0x20, scalars.count >= 2, scalars[scalars.count - 1] == 0x20, scalars[scalars.count - 2] == 0x20
            {
                continue
            }
            scalars.append(value)
        }
        return scalars
    }

    private static func bytes(_ scalars: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scalars.count)
        for scalar in scalars {
            if scalar < 0x80 { bytes.append(UInt8(scalar)) } else { UTF8Decoding.append(scalar, to: &bytes) }
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

    private static func rotated(_ value: UInt32) -> UInt32 {
        (97...122).contains(value) ? (value - 97 + 13) % 26 + 97 : value
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

    static func isLetter(_ value: UInt32) -> Bool { (97...122).contains(value) || (0x370..<0x530).contains(value) }
}

/// Words written letter by letter: `i g n o r e`, `i.g.n.o.r.e`.
enum SpelledOut {
    /// The text with such words joined; nil where there are none.
    static func joined(_ scalars: [UInt32]) -> [UInt32]? {
        var out: [UInt32] = []
        var isChanged = false
        var index = 0
        while index < scalars.count {
            if let (word, end) = word(scalars, at: index) {
                out += word
                index = end
                isChanged = true
            } else {
                out.append(scalars[index])
                index += 1
            }
        }
        return isChanged ? out : nil
    }

    private static func word(_ scalars: [UInt32], at start: Int) -> (word: [UInt32], end: Int)? {
        guard NormalizedPrompt.isLetter(scalars[start]), start == 0 || !NormalizedPrompt.isLetter(scalars[start - 1]),
            start + 2 < scalars.count
        else { return nil }
        let mark = scalars[start + 1]
        guard " .-_*|/,".unicodeScalars.contains(where: { $0.value == mark }) else { return nil }
        var word = [scalars[start]]
        var index = start + 1
        while index + 1 < scalars.count, scalars[index] == mark, NormalizedPrompt.isLetter(scalars[index + 1]),
            index + 2 >= scalars.count || !NormalizedPrompt.isLetter(scalars[index + 2])
        {
            word.append(scalars[index + 1])
            index += 2
        }
        return word.count >= 3 ? (word, index) : nil
    }
}

/// Words with digits in the place of letters: `1gn0r3`.
enum Leetspeak {
    private static let letters: [UInt32: Character] = [
        0x30: "o", 0x31: "i", 0x33: "e", 0x34: "a", 0x35: "s", 0x37: "t", 0x38: "b", 0x39: "g", 0x40: "a", 0x24: "s",
        0x21: "i",
        0x7C: "l",
    ]

    /// The text with such words in letters; nil where there are fewer than two.
    static func words(_ scalars: [UInt32]) -> [UInt32]? {
        var out: [UInt32] = []
        var changed = 0
        for word in scalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
            if !out.isEmpty { out.append(0x20) }
            let hasLetter = word.contains(where: NormalizedPrompt.isLetter)
            let digits = word.count { letters[$0] != nil }
            guard digits > 0, hasLetter || digits == word.count && word.count > 2, word.count <= 24 else {
                out += word
                continue
            }
            changed += 1
            out += plain(Array(word))
        }
        return changed >= 2 ? out : nil
    }

    /// The word in letters: 1 is an i or an l, whichever makes a word that we know.
    private static func plain(_ word: [UInt32]) -> [UInt32] {
        let usual = word.map { value in letters[value].map { UInt32($0.asciiValue ?? 0x2D) } ?? value }
        guard word.contains(0x31), !isKnown(usual) else { return usual }
        let other = zip(word, usual).map { $0 == 0x31 ? 0x6C : $1 }
        return isKnown(other) ? other : usual
    }

    private static func isKnown(_ word: [UInt32]) -> Bool {
        !ConceptHit.all(in: word.compactMap { $0 < 0x80 ? UInt8($0) : nil }).isEmpty
    }
}
