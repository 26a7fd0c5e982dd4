extension Interval {
    /// Tango's score interval for the difference of two paired proportions: the default beside McNemar's test.
    ///
    /// - Parameters:
    ///   - pairs: at least one sample.
    ///   - level: such as 0.95.
    /// - Returns: candidate − baseline with bounds in −1...1; nil without samples.
    ///
    /// Source: Toshiro Tango, *Equivalence test and confidence interval for the difference in proportions for the
    /// paired-sample design*, 1998.
    public static func tango(_ pairs: DiscordantPairs, level: Double = 0.95) -> Interval? {
        guard let estimate = pairs.difference, isLevel(level) else { return nil }
        let z = normalMultiplier(level)
        let n = Double(pairs.count)
        let b = Double(pairs.candidateOnly)
        let c = Double(pairs.baselineOnly)
        // The score statistic falls as the supposed difference grows.
        func score(_ delta: Double) -> Double {
            let gap = b - c - n * delta
            let linear = (2 * n - b + c) * delta - b - c
            let root = (max(0, linear * linear + 8 * n * c * delta * (1 - delta))).squareRoot()
            let q = max(0, (root - linear) / (4 * n))
            let variance = n * (2 * q + delta * (1 - delta))
            guard variance > 0 else { return gap == 0 ? 0 : (gap > 0 ? .infinity : -.infinity) }
            return gap / variance.squareRoot()
        }
        let low = estimate <= -1 ? -1 : MonotoneRoot.falling(score, equals: z, from: -1, to: estimate)
        let high = estimate >= 1 ? 1 : MonotoneRoot.falling(score, equals: -z, from: estimate, to: 1)
        return Interval(estimate: estimate, low: low, high: high, level: level, method: "Tango score")
    }

    /// Newcombe's square-and-add interval for the difference of two paired proportions (his method 10).
    ///
    /// - Returns: candidate − baseline; nil without samples.
    ///
    /// Source: Robert Newcombe, *Improved confidence intervals for the difference between binomial proportions based on
    /// paired data*, 1998.
    public static func newcombePaired(_ pairs: DiscordantPairs, level: Double = 0.95) -> Interval? {
        let n = pairs.count
        guard let estimate = pairs.difference,
            let first = wilson(successes: pairs.both + pairs.candidateOnly, of: n, level: level),
            let second = wilson(successes: pairs.both + pairs.baselineOnly, of: n, level: level),
            let p1 = first.estimate, let p2 = second.estimate
        else { return nil }
        let products =
            Double(pairs.both) * Double(pairs.neither) - Double(pairs.candidateOnly) * Double(pairs.baselineOnly)
        let margins = p1 * (1 - p1) * p2 * (1 - p2)
        let scale = margins.squareRoot() * Double(n) * Double(n)
        let corrected = products > 0 ? max(0, products - Double(n) / 2) : products
        let phi = scale > 0 ? corrected / scale : 0
        func combined(_ a: Double, _ b: Double) -> Double {
            max(0, a * a - 2 * phi * a * b + b * b).squareRoot()
        }
        return Interval(
            estimate: estimate,
            low: max(-1, estimate - combined(p1 - first.low, second.high - p2)),
            high: min(1, estimate + combined(first.high - p1, p2 - second.low)),
            level: level, method: "Newcombe paired")
    }
}

extension Interval {
    /// Newcombe's interval for the difference of two proportions from different samples: two Wilson intervals combined.
    ///
    /// - Returns: first − second; nil where a count is out of range.
    ///
    /// Source: Robert Newcombe, *Interval estimation for the difference between independent proportions*, 1998.
    public static func newcombe(
        successes: (Int, Int), of trials: (Int, Int), level: Double = 0.95
    ) -> Interval? {
        guard let first = wilson(successes: successes.0, of: trials.0, level: level),
            let second = wilson(successes: successes.1, of: trials.1, level: level),
            let p1 = first.estimate, let p2 = second.estimate
        else { return nil }
        func combined(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        return Interval(
            estimate: p1 - p2, low: p1 - p2 - combined(p1 - first.low, second.high - p2),
            high: p1 - p2 + combined(first.high - p1, p2 - second.low), level: level, method: "Newcombe")
    }

    /// The difference of two proportions ± z·se. For comparison alone: it covers less than it says in small samples.
    ///
    /// - Returns: first − second; nil where a count is out of range.
    public static func waldDifference(
        successes: (Int, Int), of trials: (Int, Int), level: Double = 0.95
    ) -> Interval? {
        difference(successes: successes, of: trials, adding: 0, level: level, method: "Wald")
    }

    /// Agresti and Caffo's interval: Wald after adding one success and one failure to each sample.
    ///
    /// - Returns: first − second; nil where a count is out of range.
    ///
    /// Source: Alan Agresti and Brian Caffo, *Simple and effective confidence intervals for proportions and differences
    /// of proportions result from adding two successes and two failures*, 2000.
    public static func agrestiCaffo(
        successes: (Int, Int), of trials: (Int, Int), level: Double = 0.95
    ) -> Interval? {
        difference(successes: successes, of: trials, adding: 1, level: level, method: "Agresti-Caffo")
    }

    private static func difference(
        successes: (Int, Int), of trials: (Int, Int), adding extra: Double, level: Double, method: String
    ) -> Interval? {
        guard successes.0 >= 0, successes.1 >= 0, successes.0 <= trials.0, successes.1 <= trials.1, trials.0 > 0,
            trials.1 > 0, isLevel(level)
        else { return nil }
        let n1 = Double(trials.0) + 2 * extra
        let n2 = Double(trials.1) + 2 * extra
        let p1 = (Double(successes.0) + extra) / n1
        let p2 = (Double(successes.1) + extra) / n2
        let half = normalMultiplier(level) * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2).squareRoot()
        return Interval(
            estimate: Double(successes.0) / Double(trials.0) - Double(successes.1) / Double(trials.1),
            low: p1 - p2 - half, high: p1 - p2 + half, level: level, method: method, approximate: extra == 0)
    }
}
