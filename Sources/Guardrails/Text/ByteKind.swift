/// What a byte of UTF-8 may be a part of.
struct ByteKind: OptionSet, Sendable {
    let rawValue: UInt8

    static let digit = ByteKind(rawValue: 1)
    static let upper = ByteKind(rawValue: 2)
    static let lower = ByteKind(rawValue: 4)
    static let hexadecimal = ByteKind(rawValue: 8)
    /// Space, tab, line feed, carriage return.
    static let space = ByteKind(rawValue: 16)
    /// What may stand in the local part of an address besides letters and digits.
    static let addressMark = ByteKind(rawValue: 32)
    /// `-` and `_`.
    static let joiner = ByteKind(rawValue: 64)
    static let other = ByteKind(rawValue: 128)

    static let letter: ByteKind = [.upper, .lower]
    static let alphanumeric: ByteKind = [.upper, .lower, .digit]

    static let table: [ByteKind] = (0..<256).map { value in
        switch UInt8(value) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): [.digit, .hexadecimal]
        case UInt8(ascii: "A")...UInt8(ascii: "F"): [.upper, .hexadecimal]
        case UInt8(ascii: "G")...UInt8(ascii: "Z"): .upper
        case UInt8(ascii: "a")...UInt8(ascii: "f"): [.lower, .hexadecimal]
        case UInt8(ascii: "g")...UInt8(ascii: "z"): .lower
        case 0x20, 0x09, 0x0A, 0x0D: .space
        case UInt8(ascii: "-"), UInt8(ascii: "_"): [.joiner, .addressMark]
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "'"), UInt8(ascii: "%"), UInt8(ascii: "~"): .addressMark
        case 0x80...0xFF: .other
        default: []
        }
    }
}

/// Bytes that are looked at out of order: what lies outside of the text is 0, which is a part of nothing.
struct ByteView {
    let bytes: UnsafeBufferPointer<UInt8>
    private let kinds: UnsafeBufferPointer<ByteKind>

    init(_ bytes: UnsafeBufferPointer<UInt8>, kinds: UnsafeBufferPointer<ByteKind>) {
        self.bytes = bytes
        self.kinds = kinds
    }

    var count: Int { bytes.count }

    subscript(index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0 }

    func kind(_ index: Int) -> ByteKind {
        index >= 0 && index < bytes.count ? kinds[Int(bytes[index])] : []
    }

    func isDigit(_ index: Int) -> Bool { kind(index).contains(.digit) }

    func isAlphanumeric(_ index: Int) -> Bool { !kind(index).isDisjoint(with: .alphanumeric) }

    func isLetter(_ index: Int) -> Bool { !kind(index).isDisjoint(with: .letter) }

    /// The end of the run of letters and digits that `index` stands in.
    func wordEnd(_ index: Int) -> Int {
        var end = index
        while end < bytes.count, !kinds[Int(bytes[end])].isDisjoint(with: .alphanumeric) { end += 1 }
        return end
    }

    /// The end of the run of bytes of these kinds from `index` on, at most `limit` bytes on.
    func end(of run: ByteKind, from index: Int, limit: Int = .max) -> Int {
        var end = index
        let last = limit == .max ? bytes.count : min(bytes.count, index + limit)
        while end < last, !kinds[Int(bytes[end])].isDisjoint(with: run) { end += 1 }
        return end
    }

    /// Whether these letters stand at `index`.
    func has(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= bytes.count else { return false }
        let start = text.utf8Start
        for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != start[offset] { return false }
        return true
    }

    /// The same whatever the case of ASCII letters; `text` is in small letters.
    func hasIgnoringCase(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= bytes.count else { return false }
        let start = text.utf8Start
        for offset in 0..<text.utf8CodeUnitCount where lowered(index + offset) != start[offset] { return false }
        return true
    }

    /// Whether one of these ASCII marks stands at `index`.
    func isOne(of marks: StaticString, at index: Int) -> Bool {
        let byte = self[index]
        for offset in 0..<marks.utf8CodeUnitCount where marks.utf8Start[offset] == byte { return true }
        return false
    }

    /// The byte, a capital as its small letter.
    func lowered(_ index: Int) -> UInt8 { kind(index).contains(.upper) ? self[index] | 0x20 : self[index] }

    /// Whether a value may begin at `index`: no letter or digit stands right before it, but for that of an escape
    /// such as `\n` in quoted text.
    func isFreeBefore(_ index: Int) -> Bool {
        !isAlphanumeric(index - 1) || isEscape(index - 1)
    }

    /// Whether the letter of an escape such as `\n` stands at `index`.
    func isEscape(_ index: Int) -> Bool { self[index - 1] == UInt8(ascii: "\\") && isOne(of: "nrt", at: index) }
}
