import Glibc

/// How large a difference is, apart from how sure: a number with its name.
///
/// The functions give nil where the effect is not defined (no spread, too few values), never NaN or infinity.
public struct EffectSize: Sendable, Equatable {
    /// The name for reports: "Cohen's d_z", "odds ratio (matched)" …
    public let name: String
    /// The value; its scale is that of the name.
    public let value: Double

    /// A named effect; nil where the value is missing or not finite.
    init?(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return nil }
        self.name = name
        self.value = value
    }

    /// Mean difference ÷ standard deviation of the differences: for paired scores.
    public static func cohensDz(differences: [Double]) -> EffectSize? {
        let moments = Moments(differences)
        guard let mean = moments.mean, let spread = moments.standardDeviation, !moments.hasNoSpread else { return nil }
        return EffectSize("Cohen's d_z", mean / spread)
    }

    /// Difference of means ÷ pooled standard deviation: for two samples.
    ///
    /// Source: Jacob Cohen, *Statistical power analysis for the behavioral sciences*, 1988.
    public static func cohensD(_ x: [Double], _ y: [Double]) -> EffectSize? {
        EffectSize("Cohen's d", standardized(x, y))
    }

    /// Cohen's d without its small-sample bias, by the exact gamma-function factor.
    ///
    /// Source: Larry Hedges, *Distribution theory for Glass's estimator of effect size and related estimators*, 1981.
    public static func hedgesG(_ x: [Double], _ y: [Double]) -> EffectSize? {
        let v = Double(x.count + y.count - 2)
        guard v > 1, let d = standardized(x, y) else { return nil }
        let logFactor = SpecialFunctions.logGamma(v / 2) - SpecialFunctions.logGamma((v - 1) / 2) - log(v / 2) / 2
        return EffectSize("Hedges' g", d * exp(logFactor))
    }

    /// Hedges' g by the usual approximation of its factor, 1 − 3/(4v − 1).
    public static func hedgesGApproximate(_ x: [Double], _ y: [Double]) -> EffectSize? {
        let v = Double(x.count + y.count - 2)
        guard v > 0, let d = standardized(x, y) else { return nil }
        return EffectSize("Hedges' g (approximate)", d * (1 - 3 / (4 * v - 1)))
    }

    private static func standardized(_ x: [Double], _ y: [Double]) -> Double? {
        let (first, second) = (Moments(x), Moments(y))
        guard let m1 = first.mean, let m2 = second.mean, let v1 = first.variance, let v2 = second.variance else {
            return nil
        }
        let (n, m) = (Double(x.count), Double(y.count))
        let pooled = (((n - 1) * v1 + (m - 1) * v2) / (n + m - 2)).squareRoot()
        return pooled > 0 ? (m1 - m2) / pooled : nil
    }

    /// P(x > y) − P(x < y) for a random x and a random y, −1...1. O((n + m) log n).
    ///
    /// Source: Norman Cliff, *Dominance statistics: ordinal analyses to answer ordinal questions*, 1993.
    public static func cliffsDelta(_ x: [Double], _ y: [Double]) -> EffectSize? {
        EffectSize("Cliff's delta", dominance(x, y).map { $0.above - $0.below })
    }

    /// P(x > y) + ½ P(x = y): the common-language effect size, 0...1.
    public static func commonLanguage(_ x: [Double], _ y: [Double]) -> EffectSize? {
        EffectSize("probability of superiority", dominance(x, y).map { $0.above + (1 - $0.above - $0.below) / 2 })
    }

    private static func dominance(_ x: [Double], _ y: [Double]) -> (above: Double, below: Double)? {
        guard !x.isEmpty, !y.isEmpty else { return nil }
        let (left, right) = (x.sorted(), y.sorted())
        var (below, notAbove, above, under) = (0, 0, 0.0, 0.0)
        for value in left {
            while below < right.count, right[below] < value { below += 1 }
            while notAbove < right.count, right[notAbove] <= value { notAbove += 1 }
            above += Double(below)
            under += Double(right.count - notAbove)
        }
        let pairs = Double(x.count) * Double(y.count)
        return (above / pairs, under / pairs)
    }

    /// (W⁺ − W⁻) / (W⁺ + W⁻) of the signed ranks, −1...1: beside Wilcoxon's test.
    ///
    /// Source: Dave Kerby, *The simple difference formula: an approach to teaching nonparametric correlation*, 2014.
    public static func rankBiserial(differences: [Double]) -> EffectSize? {
        let moving = differences.filter { $0 != 0 }
        guard !moving.isEmpty else { return nil }
        let ranks = Ranks(moving.map { abs($0) }).values
        let signed = zip(moving, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : -$1.1) }
        return EffectSize("matched-pairs rank-biserial", signed / ranks.reduce(0, +))
    }
}

extension EffectSize {
    /// 2 asin √p₁ − 2 asin √p₂: the distance of two proportions on the scale where power does not depend on them.
    ///
    /// - Parameters:
    ///   - p1: 0...1.
    ///   - p2: 0...1.
    public static func cohensH(_ p1: Double, _ p2: Double) -> EffectSize? {
        guard (0...1).contains(p1), (0...1).contains(p2) else { return nil }
        return EffectSize("Cohen's h", 2 * asin(p1.squareRoot()) - 2 * asin(p2.squareRoot()))
    }

    /// p₁ − p₂ of two proportions, each 0...1.
    public static func riskDifference(_ p1: Double, _ p2: Double) -> EffectSize? {
        guard (0...1).contains(p1), (0...1).contains(p2) else { return nil }
        return EffectSize("risk difference", p1 - p2)
    }

    /// Wins ÷ losses among the samples in dispute; where either is 0, half is added to both and the name says so.
    ///
    /// - Returns: nil where the two never disagree.
    public static func matchedOddsRatio(_ pairs: DiscordantPairs) -> EffectSize? {
        let (won, lost) = (Double(pairs.candidateOnly), Double(pairs.baselineOnly))
        if won > 0, lost > 0 { return EffectSize("odds ratio (matched)", won / lost) }
        guard pairs.discordant > 0 else { return nil }
        return EffectSize("odds ratio (matched, +0.5)", (won + 0.5) / (lost + 0.5))
    }

    /// (a·d) / (b·c) of a 2 × 2 table; where a cell is 0, half is added to all and the name says so.
    ///
    /// - Parameter table: two rows of two counts.
    /// - Returns: nil for another shape or a negative count.
    public static func oddsRatio(_ table: [[Int]]) -> EffectSize? {
        guard table.count == 2, table.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0 >= 0 } }) else { return nil }
        let cells = table.flatMap { $0.map(Double.init) }
        if cells.allSatisfy({ $0 > 0 }) { return EffectSize("odds ratio", cells[0] * cells[3] / (cells[1] * cells[2])) }
        let half = cells.map { $0 + 0.5 }
        return EffectSize("odds ratio (+0.5)", half[0] * half[3] / (half[1] * half[2]))
    }

    /// difference ÷ |baseline|, for scores that have no spread of their own, such as a corpus BLEU.
    public static func relativeDifference(_ difference: Double, baseline: Double) -> EffectSize? {
        EffectSize("relative difference", baseline == 0 ? nil : difference / abs(baseline))
    }
}
