/// White space and lower case as Python's `str` has them: what every reference implementation of these metrics uses.
enum PythonText {
    /// Whether `str.split()` splits here: the ASCII controls U+0009–D and U+001C–1F, U+0085, and the Unicode space,
    /// line and paragraph separators; not U+200B, U+2060 or U+FEFF.
    static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Length in bytes of the white-space scalar at the start of `bytes`, or 0. Reads at most 3 bytes; the third only
    /// after a lead byte that promises it.
    @inline(__always)
    static func whitespaceLength(_ bytes: UnsafePointer<UInt8>) -> Int {
        switch bytes[0] {
        case 0x09...0x0D, 0x1C...0x20: return 1
        case 0xC2: return bytes[1] == 0x85 || bytes[1] == 0xA0 ? 2 : 0
        case 0xE1: return bytes[1] == 0x9A && bytes[2] == 0x80 ? 3 : 0
        case 0xE2:
            if bytes[1] == 0x80 {
                return bytes[2] <= 0x8A || bytes[2] == 0xA8 || bytes[2] == 0xA9 || bytes[2] == 0xAF ? 3 : 0
            }
            return bytes[1] == 0x81 && bytes[2] == 0x9F ? 3 : 0
        case 0xE3: return bytes[1] == 0x80 && bytes[2] == 0x80 ? 3 : 0
        default: return 0
        }
    }

    /// `str.lower()`: the full lower-case mapping of every scalar (U+0130 becomes two), a capital sigma that ends a
    /// word becoming U+03C2.
    static func lowercased(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        result.reserveCapacity(text.utf8.count)
        for (index, scalar) in scalars.enumerated() {
            if scalar.isASCII {
                let value = scalar.value
                result.append(0x41...0x5A ~= value ? Unicode.Scalar(UInt8(value) + 0x20) : scalar)
            } else if scalar.value == 0x3A3 {
                result.append(sigmaEndsWord(scalars, at: index) ? "\u{3C2}" : "\u{3C3}")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(result)
    }

    /// The rule Final_Sigma of the Unicode Standard, section 3.13: a cased letter before, none after, case-ignorable
    /// ones skipped on both sides.
    private static func sigmaEndsWord(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let before = scalars[..<index].reversed().first { !$0.properties.isCaseIgnorable }
        guard let before, before.properties.isCased else { return false }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return !(after?.properties.isCased ?? false)
    }

    /// `str.split()`: the words between runs of white space.
    static func words(_ text: String) -> [Substring.UnicodeScalarView] {
        text.unicodeScalars.split(whereSeparator: isWhitespace)
    }

    /// `str.strip()`: the text without the white space around it.
    static func stripped(_ text: String) -> Substring.UnicodeScalarView {
        var rest = text.unicodeScalars[...]
        while let first = rest.first, isWhitespace(first) { rest.removeFirst() }
        while let last = rest.last, isWhitespace(last) { rest.removeLast() }
        return rest
    }

    /// The text with a space for every run of two or more white-space scalars, and none around it.
    static func withSingleSpaces(_ text: String) -> Substring.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        for scalar in stripped(text) {
            if isWhitespace(scalar) {
                run.append(scalar)
                continue
            }
            if let only = run.first { result.append(run.count == 1 ? only : " ") }
            run.removeAll(keepingCapacity: true)
            result.append(scalar)
        }
        return result[...]
    }
}
