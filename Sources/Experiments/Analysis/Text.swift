import Chat
import Glibc

/// Numbers as sentences show them: four significant digits at most, no exponent where it can be helped.
enum Text {
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "unknown" }
        guard value != 0 else { return "0" }
        let magnitude = Int(log10(abs(value)).rounded(.down))
        guard (-9...14).contains(magnitude) else { return JSONValue.number(value).text.replacing("-", with: "−") }
        let places = max(0, 3 - magnitude)
        let scaled = Int64((abs(value) * pow(10, Double(places))).rounded())
        var digits = String(scaled)
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var text = String(digits.dropLast(places))
        var fraction = digits.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        if !fraction.isEmpty { text += "." + fraction }
        return (value < 0 ? "−" : "") + text
    }

    /// With a sign, whichever it is.
    static func signed(_ value: Double) -> String {
        value > 0 ? "+" + number(value) : number(value)
    }

    static func p(_ value: Double) -> String {
        value < 0.001 ? "p < 0.001" : "p = \(number((value * 1000).rounded() / 1000))"
    }
}
