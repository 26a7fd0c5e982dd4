import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// BLEU from summed statistics.
struct BleuFigure: Sendable {
    /// What an order of n-grams without a match counts (Chen and Cherry, "A Systematic Comparison of Smoothing
    /// Techniques for Sentence-Level BLEU", 2014).
    enum Smoothing: String, CaseIterable {
        /// Half, a quarter, an eighth … of a match, for the first such order, the second …
        case exp
        /// A small constant.
        case floor
        /// A constant added to matches and n-grams of every order above 1.
        case addK = "add-k"
        /// Nothing: the score is 0.
        case none

        /// The constant where none is given; nil where there is none.
        var defaultValue: Double? {
            switch self {
            case .floor: 0.1
            case .addK: 1
            case .exp, .none: nil
            }
        }
    }

    var orders: Int
    var smoothing: Smoothing
    var smoothValue: Double
    /// Leaves out orders for which the output has no n-gram at all.
    var effectiveOrder: Bool

    /// "exp", "floor[0.10]" …
    var smoothingName: String {
        smoothing.defaultValue == nil
            ? smoothing.rawValue : "\(smoothing.rawValue)[\(Decimals.fixed(smoothValue, places: 2))]"
    }

    /// Score and what stands behind it.
    struct Value {
        var score: Double
        /// Percent, an order each.
        var precisions: [Double]
        var brevityPenalty: Double
        var outputLength: Double
        var referenceLength: Double
        /// Matches and n-grams of each order, what add-k adds included.
        var counts: [Double]
        var totals: [Double]

        var ratio: Double { referenceLength > 0 ? outputLength / referenceLength : 0 }

        var members: [JSONValue.Member] {
            func list(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .number($0) }) }
            return [
                .init(key: "precisions", value: list(precisions)), .init(key: "bp", value: .number(brevityPenalty)),
                .init(key: "ratio", value: .number(ratio)), .init(key: "sys_len", value: .number(outputLength)),
                .init(key: "ref_len", value: .number(referenceLength)), .init(key: "counts", value: list(counts)),
                .init(key: "totals", value: list(totals)),
            ]
        }

        var detail: String {
            let shown = precisions.map { Decimals.fixed($0, places: 1) }.joined(separator: "/")
            let lengths = [outputLength, referenceLength].map { Decimals.fixed($0, places: 0) }
            let rates = [brevityPenalty, ratio].map { Decimals.fixed($0, places: 3) }
            return "\(shown) (BP = \(rates[0]) ratio = \(rates[1]) hyp_len = \(lengths[0]) ref_len = \(lengths[1]))"
        }
    }

    /// The score alone, without an allocation: what a bootstrap calls some ten thousand times.
    func score(_ sum: UnsafeBufferPointer<Double>) -> Double? {
        guard sum.count >= 2 + 2 * orders else { return nil }
        var matched = false
        for order in 0..<orders where sum[2 + order] > 0 { matched = true }
        guard matched else { return 0 }
        var halves = 1.0
        var logarithms = 0.0
        var used = orders
        for order in 0..<orders {
            guard let precision = precision(sum, order, &halves) else {
                if !effectiveOrder { return 0 }
                break
            }
            if effectiveOrder { used = order + 1 }
            guard precision > 0 else { return 0 }
            logarithms += log(precision)
        }
        // Rounding may carry a perfect score a few units in the last place beyond its range.
        return min(100, Self.brevityPenalty(sum[0], sum[1]) * exp(logarithms / Double(used)))
    }

    /// The score with what stands behind it; nil where the vector is not one of BLEU's.
    func evaluate(_ sum: UnsafeBufferPointer<Double>) -> Value? {
        guard let score = score(sum) else { return nil }
        var value = Value(
            score: score, precisions: Array(repeating: 0, count: orders),
            brevityPenalty: Self.brevityPenalty(sum[0], sum[1]), outputLength: sum[0], referenceLength: sum[1],
            counts: Array(sum[2..<(2 + orders)]), totals: Array(sum[(2 + orders)..<(2 + 2 * orders)]))
        guard value.counts.contains(where: { $0 > 0 }) else { return value }
        var halves = 1.0
        for order in 0..<orders {
            if smoothing == .addK, order > 0 {
                value.counts[order] += smoothValue
                value.totals[order] += smoothValue
            }
            guard let precision = precision(sum, order, &halves) else { break }
            value.precisions[order] = precision
        }
        return value
    }

    /// The smoothed precision of an order (0 is order 1), in percent; nil where the output has no such n-gram.
    private func precision(_ sum: UnsafeBufferPointer<Double>, _ order: Int, _ halves: inout Double) -> Double? {
        let added = smoothing == .addK && order > 0 ? smoothValue : 0
        let matches = sum[2 + order] + added
        let total = sum[2 + orders + order] + added
        guard total > 0 else { return nil }
        guard matches == 0 else { return 100 * matches / total }
        switch smoothing {
        case .exp:
            halves *= 2
            return 100 / (halves * total)
        case .floor: return 100 * smoothValue / total
        case .addK, .none: return 0
        }
    }

    /// 1 where the output is as long as the reference, else e^(1 − reference / output).
    private static func brevityPenalty(_ output: Double, _ reference: Double) -> Double {
        output >= reference ? 1 : output > 0 ? exp(1 - reference / output) : 0
    }
}
