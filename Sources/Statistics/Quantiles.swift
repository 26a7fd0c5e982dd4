import Glibc

/// Quantiles of a sample under their two usual definitions.
public enum Quantiles {
    /// The value at each probability by linear interpolation between order statistics, as numpy's default (`linear`;
    /// definition 7 of Rob Hyndman and Yanan Fan, *Sample quantiles in statistical packages*, 1996).
    ///
    /// - Parameters:
    ///   - probabilities: each 0...1; values outside are taken as the nearest end.
    ///   - values: in any order.
    /// - Returns: nil without values. O(n log n).
    public static func linear(_ probabilities: [Double], of values: [Double]) -> [Double]? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return probabilities.map { linear($0, sorted: sorted) }
    }

    /// One quantile by linear interpolation; nil without values.
    public static func linear(_ probability: Double, of values: [Double]) -> Double? {
        linear([probability], of: values)?.first
    }

    /// The smallest value that at least the given share of the sample does not exceed: always a value that occurred,
    /// the one to quote for latencies (`inverted_cdf` in numpy).
    ///
    /// - Returns: nil without values.
    public static func nearestRank(_ probabilities: [Double], of values: [Double]) -> [Double]? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return probabilities.map { sorted[nearestRank($0, count: sorted.count) - 1] }
    }

    /// One quantile by nearest rank; nil without values.
    public static func nearestRank(_ probability: Double, of values: [Double]) -> Double? {
        nearestRank([probability], of: values)?.first
    }

    /// The middle of the sample (mean of the two middle values where n is even); nil without values.
    public static func median(_ values: [Double]) -> Double? {
        linear(0.5, of: values)
    }

    /// 1-based rank ⌈q·n⌉ within 1...n; a product a hair above a whole number by rounding alone counts as that number.
    static func nearestRank(_ probability: Double, count: Int) -> Int {
        let exact = min(max(probability, 0), 1) * Double(count)
        let whole = exact.rounded()
        let rank = abs(exact - whole) <= 1e-12 * max(1, exact) ? whole : exact.rounded(.up)
        return min(max(Int(rank), 1), count)
    }

    /// Interpolation in an already sorted, non-empty sample.
    static func linear(_ probability: Double, sorted: [Double]) -> Double {
        let position = min(max(probability, 0), 1) * Double(sorted.count - 1)
        let below = Int(position)
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        let fraction = position - Double(below)
        let step = sorted[below + 1] - sorted[below]
        return fraction < 0.5 ? sorted[below] + step * fraction : sorted[below + 1] - step * (1 - fraction)
    }
}
