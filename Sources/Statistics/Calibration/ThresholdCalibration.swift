/// How well a likeness tells pairs that mean the same from pairs that do not, threshold by threshold.
///
/// A pair is a hit where its likeness reaches the threshold and nothing else speaks against it. What matters for a
/// cache is the false-hit rate: the hits among pairs that do not mean the same, each an answer to another question.
///
///     let calibration = ThresholdCalibration(pairs)
///     calibration.row(at: 0.95)?.falseHitRate.high          // at most this, with 97.5 % confidence
///     calibration.lowestThreshold(maxFalseHitRate: 0.01)
public struct ThresholdCalibration: Sendable, Hashable {
    public struct Pair: Sendable, Hashable {
        /// -1…1; nil where the texts cannot be compared: then the pair is no hit.
        public var likeness: Double?
        /// Whether something else than likeness keeps the texts apart.
        public var isKeptApart: Bool
        /// The label: whether an answer to one answers the other.
        public var isSame: Bool

        public init(likeness: Double?, isKeptApart: Bool, isSame: Bool) {
            self.likeness = likeness
            self.isKeptApart = isKeptApart
            self.isSame = isSame
        }

        func isHit(at threshold: Double, gated: Bool) -> Bool {
            guard let likeness, likeness >= threshold else { return false }
            return !(gated && isKeptApart)
        }
    }

    /// What a threshold does.
    public struct Row: Sendable, Equatable {
        public var threshold: Double
        /// Hits among the pairs that mean the same, and of how many (Wilson).
        public var hits: Int
        public var hitRate: Interval
        /// Hits among those that do not (Clopper–Pearson: never below its level).
        public var falseHits: Int
        public var falseHitRate: Interval
    }

    public let pairs: [Pair]
    public let same: Int
    public let different: Int

    public init(_ pairs: [Pair]) {
        self.pairs = pairs
        same = pairs.count(where: \.isSame)
        different = pairs.count - same
    }

    /// What a threshold does.
    /// - Parameter gated: whether what else speaks against a pair counts.
    /// - Returns: nil where there is no pair of either label.
    public func row(at threshold: Double, gated: Bool = true, level: Double = 0.95) -> Row? {
        let hits = pairs.count { $0.isSame && $0.isHit(at: threshold, gated: gated) }
        let falseHits = pairs.count { !$0.isSame && $0.isHit(at: threshold, gated: gated) }
        guard let hitRate = Interval.wilson(successes: hits, of: same, level: level),
            let falseHitRate = Interval.clopperPearson(successes: falseHits, of: different, level: level)
        else { return nil }
        return Row(
            threshold: threshold, hits: hits, hitRate: hitRate, falseHits: falseHits, falseHitRate: falseHitRate)
    }

    /// The lowest threshold of those that are tried, in hundredths, from which on no more false hits were seen.
    /// - Parameter isShown: whether the upper end of the interval must stay below the rate, and not the rate that was
    ///   seen alone.
    /// - Returns: nil where there is none.
    public func lowestThreshold(
        maxFalseHitRate: Double, gated: Bool = true, isShown: Bool, level: Double = 0.95
    ) -> Double? {
        // Neither rate falls as the threshold falls, so that the first one from above that fails ends it.
        var lowest: Double?
        for hundredth in stride(from: 100, through: 0, by: -1) {
            let threshold = Double(hundredth) / 100
            guard let row = row(at: threshold, gated: gated, level: level) else { return nil }
            let seen = Double(row.falseHits) / Double(different)
            guard (isShown ? row.falseHitRate.high : seen) <= maxFalseHitRate else { break }
            lowest = threshold
        }
        return lowest
    }

    /// How many different pairs without a false hit it takes to show a rate: the least n of which the upper end of the
    /// interval is at most the rate.
    /// - Returns: nil for rates outside 0…1 and for more than 100,000,000.
    public static func pairsNeeded(maxFalseHitRate: Double, level: Double = 0.95) -> Int? {
        guard maxFalseHitRate > 0, maxFalseHitRate < 1, level > 0, level < 1 else { return nil }
        let limit = 100_000_000
        var (low, high) = (1, limit)
        while low < high {
            let middle = (low + high) / 2
            guard let interval = Interval.clopperPearson(successes: 0, of: middle, level: level) else { return nil }
            if interval.high <= maxFalseHitRate { high = middle } else { low = middle + 1 }
        }
        return low < limit ? low : nil
    }
}
