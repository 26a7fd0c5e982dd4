import Chat

/// How alike two texts are by their edit distance: 1 minus the distance divided by the longer length; 1 is equal.
///
/// Distance counts insertions, deletions and substitutions of Unicode scalars, or of words (Levenshtein, "Binary codes
/// capable of correcting deletions, insertions and reversals", 1966). The most alike reference counts.
struct LevenshteinSimilarity: Metric {
    static let definitions = [
        MetricDefinition(
            name: "levenshtein", summary: "likeness by edit distance, 0 to 1: 1 - distance / longer length",
            parameters: [
                ParameterDefinition(
                    "unit", .choice(["characters", "words"]), default: "characters",
                    "what is inserted, deleted, replaced"),
                ParameterDefinition("lowercase", .flag, default: false, "compares without regard to case"),
            ]
        ) { parameters throws(MetricError) in
            LevenshteinSimilarity(parameters)
        }
    ]

    let measures: [Measure]
    private let ofWords: Bool
    private let lowercase: Bool

    private init(_ parameters: Parameters) {
        ofWords = parameters.text("unit") == "words"
        lowercase = parameters.flag("lowercase")
        measures = [
            Measure.average(
                id: parameters.id, title: "Levenshtein similarity", kind: .mean, range: 0...1, higherIsBetter: true,
                names: ["similarity", "distance"], shown: 0,
                signature: ["unit": ofWords ? "words" : "characters", "case": lowercase ? "lc" : "mixed"])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        var numbers = SequenceNumbers()
        let output = ids(segment.output, &numbers)
        var best: [Double] = []
        for reference in segment.references {
            let wanted = ids(reference, &numbers)
            let distance = try EditDistance.levenshtein(output, wanted)
            let similarity = 1 - EditDistance.normalized(distance, output.count, wanted.count)
            if similarity > best.first ?? -1 { best = [similarity, Double(distance), 1] }
        }
        guard !best.isEmpty else { throw .noReference }
        return [SegmentStatistics(best)]
    }

    private func ids(_ text: String, _ numbers: inout SequenceNumbers) -> [Int32] {
        let text = lowercase ? PythonText.lowercased(text) : text
        return ofWords ? numbers.words(PythonText.words(text)) : numbers.scalars(text.unicodeScalars)
    }
}
