/// What a paired bootstrap of two systems shows: intervals for each and for their difference, and p-values.
///
/// Source: Philipp Koehn, *Statistical significance tests for machine translation evaluation*, 2004; Bradley Efron and
/// Robert Tibshirani, *An introduction to the bootstrap*, 1993.
public struct PairedBootstrapResult: Sendable, Equatable {
    /// Candidate − baseline on all samples.
    public let difference: Double
    /// The percentile interval of the difference.
    public let interval: Interval
    /// The percentile interval of the baseline's score.
    public let baseline: Interval
    /// The percentile interval of the candidate's score.
    public let candidate: Interval
    /// p from |Δ* − Δ| ≥ |Δ|: a proper test, (c + 1) / (B + 1).
    public let centredPValue: Double
    /// p as sacrebleu's `paired-bs` computes it, |Δ*| − mean |Δ*| > |Δ|: it rejects a true null hypothesis more than
    /// twice as often as it says.
    public let sacrebleuPValue: Double
    /// Share of resamples in which the candidate wins, ties half.
    public let winRate: Double
    /// How many resamples had a score for both systems.
    public let resamples: Int
    /// How many had none and were left out.
    public let undefined: Int

    /// Samples below which a bootstrap interval is marked approximate.
    public static let enoughUnits = 100

    /// Resamples both systems together.
    ///
    /// - Parameters:
    ///   - segments: at least two units (samples, or clusters where there are any).
    ///   - resamples: at least 1.
    ///   - seed: of the draws.
    ///   - level: of the intervals.
    /// - Returns: nil for fewer than two units, or where no score is defined. The same for any number of threads.
    public init?(_ segments: PairedSegments, resamples: Int = 10_000, seed: UInt64 = 12_345, level: Double = 0.95) {
        guard segments.obstacle == nil, let observed = segments.difference, Interval.isLevel(level) else { return nil }
        let scores = ResampledScores(drawing: segments, resamples: max(1, resamples), seed: seed)
        let gaps = scores.differences
        guard !gaps.isEmpty else { return nil }
        let approximate = segments.units < Self.enoughUnits
        func percentile(_ values: [Double], _ estimate: Double?, _ method: String) -> Interval {
            let sorted = values.sorted()
            return Interval(
                estimate: estimate, low: Quantiles.linear((1 - level) / 2, sorted: sorted),
                high: Quantiles.linear((1 + level) / 2, sorted: sorted), level: level, method: method,
                approximate: approximate)
        }
        difference = observed
        interval = percentile(gaps, observed, "paired bootstrap, percentile")
        baseline = percentile(scores.baseline, segments.baseline.score, "bootstrap, percentile")
        candidate = percentile(scores.candidate, segments.candidate.score, "bootstrap, percentile")
        let slack = segments.guardWidth
        let total = Double(gaps.count + 1)
        centredPValue = Double(gaps.count { abs($0 - observed) >= abs(observed) - slack } + 1) / total
        let centre = gaps.reduce(0) { $0 + abs($1) } / Double(gaps.count)
        sacrebleuPValue = Double(gaps.count { abs($0) - centre > abs(observed) + slack } + 1) / total
        let wins = gaps.reduce(0) { $0 + ($1 > slack ? 1 : ($1 < -slack ? 0 : 0.5)) }
        winRate = wins / Double(gaps.count)
        self.resamples = gaps.count
        undefined = scores.undefined
    }
}
