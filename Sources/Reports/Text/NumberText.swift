/// Numbers as text: exact for files, short for people.
enum NumberText {
    /// The shortest text that reads back as the same number; nil for NaN and infinities, which files leave empty.
    static func exact(_ value: Double?) -> String? {
        guard let value, value.isFinite else { return nil }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }

    /// The number with this many decimals, rounded half away from zero; very large ones in exponent form.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale: Int64 = 1
        for _ in 0..<max(0, min(decimals, 12)) { scale *= 10 }
        let scaled = (abs(value) * Double(scale)).rounded()
        guard scaled < 9e15 else { return value.description }
        let whole = Int64(scaled)
        let sign = value < 0 && whole > 0 ? "−" : ""
        guard decimals > 0 else { return sign + grouped(whole) }
        let fraction = String(whole % scale)
        let zeros = String(repeating: "0", count: max(0, decimals - fraction.count))
        return "\(sign)\(grouped(whole / scale)).\(zeros)\(fraction)"
    }

    /// An integer with thin groups of three digits: 12,345.
    static func grouped(_ value: Int64) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "−" : "") + text
    }

    static func grouped(_ value: Int) -> String { grouped(Int64(value)) }

    /// The number with about `digits` significant digits, at least `atLeast` decimals.
    static func significant(_ value: Double, _ digits: Int, atLeast: Int = 0) -> String {
        guard value.isFinite else { return "–" }
        var decimals = digits
        var size = abs(value)
        if size > 0 {
            while size >= 1, decimals > atLeast { (size, decimals) = (size / 10, decimals - 1) }
            while size < 0.1, decimals < 12 { (size, decimals) = (size * 10, decimals + 1) }
        } else {
            decimals = atLeast
        }
        return fixed(value, max(decimals, atLeast))
    }

    /// A value in its unit as people read it: "31.40", "0.4127", "812 ms", "$0.00123"; an en dash where unknown.
    static func readable(_ value: Double?, unit: String) -> String {
        guard let value, value.isFinite else { return "–" }
        switch unit {
        case "ms": return significant(value, 3) + " ms"
        case "USD": return (value < 0 ? "−$" : "$") + significant(abs(value), 3, atLeast: 2)
        case "0–100": return fixed(value, 2)
        case "tokens": return significant(value, 4)
        default: return abs(value) <= 1 ? fixed(value, 4) : significant(value, 5)
        }
    }

    /// A difference with its sign: "+0.0214", "−1.20".
    static func signed(_ value: Double?, unit: String) -> String {
        guard let value, value.isFinite else { return "–" }
        return (value > 0 ? "+" : "") + readable(value, unit: unit)
    }

    /// An interval without repeating its unit: "0.3010 to 0.3420"; nil where there is none.
    static func interval(_ low: Double?, _ high: Double?, unit: String, signs: Bool = false) -> String? {
        guard let low, let high, low.isFinite, high.isFinite else { return nil }
        let text = signs ? signed : readable
        return "\(text(low, unit)) to \(text(high, unit))"
    }

    /// A p-value: "0.032", "< 0.001"; an en dash where there is none.
    static func pValue(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return value < 0.001 ? "< 0.001" : fixed(value, 3)
    }

    /// A share as a percentage: "95 %", "99.5 %", its space unbreakable.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        return (abs(value - value.rounded()) < 1e-9 ? fixed(value, 0) : significant(value, 3)) + "\u{A0}%"
    }
}
