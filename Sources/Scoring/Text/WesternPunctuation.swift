/// The rules for punctuation that the tokenizers `13a`, `zh` and Tercom's share, in one pass over the bytes.
///
/// The reference applies four substitutions, one after the other. Each looks at two neighbouring characters and takes
/// both, so that of two full stops in a row only the first is seen as following a character; `taken` remembers that.
enum WesternPunctuation {
    private enum Class {
        static let word: UInt8 = 0
        static let space: UInt8 = 1
        static let symbol: UInt8 = 2
        static let stop: UInt8 = 3
        static let hyphen: UInt8 = 4
        /// First byte of a scalar beyond ASCII.
        static let lead: UInt8 = 5
        /// Part of a word, or the padding behind the text.
        static let null: UInt8 = 6
    }

    private static let classes: [UInt8] = (0...255).map { (byte: Int) -> UInt8 in
        switch byte {
        case 0x09...0x0D, 0x1C...0x20: Class.space
        case 0x21...0x26, 0x28...0x2B, 0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: Class.symbol
        case 0x2C, 0x2E: Class.stop
        case 0x2D: Class.hyphen
        case 0x00: Class.null
        case 0xC2...0xFF: Class.lead
        default: Class.word
        }
    }

    /// Cuts a text.
    /// - Parameters:
    ///   - hasSpaceAround: whether the text counts as standing between spaces. Without them a full stop at either end
    ///     has no neighbour on that side, and is not cut off for its sake.
    ///   - standsAlone: the length in bytes of the scalar beyond ASCII at a pointer if it is a token of its own, else
    ///     0.
    ///   - spans: room for as many tokens as the text has bytes.
    /// - Returns: the number of tokens.
    @inline(__always)
    static func cut(
        _ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, hasSpaceAround: Bool,
        standsAlone: (UnsafePointer<UInt8>) -> Int, into spans: UnsafeMutablePointer<Span>
    ) -> Int {
        classes.withUnsafeBufferPointer { classes in
            var cutter = Cutter(spans: spans, start: range.lowerBound, index: range.lowerBound)
            while true {
                var kind = classes[Int(bytes[cutter.index])]
                while kind == Class.word {
                    cutter.index += 1
                    kind = classes[Int(bytes[cutter.index])]
                }
                if cutter.index >= range.upperBound { break }
                if kind == Class.space {
                    cutter.separate(1, keep: false)
                } else if kind == Class.symbol {
                    cutter.separate(1, keep: true)
                } else if kind == Class.stop {
                    cutter.fullStop(bytes, range, hasSpaceAround: hasSpaceAround)
                } else if kind == Class.hyphen {
                    let followsDigit = cutter.index > range.lowerBound && isDigit(bytes[cutter.index - 1])
                    if followsDigit { cutter.separate(1, keep: true) } else { cutter.index += 1 }
                } else if kind == Class.null {
                    cutter.index += 1
                } else {
                    let space = PythonText.whitespaceLength(bytes + cutter.index)
                    let single = space > 0 ? 0 : standsAlone(bytes + cutter.index)
                    if space + single > 0 {
                        cutter.separate(space + single, keep: single > 0)
                    } else {
                        cutter.index += 1
                    }
                }
            }
            cutter.separate(0, keep: false)
            return cutter.count
        }
    }

    /// Where the pass stands.
    private struct Cutter {
        let spans: UnsafeMutablePointer<Span>
        var count = 0
        /// Where the running token starts.
        var start: Int
        var index: Int
        /// Where the last full stop stood that was taken together with the character before it.
        var taken = -2

        init(spans: UnsafeMutablePointer<Span>, start: Int, index: Int) {
            self.spans = spans
            self.start = start
            self.index = index
        }

        /// Ends the running token, adds the one of `length` bytes here where it is to be kept, and goes on behind it.
        @inline(__always)
        mutating func separate(_ length: Int, keep: Bool) {
            if start < index { add(start, index) }
            if keep { add(index, index + length) }
            index += length
            start = index
        }

        /// Cuts the full stop or comma here off unless both its neighbours bind it.
        @inline(__always)
        mutating func fullStop(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, hasSpaceAround: Bool) {
            let follows = index > range.lowerBound ? !isDigit(bytes[index - 1]) : hasSpaceAround
            let precedes = index + 1 < range.upperBound ? !isDigit(bytes[index + 1]) : hasSpaceAround
            if follows, taken != index - 1 {
                taken = index
                separate(1, keep: true)
            } else if precedes {
                separate(1, keep: true)
            } else {
                index += 1
            }
        }

        @inline(__always)
        private mutating func add(_ from: Int, _ to: Int) {
            spans[count] = Span(start: Int32(truncatingIfNeeded: from), end: Int32(truncatingIfNeeded: to))
            count += 1
        }
    }

    /// Whether a byte is an ASCII symbol that stands alone, or the space character.
    static func isSymbolOrSpace(_ byte: UInt8) -> Bool { byte == 0x20 || classes[Int(byte)] == Class.symbol }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
