/// The verdict on "no worse than the baseline by more than the margin".
///
/// A missing difference is never taken for equality: the whole confidence interval has to lie on the right side of the
/// margin, and where it straddles the margin the answer is that more samples are needed, and how many.
public struct NonInferiority: Sendable, Equatable {
    /// What the data say.
    public enum Verdict: String, Sendable, CaseIterable {
        /// The interval lies above −margin: no regression.
        case pass = "PASS"
        /// The interval lies below −margin: a regression.
        case fail = "FAIL"
        /// The interval straddles −margin, or there is none.
        case inconclusive = "INCONCLUSIVE"
    }

    /// The verdict.
    public let verdict: Verdict
    /// The interval it was read from, 1 − alpha two-sided, so that each side is tested at alpha/2.
    public let interval: Interval?
    /// The margin, at least 0.
    public let margin: Double
    /// How many samples would decide with 80 % power if the difference seen is the true one; nil where the verdict
    /// stands, or where no number would (the difference is the margin itself, or there is no interval).
    public let neededN: Int?
    /// Why the verdict is inconclusive; nil where it is not.
    public let reason: String?

    /// Reads the verdict from the interval of a difference.
    ///
    /// - Parameters:
    ///   - interval: of candidate − baseline; nil where nothing could be estimated.
    ///   - margin: the largest regression allowed, at least 0, in the score's unit.
    ///   - n: samples behind the interval.
    ///   - clusters: the clusters that the samples come in; nil where they are independent. More samples are taken to
    ///     bring more clusters of the same size.
    ///   - higherIsBetter: false for error rates, cost or latency.
    public init(interval: Interval?, margin: Double, n: Int, clusters: Int? = nil, higherIsBetter: Bool = true) {
        self.interval = interval
        self.margin = margin
        guard let interval, let estimate = interval.estimate, margin >= 0 else {
            verdict = .inconclusive
            neededN = nil
            reason = margin >= 0 ? "there is no interval to decide from" : "the margin is below 0"
            return
        }
        let gain = higherIsBetter ? (interval.low, estimate, interval.high) : (-interval.high, -estimate, -interval.low)
        let limit = -margin
        if interval.approximate {
            verdict = .inconclusive
            let enough = Double(PairedBootstrapResult.enoughUnits) * Double(n) / Double(max(1, clusters ?? n))
            neededN = max(n + 1, Int(enough.rounded(.up)))
            reason = "with \(clusters.map { "\($0) clusters" } ?? "\(n) samples") the interval is only approximate"
        } else if gain.0 >= limit {
            verdict = .pass
            neededN = nil
            reason = nil
        } else if gain.2 < limit {
            verdict = .fail
            neededN = nil
            reason = nil
        } else {
            verdict = .inconclusive
            let towardsPass = gain.1 > limit
            let half = towardsPass ? gain.1 - gain.0 : gain.2 - gain.1
            neededN = Self.needed(half: half, distance: abs(gain.1 - limit), n: n, level: interval.level)
            reason = "the interval straddles the margin"
        }
    }

    /// Half-widths shrink with √n; the power asks for z(0.80) more than the interval itself.
    private static func needed(half: Double, distance: Double, n: Int, level: Double) -> Int? {
        guard distance > 0, half > 0, n > 0 else { return nil }
        let z = Interval.normalMultiplier(level)
        let ratio = half / distance * (z + Distributions.Normal.quantile(0.8)) / z
        let needed = (Double(n) * ratio * ratio).rounded(.up)
        return needed < 1e15 ? max(n + 1, Int(needed)) : nil
    }
}
