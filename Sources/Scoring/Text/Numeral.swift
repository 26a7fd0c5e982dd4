/// A number as people write it in answers, read exactly: "1,234.50", "$18", "−3", "18.", "1e5", "50 %".
///
/// Digits are those of ASCII. Commas count as thousands separators where groups of three digits follow them; the
/// point is the decimal sign. A hyphen or minus sign right before the number is its sign unless a letter, digit or
/// closing bracket stands before it ("16-3" has 16 and 3); a currency sign may come in between. Currency and percent
/// signs change nothing.
struct Numeral: Hashable, Sendable {
    private var isNegative: Bool
    /// Significant digits without zeros at either end; empty for zero.
    private var digits: [UInt8]
    /// The value is 0.DIGITS times ten to this power.
    private var exponent: Int

    /// The number that a text gives: the text itself where it is one numeral, else the first or last numeral in it.
    static func read(_ text: String, take: CappedPattern.Which) -> Numeral? {
        var scanner = Scanner(Array(text.unicodeScalars))
        var found: Numeral?
        while let next = scanner.next() {
            found = next
            if take == .first { break }
        }
        return found
    }

    /// Whether two numbers differ by no more than `tolerance`; exactly, digit by digit, where that is 0.
    func equals(_ other: Numeral, tolerance: Double) -> Bool {
        if self == other { return true }
        guard tolerance > 0, let one = double, let two = other.double else { return false }
        // The last bits that conversion and subtraction lose are not held against the answer.
        return abs(one - two) <= tolerance + 4 * max(abs(one), abs(two)).ulp
    }

    /// The nearest double; nil beyond its range.
    var double: Double? {
        guard !digits.isEmpty else { return 0 }
        let mantissa = String(decoding: digits, as: UTF8.self)
        guard let value = Double("\(isNegative ? "-" : "")0.\(mantissa)e\(exponent)"), value.isFinite else {
            return nil
        }
        return value
    }

    /// From the digits as written, before and after the decimal point, and a power of ten.
    fileprivate init?(isNegative: Bool, whole: [UInt8], fraction: [UInt8], power: Int) {
        let all = (whole + fraction)
        let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
        var digits = Array(all.dropFirst(leading))
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        guard abs(power) <= 100_000 else { return nil }
        self.digits = digits
        exponent = digits.isEmpty ? 0 : whole.count - leading + power
        self.isNegative = isNegative && !digits.isEmpty
    }
}

/// Finds the numerals of a text, from the left.
private struct Scanner {
    private let text: [Unicode.Scalar]
    private var index = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    mutating func next() -> Numeral? {
        while index < text.count {
            let start = index
            guard isDigit(start) || isPoint(start) && isDigit(start + 1) && !isDigit(start - 1) else {
                index += 1
                continue
            }
            let whole = wholeDigits()
            let fraction = fractionDigits()
            let power = exponent()
            if let numeral = Numeral(
                isNegative: hasMinus(before: start), whole: whole, fraction: fraction, power: power)
            {
                return numeral
            }
        }
        return nil
    }

    private mutating func wholeDigits() -> [UInt8] {
        var digits = run()
        guard 1...3 ~= digits.count else { return digits }
        while scalar(index) == ",", isDigit(index + 1), isDigit(index + 2), isDigit(index + 3), !isDigit(index + 4) {
            index += 1
            digits += run()
        }
        return digits
    }

    private mutating func fractionDigits() -> [UInt8] {
        guard isPoint(index), isDigit(index + 1) else { return [] }
        index += 1
        return run()
    }

    /// The power of ten after "e" or "E", or 0 where there is none.
    private mutating func exponent() -> Int {
        guard scalar(index) == "e" || scalar(index) == "E" else { return 0 }
        let isSigned = isMinus(index + 1) || scalar(index + 1) == "+"
        let start = index + (isSigned ? 2 : 1)
        guard isDigit(start) else { return 0 }
        let sign = isMinus(index + 1) ? -1 : 1
        index = start
        let digits = run().drop { $0 == UInt8(ascii: "0") }
        guard digits.count <= 6, let value = Int(String(decoding: digits.isEmpty ? [48] : digits, as: UTF8.self)) else {
            return sign * 1_000_000
        }
        return sign * value
    }

    private mutating func run() -> [UInt8] {
        var digits: [UInt8] = []
        while isDigit(index), let scalar = scalar(index) {
            digits.append(UInt8(truncatingIfNeeded: scalar.value))
            index += 1
        }
        return digits
    }

    /// Whether a minus stands right before the numeral, or before the currency sign there, as a sign.
    private func hasMinus(before start: Int) -> Bool {
        var position = start - 1
        while let sign = scalar(position), sign == " " || sign.properties.generalCategory == .currencySymbol {
            // "- $5" is no negative number; "-$5", "$-5" and "$ -5" are.
            if sign == " ", !(scalar(position - 1).map { $0.properties.generalCategory == .currencySymbol } ?? false) {
                return false
            }
            position -= 1
        }
        guard isMinus(position) else { return false }
        guard let before = scalar(position - 1) else { return true }
        return !(before.properties.isAlphabetic || isDigit(position - 1) || before == ")" || before == "]")
    }

    private func scalar(_ position: Int) -> Unicode.Scalar? { text.indices.contains(position) ? text[position] : nil }

    private func isDigit(_ position: Int) -> Bool { scalar(position).map { ("0"..."9").contains($0) } ?? false }

    private func isPoint(_ position: Int) -> Bool { scalar(position) == "." }

    /// A hyphen, the minus sign, or the full-width and small forms of the hyphen.
    private func isMinus(_ position: Int) -> Bool {
        guard let scalar = scalar(position) else { return false }
        return scalar == "-" || scalar == "\u{2212}" || scalar == "\u{FF0D}" || scalar == "\u{FE63}"
    }
}
