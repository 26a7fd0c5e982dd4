/// The centred paired bootstrap test.
public enum PairedBootstrap {
    static let test = SignificanceTest.corpus(
        "paired-bootstrap", "centred paired bootstrap",
        "any metric of the whole corpus, two systems on the same samples; draws whole clusters where there are any"
    ) { segments, settings in
        run(segments, resamples: settings.resamples, seed: settings.seed, alternative: settings.alternative)
    }

    /// Asks how often the bootstrap moves the difference by as much as it was observed to be from 0: |Δ* − Δ| ≥ |Δ|.
    ///
    /// - Returns: the difference as the statistic; p = 1 for identical outputs; not testable for fewer than two units
    ///   or without a score, and one-sided. The same for any number of threads.
    public static func run(
        _ segments: PairedSegments, resamples: Int = 10_000, seed: UInt64 = 12_345, alternative: Alternative = .twoSided
    ) -> TestResult {
        PairedBS.result(test.name, segments, resamples, seed, alternative) { $0.centredPValue }
    }
}
