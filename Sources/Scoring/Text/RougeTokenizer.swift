/// The tokenizer of the package rouge-score: runs of ASCII letters and digits, lower case, stemmed if asked.
///
/// Every other scalar separates, so that "São" gives "s" and "o", and Chinese, Arabic or Cyrillic text gives nothing.
/// Two scalars beyond ASCII have a lower case within it: the Kelvin sign gives "k", the dotted capital I gives "i".
enum RougeTokenizer {
    /// The tokens of a text, with the lines they stand in.
    struct Tokens {
        /// Positions among the buffer's spans.
        var range: Range<Int>
        /// Positions of the first tokens of all lines but the first; a line without tokens repeats its neighbour's.
        var breaks: [Int]

        /// The lines that have tokens.
        var lines: [Range<Int>] {
            guard !breaks.isEmpty else { return range.isEmpty ? [] : [range] }
            let bounds = [range.lowerBound] + breaks + [range.upperBound]
            return zip(bounds, bounds.dropFirst()).compactMap { $0 < $1 ? $0..<$1 : nil }
        }
    }

    /// Lower-case letter or digit of a byte, 0 for bytes that separate, 1 for a line feed, 2 where a byte needs a
    /// second look.
    private static let letters: [UInt8] = (UInt8(0)...255).map { byte in
        switch byte {
        case 0x30...0x39, 0x61...0x7A: byte
        case 0x41...0x5A: byte + 0x20
        case 0x0A: 1
        case 0xC4, 0xE2: 2
        default: 0
        }
    }

    /// Cuts the text at `range`.
    /// - Parameter stems: gives the stems of words of more than three letters; nil leaves words as they are.
    static func tokenize(_ range: Range<Int>, in buffer: TextBuffer, stems: StemMemory?) -> Tokens {
        let first = buffer.spanCount
        var breaks: [Int] = []
        var write = buffer.claim(range.count)
        let spans = buffer.room(for: range.count)
        let bytes = buffer.bytes.base
        var count = 0
        var end = write
        func finish() {
            guard end > write else { return }
            if let stems, end - write > 3 { end = write + stems.stem(bytes + write, end - write) }
            spans[count] = Span(start: Int32(truncatingIfNeeded: write), end: Int32(truncatingIfNeeded: end))
            count += 1
            write = end
        }
        letters.withUnsafeBufferPointer { letters in
            var index = range.lowerBound
            while index < range.upperBound {
                var letter = letters[Int(bytes[index])]
                if letter == 2 {
                    letter = Self.asciiLowerCase(bytes + index)
                    // The rest of U+0130 separates: its lower case ends in a combining dot.
                    if letter == UInt8(ascii: "k") { index += 2 }
                }
                index += 1
                if letter > 2 {
                    bytes[end] = letter
                    end += 1
                    continue
                }
                finish()
                if letter == 1 { breaks.append(first + count) }
            }
        }
        finish()
        return Tokens(range: buffer.commit(count), breaks: breaks)
    }

    /// The ASCII letter that the scalar here has in lower case: "i" for U+0130, "k" for U+212A, else 0.
    private static func asciiLowerCase(_ bytes: UnsafePointer<UInt8>) -> UInt8 {
        if bytes[0] == 0xC4 { return bytes[1] == 0xB0 ? UInt8(ascii: "i") : 0 }
        return bytes[1] == 0x84 && bytes[2] == 0xAA ? UInt8(ascii: "k") : 0
    }
}
