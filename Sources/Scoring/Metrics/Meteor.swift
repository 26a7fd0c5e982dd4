import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// METEOR without its synonyms (Banerjee and Lavie 2005; Lavie and Agarwal, "METEOR: An Automatic Metric for MT
/// Evaluation with High Levels of Correlation with Human Judgments", 2007), as NLTK computes it with an empty
/// WordNet: words match exactly or by their Porter stems, and scattered matches are punished.
///
/// Words are those between white space, in lower case. The best reference counts.
struct Meteor: Metric {
    static let definitions = [
        MetricDefinition(
            name: "meteor", summary: "METEOR without synonyms, 0 to 1: words and stems shared, less for scattered ones",
            parameters: [
                ParameterDefinition("alpha", .number(0...1), default: 0.9, "how much recall weighs against precision"),
                ParameterDefinition("beta", .number(0...100), default: 3, "how steeply scattering is punished"),
                ParameterDefinition("gamma", .number(0...1), default: 0.5, "how much scattering can take away"),
            ]
        ) { parameters throws(MetricError) in
            Meteor(parameters)
        }
    ]

    let measures: [Measure]
    private let alpha: Double
    private let beta: Double
    private let gamma: Double

    private init(_ parameters: Parameters) {
        alpha = parameters.number("alpha") ?? 0.9
        beta = parameters.number("beta") ?? 3
        gamma = parameters.number("gamma") ?? 0.5
        measures = [
            .mean(
                id: parameters.id, title: "METEOR (no synonyms)",
                signature: [
                    "alpha": Decimals.short(alpha), "beta": Decimals.short(beta), "gamma": Decimals.short(gamma),
                    "stem": "porter", "syn": "none",
                ])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        let output = StemmedWords(segment.output)
        let best = segment.references.map { score(output, StemmedWords($0)) }.max() ?? 0
        return [SegmentStatistics([best, 1])]
    }

    private func score(_ output: StemmedWords, _ reference: StemmedWords) -> Double {
        let matches = WordAlignment.matches(output, reference)
        guard !matches.isEmpty else { return 0 }
        let precision = Double(matches.count) / Double(output.words.count)
        let recall = Double(matches.count) / Double(reference.words.count)
        let mean = precision * recall / (alpha * precision + (1 - alpha) * recall)
        // Runs of matches that are neighbours, in the same order, on both sides.
        let chunks = zip(matches, matches.dropFirst()).reduce(1) { count, pair in
            pair.1.output == pair.0.output + 1 && pair.1.reference == pair.0.reference + 1 ? count : count + 1
        }
        return (1 - gamma * pow(Double(chunks) / Double(matches.count), beta)) * mean
    }
}
