/// Texts inside of a text in base64, hexadecimal, percent-encoding or character references.
enum EncodedPayload {
    /// The bytes of a text that are looked through.
    private static let longest = 262_144

    /// What decodes to readable text: words of base64 and hexadecimal together, so that none hides behind many others,
    /// and the text with its escapes undone.
    static func all(in text: String) -> [String] {
        let utf8 = Array(text.utf8)
        let bytes = utf8.count > longest ? Array(utf8[..<longest]) : utf8
        let escapes = Escapes(bytes)
        var found: [String] = []
        var words: [String] = []
        var index = 0
        while index < bytes.count {
            guard isBase64(bytes[index]) else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, isBase64(bytes[end]) { end += 1 }
            let run = bytes[index..<end]
            if run.count >= 12 {
                if let text = hexadecimal(run) ?? base64(run) { words.append(text) }
            }
            index = end
        }
        if !words.isEmpty { found.append(words.joined(separator: "\n")) }
        if let text = spacedHexadecimal(bytes) { found.append(text) }
        if escapes.percents >= 2, let text = percentDecoded(bytes) { found.append(text) }
        if escapes.references >= 3, let text = references(bytes) { found.append(text) }
        return found
    }

    /// How many bytes may begin an escape: most texts have none, and are not read any further for them.
    private struct Escapes {
        var percents = 0
        /// Of `&#105;` and `\u0069`.
        var references = 0

        init(_ bytes: [UInt8]) {
            for byte in bytes {
                if byte == UInt8(ascii: "%") { percents += 1 }
                if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "\\") { references += 1 }
            }
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool { value64(byte) != nil }

    private static func value64(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte - 65)
        case 97...122: UInt32(byte - 71)
        case 48...57: UInt32(byte + 4)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func value16(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func base64(_ run: ArraySlice<UInt8>) -> String? {
        var out: [UInt8] = []
        var (group, bits): (UInt32, UInt32) = (0, 0)
        for byte in run {
            group = group << 6 | (value64(byte) ?? 0)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(group >> bits & 0xFF))
                group &= (1 << bits) - 1
            }
        }
        return readable(out)
    }

    private static func hexadecimal(_ run: ArraySlice<UInt8>) -> String? {
        guard run.count % 2 == 0 else { return nil }
        var out: [UInt8] = []
        var high: UInt8?
        for byte in run {
            guard let value = value16(byte) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return readable(out)
    }

    /// Pairs of hexadecimal digits with spaces, `\x` or `0x` before them.
    private static func spacedHexadecimal(_ bytes: [UInt8]) -> String? {
        var out: [UInt8] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || isSeparator(bytes[index]) {
            if let value = pair(bytes[start..<index]) { out.append(value) }
            start = index + 1
        }
        return out.count >= 8 ? readable(out) : nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x2C || byte == UInt8(ascii: "\\")
    }

    /// The value of a word of two hexadecimal digits.
    private static func pair(_ word: ArraySlice<UInt8>) -> UInt8? {
        guard (2...5).contains(word.count) else { return nil }
        var word = word
        if word.first == UInt8(ascii: "x") { word = word.dropFirst() }
        if word.count == 4, word.first == UInt8(ascii: "0"), word[word.startIndex + 1] == UInt8(ascii: "x") {
            word = word.dropFirst(2)
        }
        guard word.count == 2, let high = value16(word[word.startIndex]), let low = value16(word[word.startIndex + 1])
        else { return nil }
        return high << 4 | low
    }

    private static func percentDecoded(_ bytes: [UInt8]) -> String? {
        var out: [UInt8] = []
        var index = 0
        var count = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = value16(bytes[index + 1]),
                let low = value16(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
                count += 1
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return count >= 2 ? readable(out) : nil
    }

    /// `&#105;`, `&#x69;` and `\u0069`.
    private static func references(_ bytes: [UInt8]) -> String? {
        var out: [UInt8] = []
        var index = 0
        var count = 0
        while index < bytes.count {
            if let (value, end) = reference(bytes, at: index) {
                UTF8Decoding.append(value, to: &out)
                index = end
                count += 1
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return count >= 3 ? readable(out) : nil
    }

    private static func reference(_ bytes: [UInt8], at start: Int) -> (value: UInt32, end: Int)? {
        if bytes[start...].starts(with: "\\u".utf8), start + 6 <= bytes.count {
            var value: UInt32 = 0
            for byte in bytes[(start + 2)..<(start + 6)] {
                guard let digit = value16(byte) else { return nil }
                value = value << 4 | UInt32(digit)
            }
            return (value, start + 6)
        }
        guard bytes[start] == UInt8(ascii: "&"), bytes[start...].starts(with: "&#".utf8) else { return nil }
        var index = start + 2
        let isHex = index < bytes.count && bytes[index] | 0x20 == UInt8(ascii: "x")
        if isHex { index += 1 }
        var value: UInt32 = 0
        let first = index
        while index < bytes.count, index - first < 7, let digit = value16(bytes[index]), isHex || digit < 10 {
            value = value * (isHex ? 16 : 10) + UInt32(digit)
            index += 1
        }
        guard index > first, index < bytes.count, bytes[index] == UInt8(ascii: ";"), value >= 0x20 else { return nil }
        return (value, index + 1)
    }

    /// The bytes as text, where they are UTF-8 and mostly letters and spaces.
    private static func readable(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 6, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var letters = 0
        var others = 0
        for scalar in text.unicodeScalars {
            let isText = scalar.properties.isAlphabetic || scalar == " " || scalar == "\n"
            if isText { letters += 1 } else { others += 1 }
            if scalar.value < 0x20, scalar != "\n", scalar != "\t", scalar != "\r" { return nil }
        }
        return letters >= others * 4 ? text : nil
    }
}
