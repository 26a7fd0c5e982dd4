/// Tokens of letters and digits with a check sum or a form: wallets, IBAN, CNPJ with letters, passports.
extension PIIScan {
    /// The end of a wallet's address that is the word at `start`.
    func wallet(_ start: Int, _ end: Int) -> Int? {
        switch (view[start], end - start) {
        case (UInt8(ascii: "0"), 42):
            guard view[start + 1] | 0x20 == UInt8(ascii: "x") else { return nil }
            return view.end(of: .hexadecimal, from: start + 2) == end ? end : nil
        case (UInt8(ascii: "1"), 25...35), (UInt8(ascii: "3"), 25...35):
            return WalletChecks.isLegacyAddress(view.bytes[start..<end]) ? end : nil
        case (UInt8(ascii: "b"), 14...90), (UInt8(ascii: "B"), 14...90), (UInt8(ascii: "t"), 14...90):
            let isSegwit =
                view.hasIgnoringCase("bc1", at: start) || view.has("tb1", at: start)
            return isSegwit && WalletChecks.isSegwitAddress(Array(view.bytes[start..<end])) ? end : nil
        default: return nil
        }
    }

    /// The end of an IBAN that begins at `start`: a country, as many letters and digits as it says, the check digits.
    func iban(at start: Int) -> Int? {
        guard view.isLetter(start), view.isLetter(start + 1), view.isDigit(start + 2), view.isDigit(start + 3),
            let length = IBANCountries.length(view[start] & 0xDF, view[start + 1] & 0xDF)
        else { return nil }
        var letters: [UInt8] = []
        letters.reserveCapacity(length)
        var index = start
        while letters.count < length {
            if view.isAlphanumeric(index) {
                letters.append(view.isLetter(index) ? view[index] & 0xDF : view[index])
                index += 1
            } else if view.isOne(of: " -./", at: index), view.isAlphanumeric(index + 1) {
                index += 1
            } else {
                return nil
            }
        }
        return !view.isAlphanumeric(index) && CheckDigits.iban(letters) ? index : nil
    }

    /// The end of a CNPJ with letters: `12.ABC.345/01DE-35`; without its marks only where a word says so.
    mutating func companyNumber(_ start: Int, _ end: Int) -> Int? {
        switch (end - start, view[end]) {
        case (2, UInt8(ascii: ".")), (2, 0x20), (2, UInt8(ascii: "-")), (8, UInt8(ascii: "/")), (12, UInt8(ascii: "-")):
            break
        case (14, _): break
        default: return nil
        }
        let splits: UInt32 = 1 << 2 | 1 << 5 | 1 << 8 | 1 << 12
        var values: [UInt8] = []
        var index = start
        var hasLetter = false
        while values.count < 14 {
            if view.isAlphanumeric(index) {
                // Letters are capitals (IN RFB 2.229/2024).
                guard !view.kind(index).contains(.lower) else { return nil }
                hasLetter = hasLetter || view.isLetter(index)
                values.append(view[index] - 48)
                index += 1
            } else if view.isOne(of: " ./-", at: index),
                splits >> UInt32(values.count) & 1 == 1, view.isAlphanumeric(index + 1)
            {
                index += 1
            } else {
                return nil
            }
        }
        guard hasLetter, !view.isAlphanumeric(index), CheckDigits.cnpj(values[...]) else { return nil }
        let isFormatted =
            index - start == 18 && view[start + 2] == UInt8(ascii: ".") && view[start + 6] == UInt8(ascii: ".")
            && view[start + 10] == UInt8(ascii: "/") && view[start + 15] == UInt8(ascii: "-")
        return isFormatted || label(of: start..<index, as: .brazilianCNPJ) == .cnpj ? index : nil
    }

    /// The end of a passport's number with letters, where a word near by says that it is one.
    mutating func lettered(_ start: Int, _ end: Int) -> Int? {
        let length = end - start
        var end = end
        var (digits, letters, hasSmall) = (0, 0, false)
        guard length <= 12 else { return nil }
        for index in start..<end {
            if view.isDigit(index) { digits += 1 } else { letters += 1 }
            if view.kind(index).contains(.lower) { hasSmall = true }
        }
        if digits == 0, letters <= 3, !hasSmall {
            // The series stands apart: AB 123456.
            let mark = view[end]
            guard mark == 0x20 || mark == UInt8(ascii: "-") else { return nil }
            let next = view.end(of: .digit, from: end + 1)
            guard (5...8).contains(next - end - 1), !view.isAlphanumeric(next) else { return nil }
            end = next
        } else {
            guard letters > 0, (6...12).contains(length), digits >= 3 else { return nil }
            guard !hasSmall || letters <= 3 && digits >= 5 else { return nil }
        }
        guard view[end] != UInt8(ascii: "-") || !view.isAlphanumeric(end + 1), view[end] != UInt8(ascii: "@"),
            view[start - 1] != UInt8(ascii: "-") || !view.isAlphanumeric(start - 2)
        else { return nil }
        return label(of: start..<end, as: .passport) == .passport ? end : nil
    }
}
