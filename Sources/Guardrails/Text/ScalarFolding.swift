/// Brings look-alike scalars to one form, as far as detectors of values need it: a small part of NFKC with the accents
/// taken off (Unicode Standard Annex 15), written out so that a scan of bytes can undo it.
///
/// Full-width forms, the decimal digits of other scripts, dashes, spaces and quotes become ASCII; accented Latin
/// letters become their base letter; Cyrillic and Greek capitals become small; invisible scalars vanish.
enum ScalarFolding {
    /// The scalar that stands for `value`; 0 where it is left out, `value` itself where it is kept.
    static func folded(_ value: UInt32) -> UInt32 {
        switch value {
        case 0..<0x80: value
        case 0x80..<0x250: latin(value)
        case 0x300...0x36F: 0
        case 0x370..<0x530: alphabet(value)
        case 0x1E00...0x1EFF: vietnamese(value)
        case 0x2000...0x206F: punctuation(value)
        case 0xFF01...0xFF5E: value - 0xFEE0
        case 0x1D7CE...0x1D7FF: 0x30 + (value - 0x1D7CE) % 10
        default: isInvisible(value) ? 0 : digit(value) ?? symbol(value)
        }
    }

    /// Scalars that show nothing: soft hyphen, joiners, direction marks, variation selectors, tags.
    static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180E, 0x200B...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0x20D0...0x20F0, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0x1BCA0...0x1BCA3,
            0xE0000...0xE0FFF:
            true
        default: false
        }
    }

    /// The first of each run of ten decimal digits (general category Nd).
    private static let zeros: [UInt32] = [
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040,
        0x17E0, 0x1810,
    ]

    private static func digit(_ value: UInt32) -> UInt32? {
        guard value >= 0x660, value <= 0x1819 else { return nil }
        return zeros.first { value >= $0 && value < $0 + 10 }.map { 0x30 + value - $0 }
    }

    private static let firstLatin = scalars(
        "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty")
    private static let secondLatin = scalars(
        "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUu"
            + "UuUuUuWwYyYZzZzZzs")

    private static func scalars(_ text: String) -> [UInt32] { text.utf8.map(UInt32.init) }

    private static func latin(_ value: UInt32) -> UInt32 {
        switch value {
        case 0xA0: 0x20
        case 0xAD: 0
        case 0xC0...0xFF: firstLatin[Int(value - 0xC0)]
        case 0x100...0x17F: secondLatin[Int(value - 0x100)]
        case 0x1A0: 0x4F
        case 0x1A1: 0x6F
        case 0x1AF: 0x55
        case 0x1B0: 0x75
        case 0x218: 0x53
        case 0x219: 0x73
        case 0x21A: 0x54
        case 0x21B: 0x74
        default: value
        }
    }

    private static func vietnamese(_ value: UInt32) -> UInt32 {
        let base: UInt32
        switch value {
        case 0x1EA0...0x1EB7: base = 0x41
        case 0x1EB8...0x1EC7: base = 0x45
        case 0x1EC8...0x1ECB: base = 0x49
        case 0x1ECC...0x1EE3: base = 0x4F
        case 0x1EE4...0x1EF1: base = 0x55
        case 0x1EF2...0x1EF9: base = 0x59
        default: return value
        }
        return base + (value & 1) * 0x20
    }

    private static let accentedGreek: [UInt32: UInt32] = [
        0x386: 0x3B1, 0x388: 0x3B5, 0x389: 0x3B7, 0x38A: 0x3B9, 0x38C: 0x3BF, 0x38E: 0x3C5, 0x38F: 0x3C9,
        0x3AC: 0x3B1, 0x3AD: 0x3B5, 0x3AE: 0x3B7, 0x3AF: 0x3B9, 0x3CC: 0x3BF, 0x3CD: 0x3C5, 0x3CE: 0x3C9,
    ]

    private static func alphabet(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x391...0x3A9, 0x410...0x42F: value + 0x20
        case 0x400...0x40F where value != 0x401: value + 0x50
        case 0x401, 0x451: 0x435
        default: accentedGreek[value] ?? value
        }
    }

    private static func punctuation(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x2000...0x200A, 0x202F, 0x205F: 0x20
        case 0x2010...0x2015, 0x2043: 0x2D
        case 0x2018, 0x2019, 0x201B, 0x2032: 0x27
        case 0x201C...0x201F: 0x22
        case 0x2024: 0x2E
        case 0x2028, 0x2029: 0x0A
        default: isInvisible(value) ? 0 : value
        }
    }

    private static func symbol(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x2212, 0xFE58, 0xFE63: 0x2D
        case 0x3000, 0x1680: 0x20
        case 0xFE52: 0x2E
        case 0xFE6B: 0x40
        default: value
        }
    }
}
