import Glibc

/// The distributions of the tests: for each a density, both tails and the quantile, to near machine precision.
///
/// `cdf` is P(X ≤ x) and `sf` is P(X > x), each computed as itself: a p-value of 10^−200 has as many good digits as one
/// of 0.5. Arguments outside the support give 0 or 1; a parameter outside its range gives NaN, which no public test
/// lets through.
///
/// ```swift
/// Distributions.StudentT(degreesOfFreedom: 9).quantile(0.975)   // 2.2621571627982…
/// ```
public enum Distributions {}

/// The two tails of a continuous distribution at one point; together 1.
struct Tails {
    var lower: Double
    var upper: Double
    var mirrored: Tails { Tails(lower: upper, upper: lower) }
    static let unknown = Tails(lower: .nan, upper: .nan)
    static let below = Tails(lower: 0, upper: 1)
    static let above = Tails(lower: 1, upper: 0)
}

/// Solves `tail(x) = p` where it is the smaller tail that is matched, so that quantiles are good far out as well.
///
/// Newton's method on the logarithm of the tail, kept inside a bracket; halving where a step would leave it.
struct QuantileSolver {
    /// Where the distribution lives; either may be infinite.
    var support: ClosedRange<Double>
    var tails: (Double) -> Tails
    var density: (Double) -> Double

    /// The x with P(X ≤ x) = `lower` and P(X > x) = `upper`.
    ///
    /// - Parameters:
    ///   - lower: wanted lower tail.
    ///   - upper: wanted upper tail, 1 − lower but known to more digits when it is small.
    ///   - guess: a point inside the support to start from.
    func solve(lower: Double, upper: Double, guess: Double) -> Double {
        if lower.isNaN || upper.isNaN || lower < 0 || upper < 0 { return .nan }
        if lower == 0 { return support.lowerBound }
        if upper == 0 { return support.upperBound }
        let useLower = lower <= upper
        let wanted = useLower ? lower : upper
        // Negative while x is too small.
        func distance(_ x: Double) -> Double {
            let now = tails(x)
            return useLower ? logRatio(now.lower, wanted) : logRatio(wanted, now.upper)
        }
        var (low, high) = bracket(around: guess, distance)
        var x = min(max(guess, low), high)
        for _ in 0..<400 {
            let now = tails(x)
            let tail = useLower ? now.lower : now.upper
            let gap = useLower ? logRatio(tail, wanted) : logRatio(wanted, tail)
            if gap == 0 { return x }
            if gap < 0 { low = x } else { high = x }
            let step = gap * tail / density(x)
            var next = x - step
            if !(next > low && next < high) { next = midpoint(low, high) }
            if next == x || abs(next - x) <= abs(x) * 1e-16 { return next }
            x = next
            if high <= low.nextUp { return x }
        }
        return x
    }

    private func logRatio(_ a: Double, _ b: Double) -> Double {
        if a == b { return 0 }
        let ratio = a / b
        return abs(ratio - 1) < 0.5 ? log1p((a - b) / b) : log(ratio)
    }

    /// Halving by magnitude where both ends have one sign and lie far apart: quantiles of 10^−200 in few steps.
    private func midpoint(_ low: Double, _ high: Double) -> Double {
        if low > 0, high / low > 4 { return (low.squareRoot() * high.squareRoot()) }
        if low == 0, high > 1e-300 { return high * 1e-3 < 1e-300 ? high / 2 : high * 0.03125 }
        return low + (high - low) / 2
    }

    private func bracket(around guess: Double, _ distance: (Double) -> Double) -> (Double, Double) {
        var low = support.lowerBound
        var high = support.upperBound
        var step = max(1, abs(guess))
        if low == -.infinity {
            low = min(guess, high) - step
            while distance(low) > 0, low > -1e300 {
                step *= 4
                low -= step
            }
        }
        step = max(1, abs(guess))
        if high == .infinity {
            high = max(guess, low) + step
            while distance(high) < 0, high < 1e300 {
                step *= 4
                high += step
            }
        }
        return (low, high)
    }
}
