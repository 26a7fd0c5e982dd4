/// The paired bootstrap test as sacrebleu computes it, for comparison with published figures alone.
public enum PairedBS {
    static let test = SignificanceTest.corpus(
        "paired-bs", "paired bootstrap as in sacrebleu",
        "for comparison with sacrebleu's --paired-bs alone: at 5 % it rejects a true null about 12 % of the time"
    ) { segments, settings in
        run(segments, resamples: settings.resamples, seed: settings.seed, alternative: settings.alternative)
    }

    /// Counts |Δ*| − mean |Δ*| > |Δ|, as sacrebleu does. Use ``PairedAR`` or ``PairedBootstrap`` for a decision.
    ///
    /// - Returns: the difference as the statistic; p = 1 for identical outputs (sacrebleu: 1/(B + 1)); not testable for
    ///   fewer than two units or without a score, and one-sided. The same for any number of threads.
    public static func run(
        _ segments: PairedSegments, resamples: Int = 10_000, seed: UInt64 = 12_345, alternative: Alternative = .twoSided
    ) -> TestResult {
        result(test.name, segments, resamples, seed, alternative) { $0.sacrebleuPValue }
    }

    static func result(
        _ name: String, _ segments: PairedSegments, _ resamples: Int, _ seed: UInt64, _ alternative: Alternative,
        _ pValue: (PairedBootstrapResult) -> Double
    ) -> TestResult {
        if let obstacle = segments.obstacle {
            return .notTestable(name, n: segments.units, obstacle, alternative: alternative)
        }
        guard alternative == .twoSided else {
            return .notTestable(name, n: segments.units, "this test is two-sided only", alternative: alternative)
        }
        if segments.isIdentical {
            return TestResult(
                name: name, statisticName: "Δ", statistic: segments.difference, pValue: 1, n: segments.units,
                detail: "identical outputs")
        }
        guard let bootstrap = PairedBootstrapResult(segments, resamples: resamples, seed: seed) else {
            return .notTestable(name, n: segments.units, "no resample has a score for both systems")
        }
        return TestResult(
            name: name, statisticName: "Δ", statistic: bootstrap.difference, pValue: pValue(bootstrap),
            n: segments.units,
            detail: "\(bootstrap.resamples) resamples, seed \(seed)"
                + (bootstrap.undefined > 0 ? ", \(bootstrap.undefined) without a score left out" : ""))
    }
}
