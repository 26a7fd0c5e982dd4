/// The check sums inside of Bitcoin's addresses.
enum WalletChecks {
    private static let base58: [UInt8] = values("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    private static let bech32: [UInt8] = values("qpzry9x8gf2tvdw0s3jn54khce6mua7l")

    private static func values(_ alphabet: String) -> [UInt8] {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }

    /// Base58Check: 25 bytes of which the last four are the start of a double SHA-256 of the others; version 0 (P2PKH)
    /// or 5 (P2SH).
    static func isLegacyAddress(_ letters: some Collection<UInt8>) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 25)
        for letter in letters {
            var carry = Int(base58[Int(letter)])
            guard carry < 58 else { return false }
            for index in stride(from: 24, through: 0, by: -1) {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            guard carry == 0 else { return false }
        }
        guard bytes[0] == 0 || bytes[0] == 5 else { return false }
        let sum = SHA256.digest(SHA256.digest(Array(bytes[..<21])))
        return bytes[21...].elementsEqual(sum[..<4])
    }

    /// Bech32 (BIP 173) or bech32m (BIP 350) with the prefix `bc` or `tb`, in one case throughout.
    static func isSegwitAddress(_ letters: [UInt8]) -> Bool {
        let isUpper = letters.contains { (65...90).contains($0) }
        let isLower = letters.contains { (97...122).contains($0) }
        guard !(isUpper && isLower), (14...90).contains(letters.count) else { return false }
        let small = letters.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
        guard small[2] == UInt8(ascii: "1") else { return false }
        var sum: UInt32 = 1
        for letter in small[..<2] { sum = step(sum, letter >> 5) }
        sum = step(sum, 0)
        for letter in small[..<2] { sum = step(sum, letter & 31) }
        for letter in small[3...] {
            let value = bech32[Int(letter)]
            guard value < 32 else { return false }
            sum = step(sum, value)
        }
        return sum == 1 || sum == 0x2BC8_30A3
    }

    private static let generators: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]

    private static func step(_ sum: UInt32, _ value: UInt8) -> UInt32 {
        var next = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
        for (bit, generator) in generators.enumerated() where sum >> UInt32(25 + bit) & 1 == 1 { next ^= generator }
        return next
    }
}
