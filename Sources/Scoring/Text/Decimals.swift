import Foundation

/// Numbers as text, as C's `printf` rounds them: half to even on the exact binary value, in every locale.
enum Decimals {
    /// `%.2f` and its kin. Values that are not finite read "nan" or "inf".
    static func fixed(_ value: Double, places: Int) -> String {
        String(format: "%.\(places)f", locale: nil, value)
    }

    /// The shortest spelling: "3" for 3.0, "0.5" for 0.5.
    static func short(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
    }
}
