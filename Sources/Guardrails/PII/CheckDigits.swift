/// The check digits of numbers that carry them.
enum CheckDigits {
    /// Luhn's sum (ISO/IEC 7812-1, annex B) of decimal digits, each 0 to 9.
    static func luhn(_ digits: ArraySlice<UInt8>) -> Bool {
        var sum = 0
        var doubles = digits.count % 2 == 0
        for digit in digits {
            let value = Int(digit) * (doubles ? 2 : 1)
            sum += value > 9 ? value - 9 : value
            doubles.toggle()
        }
        return sum % 10 == 0
    }

    /// Remainder 1 of ISO/IEC 7064 MOD 97-10 over an IBAN's letters and digits, the first four moved to the end
    /// (ISO 13616-1). Capital letters and digits in ASCII.
    static func iban(_ letters: [UInt8]) -> Bool {
        guard letters.count > 4 else { return false }
        var remainder = 0
        for letter in letters[4...] + letters[..<4] {
            if letter <= UInt8(ascii: "9") {
                remainder = (remainder * 10 + Int(letter) - 48) % 97
            } else {
                remainder = (remainder * 100 + Int(letter) - 55) % 97
            }
        }
        return remainder == 1
    }

    /// The two last digits of a CPF: weighted sums modulo 11 (Receita Federal). Eleven digits, not all the same.
    static func cpf(_ digits: ArraySlice<UInt8>) -> Bool {
        let start = digits.startIndex
        guard digits.count == 11, digits.contains(where: { $0 != digits[start] }) else { return false }
        for length in 9...10 {
            var sum = 0
            for index in 0..<length { sum += Int(digits[start + index]) * (length + 1 - index) }
            guard Int(digits[start + length]) == sum * 10 % 11 % 10 else { return false }
        }
        return true
    }

    /// The two last digits of a CNPJ; since 2026 the first twelve may be letters, which count as ASCII code minus 48
    /// (Receita Federal, IN RFB 2.229/2024). Fourteen values, not all the same.
    static func cnpj(_ values: ArraySlice<UInt8>) -> Bool {
        let start = values.startIndex
        guard values.count == 14, values.contains(where: { $0 != values[start] }), values[start + 12] < 10,
            values[start + 13] < 10
        else { return false }
        for length in 12...13 {
            var sum = 0
            for index in 0..<length { sum += Int(values[start + index]) * ((length - 1 - index) % 8 + 2) }
            let remainder = sum % 11
            guard Int(values[start + length]) == (remainder < 2 ? 0 : 11 - remainder) else { return false }
        }
        return true
    }

    /// Whether nine digits may be a social security number: area not 000, 666 or 900 to 999, group not 00, serial not
    /// 0000 (Social Security Administration, randomization of 2011).
    static func socialSecurity(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.count == 9 else { return false }
        let value = digits.reduce(0) { $0 * 10 + Int($1) }
        let area = value / 1_000_000
        return area != 0 && area != 666 && area < 900 && value / 10_000 % 100 != 0 && value % 10_000 != 0
    }

    /// Whether the number begins as those of a card scheme do (ISO/IEC 7812, schemes' published ranges) and has as many
    /// digits as that scheme's.
    static func isCardRange(_ digits: ArraySlice<UInt8>) -> Bool {
        let length = digits.count
        guard length >= 12 else { return false }
        let first = digits.prefix(6).reduce(0) { $0 * 10 + Int($1) }
        switch first {
        case 400_000...499_999: return length == 16 || length == 13 || length == 19
        case 340_000...349_999, 370_000...379_999: return length == 15
        case 510_000...559_999, 222_100...272_099: return length == 16
        case 300_000...305_999, 309_500...309_599, 360_000...369_999, 380_000...384_099, 384_200...399_999:
            return length == 14 || length == 16
        case 352_800...358_999: return (16...19).contains(length)
        case 384_100...384_199: return length == 16
        case 220_000...220_499: return (16...19).contains(length)
        case 979_200...979_299: return length == 16
        case 620_000...629_999, 810_000...817_199: return (16...19).contains(length)
        case 601_100...601_199, 644_000...659_999: return (16...19).contains(length)
        case 500_000...509_999, 560_000...699_999: return length == 16 || length == 18 || length == 19
        default: return false
        }
    }
}
