import Glibc

/// What a planned comparison can show: the power at a given n, the n for a given power, the smallest difference an n
/// shows.
///
/// ```swift
/// Power.PairedT(alpha: 0.05).sampleSize(effect: 0.3, power: 0.8)   // 89.15 → 90 samples
/// ```
/// The functions give nil where an argument is out of range or where no n up to 10¹² reaches the power.
public enum Power {
    static let largestN = 1e12

    /// The paired t test, by the noncentral t distribution. Effects are Cohen's d_z: mean ÷ sd of the differences.
    ///
    /// Source: Jacob Cohen, *Statistical power analysis for the behavioral sciences*, 1988.
    public struct PairedT: Sendable {
        /// Significance level of the planned test.
        public let alpha: Double
        /// Alternative of the planned test; `greater` and `less` look for an effect of that sign.
        public let alternative: Alternative

        /// - Parameters:
        ///   - alpha: 0...1.
        ///   - alternative: two-sided by default.
        public init(alpha: Double = 0.05, alternative: Alternative = .twoSided) {
            self.alpha = alpha
            self.alternative = alternative
        }

        /// The probability of a significant result.
        ///
        /// - Parameters:
        ///   - effect: d_z, signed.
        ///   - n: samples, more than 1; may be a fraction.
        public func power(effect: Double, n: Double) -> Double? {
            guard n > 1, n.isFinite, effect.isFinite, alpha > 0, alpha < 1 else { return nil }
            let central = Distributions.StudentT(degreesOfFreedom: n - 1)
            let shift = effect * n.squareRoot()
            let shifted = Distributions.NoncentralT(degreesOfFreedom: n - 1, noncentrality: shift)
            switch alternative {
            case .twoSided:
                let critical = central.upperQuantile(alpha / 2)
                return min(1, shifted.sf(critical) + shifted.cdf(-critical))
            case .greater: return shifted.sf(central.upperQuantile(alpha))
            case .less: return shifted.cdf(-central.upperQuantile(alpha))
            }
        }

        /// How many samples give the power; a fraction, to be rounded up.
        public func sampleSize(effect: Double, power wanted: Double) -> Double? {
            guard effect != 0, wanted > alpha, wanted < 1 else { return nil }
            return MonotoneRoot.rising(
                { power(effect: effect, n: $0) ?? 0 }, equals: wanted, from: 1.0001, to: largestN)
        }

        /// The smallest |d_z| that n samples show with the power; times the sd of the differences it is in the score's
        /// unit.
        public func detectableEffect(n: Double, power wanted: Double = 0.8) -> Double? {
            guard n > 1, wanted > alpha, wanted < 1 else { return nil }
            let sign: Double = alternative == .less ? -1 : 1
            return MonotoneRoot.rising(
                { power(effect: sign * $0, n: n) ?? 0 }, equals: wanted, from: 1e-9, to: 1e6)
        }
    }

    /// Two proportions of different samples of equal size, by Cohen's h and the normal approximation.
    public struct TwoProportions: Sendable {
        /// Significance level of the planned test.
        public let alpha: Double
        /// Alternative of the planned test; `greater` is first above second.
        public let alternative: Alternative

        /// - Parameters:
        ///   - alpha: 0...1.
        ///   - alternative: two-sided by default.
        public init(alpha: Double = 0.05, alternative: Alternative = .twoSided) {
            self.alpha = alpha
            self.alternative = alternative
        }

        /// The probability of a significant result with `n` samples a group; proportions 0...1.
        public func power(_ p1: Double, _ p2: Double, n: Double) -> Double? {
            guard let h = EffectSize.cohensH(p1, p2)?.value, n > 0, alpha > 0, alpha < 1 else { return nil }
            return normalPower(h * (n / 2).squareRoot(), alpha, alternative)
        }

        /// How many samples a group give the power; a fraction, to be rounded up.
        public func sampleSize(_ p1: Double, _ p2: Double, power wanted: Double) -> Double? {
            guard p1 != p2, wanted > alpha, wanted < 1 else { return nil }
            return MonotoneRoot.rising({ power(p1, p2, n: $0) ?? 0 }, equals: wanted, from: 1e-3, to: largestN)
        }

        /// The smallest difference above `p` that `n` samples a group show with the power; nil where even 1 is too
        /// near.
        public func detectableDifference(from p: Double, n: Double, power wanted: Double = 0.8) -> Double? {
            guard p >= 0, p < 1, wanted > alpha, wanted < 1 else { return nil }
            let test = TwoProportions(alpha: alpha, alternative: alternative == .twoSided ? .twoSided : .greater)
            return MonotoneRoot.rising(
                { test.power(min(1, p + $0), p, n: n) ?? 0 }, equals: wanted, from: 1e-9, to: 1 - p)
        }
    }

    /// Power of a normal test whose statistic has the given mean and variance 1.
    static func normalPower(_ shift: Double, _ alpha: Double, _ alternative: Alternative) -> Double {
        switch alternative {
        case .twoSided:
            let critical = Distributions.Normal.upperQuantile(alpha / 2)
            return min(1, Distributions.Normal.sf(critical - shift) + Distributions.Normal.cdf(-critical - shift))
        case .greater: return Distributions.Normal.sf(Distributions.Normal.upperQuantile(alpha) - shift)
        case .less: return Distributions.Normal.cdf(-Distributions.Normal.upperQuantile(alpha) - shift)
        }
    }
}
