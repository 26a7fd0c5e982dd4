import Glibc

extension Power {
    /// McNemar's test on paired 0/1 scores, from the share of samples in dispute.
    ///
    /// Source: Robert Connor, *Sample size for testing differences in proportions for the paired-sample design*, 1987.
    public struct McNemar: Sendable {
        /// Significance level of the planned test, two-sided.
        public let alpha: Double

        /// - Parameter alpha: 0...1.
        public init(alpha: Double = 0.05) {
            self.alpha = alpha
        }

        /// The probability of a significant result.
        ///
        /// - Parameters:
        ///   - difference: share of samples only the candidate gets right minus share only the baseline does.
        ///   - discordance: share of samples in dispute, at least |difference| and at most 1.
        ///   - n: samples.
        public func power(difference: Double, discordance: Double, n: Double) -> Double? {
            guard n > 0, discordance > 0, discordance <= 1, abs(difference) <= discordance, alpha > 0, alpha < 1
            else { return nil }
            let critical = Distributions.Normal.upperQuantile(alpha / 2) * discordance.squareRoot()
            let spread = (discordance - difference * difference).squareRoot()
            let reach = n.squareRoot() * abs(difference)
            guard spread > 0 else { return reach > critical ? 1 : 0 }
            return min(
                1,
                Distributions.Normal.cdf((reach - critical) / spread)
                    + Distributions.Normal.cdf((-reach - critical) / spread))
        }

        /// How many samples give the power; a fraction, to be rounded up.
        public func sampleSize(difference: Double, discordance: Double, power wanted: Double = 0.8) -> Double? {
            guard difference != 0, wanted > alpha, wanted < 1 else { return nil }
            return MonotoneRoot.rising(
                { power(difference: difference, discordance: discordance, n: $0) ?? 0 }, equals: wanted, from: 1e-3,
                to: largestN)
        }

        /// The smallest difference that n samples show with the power, at most the discordance; nil where none does.
        public func detectableDifference(discordance: Double, n: Double, power wanted: Double = 0.8) -> Double? {
            guard discordance > 0, discordance <= 1, wanted > alpha, wanted < 1 else { return nil }
            return MonotoneRoot.rising(
                { power(difference: $0, discordance: discordance, n: n) ?? 0 }, equals: wanted, from: 1e-9,
                to: discordance)
        }
    }

    /// The smallest difference of means that n paired samples show, in the score's unit.
    ///
    /// - Parameters:
    ///   - n: samples, at least 2.
    ///   - deviation: standard deviation of the paired differences, from a pilot. Without one take the metric's range:
    ///     no two systems on it differ by more, which is half of the samples by the whole range up, half of them down.
    /// - Returns: nil where an argument is out of range.
    public static func detectableDifference(
        n: Int, deviation: Double, alpha: Double = 0.05, power: Double = 0.8
    ) -> Double? {
        guard deviation >= 0, deviation.isFinite else { return nil }
        return PairedT(alpha: alpha).detectableEffect(n: Double(n), power: power).map { $0 * deviation }
    }
}
