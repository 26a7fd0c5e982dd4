/// Country calling codes, and how many digits national numbers have (ITU-T E.164 and the countries' numbering plans).
enum CallingCodes {
    /// Codes of one and two digits; all others have three.
    private static let short: Set<Int> = [
        1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
        60,
        61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]

    private static let lengths: [Int: ClosedRange<Int>] = [
        1: 10...10, 7: 10...10, 20: 8...10, 27: 9...9, 30: 10...10, 31: 9...9, 32: 8...9, 33: 9...9, 34: 9...9,
        36: 8...9, 39: 6...11, 40: 9...9, 41: 9...9, 43: 7...13, 44: 9...10, 45: 8...8, 46: 7...10, 47: 8...8,
        48: 9...9, 49: 6...12, 51: 8...9, 52: 10...11, 53: 6...8, 54: 10...11, 55: 10...11, 56: 8...9, 57: 8...10,
        58: 10...10, 60: 7...10, 61: 9...9, 62: 7...12, 63: 8...10, 64: 8...10, 65: 8...8, 66: 8...9, 81: 9...10,
        82: 8...10, 84: 9...10, 86: 9...12, 90: 10...10, 91: 10...10, 92: 9...10, 94: 9...9, 98: 8...10, 212: 9...9,
        213: 8...9, 216: 8...8, 234: 7...10, 254: 9...9, 351: 9...9, 352: 6...11, 353: 7...9, 354: 7...9, 358: 6...11,
        359: 7...9, 370: 8...8, 371: 8...8, 372: 7...8, 380: 9...9, 381: 8...9, 385: 8...9, 386: 8...8, 420: 9...9,
        421: 9...9, 502: 8...8, 503: 8...8, 506: 8...8, 507: 7...8, 591: 8...8, 593: 8...9, 595: 8...9, 598: 8...8,
        852: 8...8, 853: 8...8, 880: 8...10, 886: 8...9, 961: 7...8, 962: 8...9, 965: 8...8, 966: 9...9, 971: 8...9,
        972: 8...9, 973: 8...8, 974: 8...8, 977: 8...10, 994: 9...9, 995: 9...9, 996: 9...9, 998: 9...9,
    ]

    /// The number of digits that a number with this country code may have in all; nil where the code is none.
    /// - Parameter digits: the number's first digits, without `+` or `00`.
    static func totals(_ digits: some Collection<UInt8>) -> ClosedRange<Int>? {
        var code = 0
        for (index, digit) in digits.prefix(3).enumerated() {
            code = code * 10 + Int(digit)
            guard code > 0 else { return nil }
            if index == 2 || short.contains(code) {
                let national = lengths[code] ?? 6...11
                return (national.lowerBound + index + 1)...min(15, national.upperBound + index + 1)
            }
        }
        return nil
    }

    /// Area codes of Brazil (Anatel).
    static let brazilianAreas: Set<Int> = [
        11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 31, 32, 33, 34, 35, 37, 38, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 77, 79, 81, 82, 83, 84, 85, 86, 87,
        88, 89, 91, 92, 93, 94, 95, 96, 97, 98, 99,
    ]
}
