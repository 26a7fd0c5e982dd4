import Chat

extension NanoUSD {
    /// The amount in dollars as people read it, to a billionth and without a power of ten: `$0.000004`.
    var text: String {
        let billionths = String(amount.magnitude % 1_000_000_000)
        let padded = String(repeating: "0", count: 9 - billionths.count) + billionths
        let decimals = padded.reversed().drop { $0 == "0" }.reversed()
        let whole = "$\(amount < 0 ? "-" : "")\(amount.magnitude / 1_000_000_000)"
        return decimals.isEmpty ? whole : "\(whole).\(String(decimals))"
    }
}
