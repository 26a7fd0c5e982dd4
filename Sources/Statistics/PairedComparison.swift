/// Two systems on the same samples, compared as the decision table says: the difference, its interval, the test that
/// decides and those beside it.
///
/// ```swift
/// let scores = try PairedScores(baseline: before, candidate: after)
/// let comparison = PairedComparison(scores)
/// comparison.difference            // mean(after) − mean(before)
/// comparison.primary.pValue        // by McNemar's mid-p for 0/1 scores, by the paired t test for others
/// ```
public struct PairedComparison: Sendable, Equatable {
    /// Which row of the decision table applied, in words: "binary, one repeat".
    public let basis: String
    /// How many samples.
    public let n: Int
    /// How many clusters; nil where samples are independent.
    public let clusters: Int?
    /// The baseline's score over these samples; nil where it has none.
    public let baseline: Double?
    /// The candidate's score over these samples; nil where it has none.
    public let candidate: Double?
    /// candidate − baseline; nil where either is.
    public let difference: Double?
    /// The interval of the difference; nil where there is none, such as without spread.
    public let interval: Interval?
    /// The test that decides.
    public let primary: TestResult
    /// Tests shown beside it; they decide nothing.
    public let secondary: [TestResult]
    /// How large the difference is; nil where that is not defined.
    public let effect: EffectSize?
    /// Whether there are too few samples for the interval's guarantee; gates on it are inconclusive.
    public var approximate: Bool { interval?.approximate ?? false }

    /// Compares scores of single samples: 0/1, continuous or ordinal, independent or in clusters.
    ///
    /// - Parameters:
    ///   - scores: one score a sample and system, the mean over repeats where there were several.
    ///   - settings: alternative, resamples, seed and level.
    public init(_ scores: PairedScores, _ settings: TestSettings = TestSettings()) {
        n = scores.count
        clusters = scores.clusters.map { Set($0).count }
        baseline = Moments.mean(scores.baseline)
        candidate = Moments.mean(scores.candidate)
        let differences = scores.differences
        difference = Moments.mean(differences)
        let pairs = DiscordantPairs(scores)
        let alternative = settings.alternative
        let flips = SignFlip.test.run(.paired(scores), settings)
        effect = pairs.map(EffectSize.matchedOddsRatio) ?? EffectSize.cohensDz(differences: differences)
        if let clusters = scores.clusters {
            basis = pairs == nil ? "continuous, clustered samples" : "binary, clustered samples"
            interval =
                Interval.clusteredMean(differences, clusters: clusters, level: settings.level)
                ?? Self.unchanged(differences, units: Set(clusters).count, level: settings.level)
            primary = ClusterT.run(differences: differences, clusters: clusters, alternative: alternative)
            secondary = [flips]
        } else if let pairs {
            basis = "binary, one repeat"
            interval = Interval.tango(pairs, level: settings.level)
            primary = McNemarMidP.run(pairs, alternative: alternative)
            secondary = [
                McNemarExact.run(pairs, alternative: alternative), McNemarChi2.run(pairs, alternative: alternative),
            ]
        } else {
            basis = "continuous or ordinal"
            interval =
                Interval.mean(differences, level: settings.level)
                ?? Self.unchanged(differences, units: n, level: settings.level)
            primary = PairedT.run(differences: differences, alternative: alternative)
            secondary = [flips, Wilcoxon.run(differences: differences, alternative: alternative)]
        }
    }

    /// Compares scores of the whole corpus, such as BLEU, from segment statistics.
    ///
    /// The interval is marked approximate under 100 samples (or clusters).
    /// - Parameters:
    ///   - segments: both systems' statistics.
    ///   - settings: alternative, resamples, seed and level.
    public init(_ segments: PairedSegments, _ settings: TestSettings = TestSettings()) {
        basis = segments.baseline.isClustered ? "corpus score, clustered samples" : "corpus score"
        n = segments.count
        clusters = segments.baseline.isClustered ? segments.units : nil
        baseline = segments.baseline.score
        candidate = segments.candidate.score
        difference = segments.difference
        primary = PairedAR.test.run(.corpus(segments), settings)
        let bootstrap = PairedBootstrapResult(
            segments, resamples: settings.resamples, seed: settings.seed, level: settings.level)
        interval = bootstrap?.interval
        secondary = [Self.beside(segments, bootstrap, settings)].compactMap { $0 }
        let base = baseline
        effect = difference.flatMap { gap in base.flatMap { EffectSize.relativeDifference(gap, baseline: $0) } }
    }

    /// The interval where every sample scores the same for both: no width, and approximate where there are few.
    private static func unchanged(_ differences: [Double], units: Int, level: Double) -> Interval? {
        guard units > 0, differences.allSatisfy({ $0 == 0 }) else { return nil }
        return Interval(
            estimate: 0, low: 0, high: 0, level: level, method: "equal scores in all samples",
            approximate: units < PairedBootstrapResult.enoughUnits)
    }

    /// The centred bootstrap test from a bootstrap that has been done already.
    private static func beside(
        _ segments: PairedSegments, _ bootstrap: PairedBootstrapResult?, _ settings: TestSettings
    ) -> TestResult? {
        guard let bootstrap, settings.alternative == .twoSided else { return nil }
        return TestResult(
            name: PairedBootstrap.test.name, statisticName: "Δ", statistic: bootstrap.difference,
            pValue: segments.isIdentical ? 1 : bootstrap.centredPValue, n: segments.units,
            detail: "\(bootstrap.resamples) resamples, seed \(settings.seed)")
    }
}
