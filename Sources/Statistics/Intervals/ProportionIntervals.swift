extension Interval {
    /// Wilson's score interval for a proportion: the default for a 0/1 score.
    ///
    /// It holds its level for small n and for proportions near 0 and 1, where the usual ±1.96 se (Wald) fails.
    /// - Parameters:
    ///   - successes: 0...n.
    ///   - n: at least 1.
    ///   - level: such as 0.95.
    /// - Returns: nil for n < 1 or counts out of range.
    ///
    /// Source: Edwin Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.
    public static func wilson(successes: Int, of n: Int, level: Double = 0.95) -> Interval? {
        guard successes >= 0, successes <= n, n > 0, isLevel(level) else { return nil }
        return wilson(share: Double(successes) / Double(n), effectiveN: Double(n), level: level)
    }

    /// Wilson's interval for a share observed on an effective sample size, which may be a fraction (design effects).
    static func wilson(share: Double, effectiveN n: Double, level: Double, method: String = "Wilson") -> Interval {
        let z = normalMultiplier(level)
        let squared = z * z
        let centre = (share + squared / (2 * n)) / (1 + squared / n)
        let half = z / (1 + squared / n) * (share * (1 - share) / n + squared / (4 * n * n)).squareRoot()
        return Interval(
            estimate: share,
            low: share == 0 ? 0 : max(0, centre - half),
            high: share == 1 ? 1 : min(1, centre + half),
            level: level, method: method)
    }

    /// The exact interval of Clopper and Pearson: never below its level, and wider for it.
    ///
    /// - Returns: nil for n < 1 or counts out of range.
    ///
    /// Source: C. J. Clopper and Egon Pearson, *The use of confidence or fiducial limits illustrated in the case of the
    /// binomial*, 1934.
    public static func clopperPearson(successes k: Int, of n: Int, level: Double = 0.95) -> Interval? {
        guard k >= 0, k <= n, n > 0, isLevel(level) else { return nil }
        let tail = (1 - level) / 2
        return Interval(
            estimate: Double(k) / Double(n),
            low: k == 0 ? 0 : Distributions.Beta(Double(k), Double(n - k) + 1).quantile(tail),
            high: k == n ? 1 : Distributions.Beta(Double(k) + 1, Double(n - k)).upperQuantile(tail),
            level: level, method: "Clopper-Pearson")
    }

    /// Agresti and Coull's interval: Wald after adding z²/2 successes and failures, cut to 0...1.
    ///
    /// - Returns: nil for n < 1 or counts out of range.
    ///
    /// Source: Alan Agresti and Brent Coull, *Approximate is better than "exact" for interval estimation of binomial
    /// proportions*, 1998.
    public static func agrestiCoull(successes k: Int, of n: Int, level: Double = 0.95) -> Interval? {
        guard k >= 0, k <= n, n > 0, isLevel(level) else { return nil }
        let z = normalMultiplier(level)
        let total = Double(n) + z * z
        let share = (Double(k) + z * z / 2) / total
        let half = z * (share * (1 - share) / total).squareRoot()
        return Interval(
            estimate: Double(k) / Double(n), low: max(0, share - half), high: min(1, share + half),
            level: level, method: "Agresti-Coull")
    }

    /// The textbook interval p ± z·se, cut to 0...1. For comparison alone: it covers far less than it says.
    ///
    /// - Returns: nil for n < 1 or counts out of range.
    public static func wald(successes k: Int, of n: Int, level: Double = 0.95) -> Interval? {
        guard k >= 0, k <= n, n > 0, isLevel(level) else { return nil }
        let share = Double(k) / Double(n)
        let half = normalMultiplier(level) * (share * (1 - share) / Double(n)).squareRoot()
        return Interval(
            estimate: share, low: max(0, share - half), high: min(1, share + half), level: level, method: "Wald",
            approximate: true)
    }
}
