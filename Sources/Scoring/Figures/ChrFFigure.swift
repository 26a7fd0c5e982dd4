import Chat

/// chrF from summed statistics: for each order the n-grams of the output, of the reference, and those shared.
struct ChrFFigure: Sendable {
    var characterOrder: Int
    var wordOrder: Int
    /// How much recall weighs more than precision.
    var beta: Double
    /// Averages the F of all orders, those without n-grams counting next to nothing, instead of averaging precision and
    /// recall over the orders that both texts have.
    var usesEpsilon: Bool

    var orders: Int { characterOrder + wordOrder }

    /// "chrF2", "chrF2++" …
    var title: String { "chrF" + Decimals.short(beta) + String(repeating: "+", count: wordOrder) }

    /// The score, 0 to 100; nil where the vector is not one of chrF's.
    func score(_ sum: UnsafeBufferPointer<Double>) -> Double? {
        // Rounding may carry a perfect score a few units in the last place beyond its range.
        sum.count >= 3 * orders ? min(100, unboundedScore(sum)) : nil
    }

    /// The score as it comes, in the reference's order of operations: of references that score the same but for the
    /// last bit, the one that it picks must be picked here.
    func unboundedScore(_ sum: UnsafeBufferPointer<Double>) -> Double {
        let factor = beta * beta
        if usesEpsilon {
            var total = 0.0
            for order in 0..<orders {
                let precision = sum[3 * order] > 0 ? sum[3 * order + 2] / sum[3 * order] : Self.epsilon
                let recall = sum[3 * order + 1] > 0 ? sum[3 * order + 2] / sum[3 * order + 1] : Self.epsilon
                let weight = factor * precision + recall
                total += weight > 0 ? (1 + factor) * precision * recall / weight : Self.epsilon
            }
            return 100 * total / Double(orders)
        }
        let (precision, recall) = rates(sum)
        guard precision + recall > 0 else { return 0 }
        return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
    }

    /// Mean precision and recall over the orders of which both texts have n-grams.
    func rates(_ sum: UnsafeBufferPointer<Double>) -> (precision: Double, recall: Double) {
        var precision = 0.0
        var recall = 0.0
        var used = 0.0
        for order in 0..<orders where sum[3 * order] > 0 && sum[3 * order + 1] > 0 {
            precision += sum[3 * order + 2] / sum[3 * order]
            recall += sum[3 * order + 2] / sum[3 * order + 1]
            used += 1
        }
        return used > 0 ? (precision / used, recall / used) : (0, 0)
    }

    func members(_ sum: UnsafeBufferPointer<Double>) -> [JSONValue.Member] {
        guard sum.count >= 3 * orders else { return [] }
        let (precision, recall) = rates(sum)
        return [
            .init(key: "precision", value: .number(100 * precision)),
            .init(key: "recall", value: .number(100 * recall)),
            .init(key: "statistics", value: .array(sum.map { .number($0) })),
        ]
    }

    private static let epsilon = 1e-16
}
