/// Paired approximate randomization: the default test for metrics of a whole corpus (BLEU, chrF, TER, ROUGE).
public enum PairedAR {
    static let test = SignificanceTest.corpus(
        "paired-ar", "paired approximate randomization",
        "any metric of the whole corpus, two systems on the same samples; exchanges whole clusters where there are any"
    ) { segments, settings in
        run(segments, resamples: settings.resamples, seed: settings.seed, alternative: settings.alternative)
    }

    /// Exchanges the two systems' outputs on random samples and asks how often the difference is as large as observed.
    ///
    /// Counts ≥ where sacrebleu counts >, which rejects a true null hypothesis far too often on 0/1 scores.
    /// - Parameters:
    ///   - resamples: at least 1; p = (c + 1) / (B + 1) over the resamples that have a score.
    ///   - seed: of the random exchanges.
    /// - Returns: the difference candidate − baseline as the statistic; p = 1 for identical outputs; not testable for
    ///   fewer than two units or without a score. The same for any number of threads.
    ///
    /// Source: Stefan Riezler and John Maxwell, *On some pitfalls in automatic evaluation and significance testing for
    /// MT*, 2005; Eric Noreen, *Computer-intensive methods for testing hypotheses*, 1989.
    public static func run(
        _ segments: PairedSegments, resamples: Int = 10_000, seed: UInt64 = 12_345, alternative: Alternative = .twoSided
    ) -> TestResult {
        if let obstacle = segments.obstacle {
            return .notTestable(test.name, n: segments.units, obstacle, alternative: alternative)
        }
        let observed = segments.difference ?? 0
        if segments.isIdentical {
            return TestResult(
                name: test.name, statisticName: "Δ", statistic: observed, pValue: 1, n: segments.units,
                alternative: alternative, detail: "identical outputs")
        }
        let resampled = ResampledScores(exchanging: segments, resamples: max(1, resamples), seed: seed)
        let differences = resampled.differences
        guard !differences.isEmpty else {
            return .notTestable(
                test.name, n: segments.units, "no resample has a score for both systems", alternative: alternative)
        }
        let extreme = Extreme(alternative: alternative, observed: observed, guardWidth: segments.guardWidth)
        let count = differences.count { extreme.holds($0) }
        return TestResult(
            name: test.name, statisticName: "Δ", statistic: observed,
            pValue: Double(count + 1) / Double(differences.count + 1), n: segments.units, alternative: alternative,
            detail: resampled.note(seed: seed))
    }
}

extension ResampledScores {
    /// How many resamples, and from which seed.
    func note(seed: UInt64) -> String {
        "\(baseline.count) resamples, seed \(seed)" + (undefined > 0 ? ", \(undefined) without a score left out" : "")
    }
}
