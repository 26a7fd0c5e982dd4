/// Base 64 as RFC 4648, section 4, has it.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The letters of `bytes`, with `=` up to a whole group.
    static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            for shift in [18, 12, 6, 0] { out.append(alphabet[Int(group >> UInt32(shift) & 63)]) }
            (group, held) = (0, 0)
        }
        guard held > 0 else { return out }
        group <<= UInt32(8 * (3 - held))
        for place in 0..<4 {
            out.append(
                place <= held ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
        }
        return out
    }

    /// The bytes that the letters stand for; nil for other letters, or letters of no whole number of bytes. Padding may
    /// be missing.
    static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count / 4 * 3)
        var group: UInt32 = 0
        var held = 0
        var letters = text.utf8[...]
        while letters.last == UInt8(ascii: "="), letters.count > text.utf8.count - 2 { letters.removeLast() }
        for letter in letters {
            let value = values[Int(letter)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(group >> UInt32(held) & 0xFF))
                group &= (1 << UInt32(held)) - 1
            }
        }
        return held < 6 ? out : nil
    }
}
