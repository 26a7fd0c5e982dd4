import Chat

/// Word and character error rate: edits per word or character of the reference, pooled over the corpus, as jiwer
/// computes them. Lower is better; above 1 where the output is much longer than the reference.
///
/// Words are cut at the space character, runs of white space counting as one space; a single tab or line feed does not
/// cut. For characters only the white space around the text is left out. Among several references the one with the
/// lowest rate counts.
struct WordErrorRate: Metric {
    static let definitions = [
        MetricDefinition(
            name: "wer", summary: "edits per word of the reference; lower is better", parameters: [lowercase]
        ) { parameters throws(MetricError) in
            WordErrorRate(parameters, ofWords: true)
        },
        MetricDefinition(
            name: "cer", summary: "edits per character of the reference; lower is better", parameters: [lowercase]
        ) { parameters throws(MetricError) in
            WordErrorRate(parameters, ofWords: false)
        },
    ]

    private static let lowercase = ParameterDefinition(
        "lowercase", .flag, default: false, "compares without regard to case")

    let measures: [Measure]
    private let ofWords: Bool
    private let lowercase: Bool

    private init(_ parameters: Parameters, ofWords: Bool) {
        self.ofWords = ofWords
        lowercase = parameters.flag("lowercase")
        measures = [
            Measure(
                id: parameters.id, title: ofWords ? "WER" : "CER", kind: .corpus, range: nil, higherIsBetter: false,
                statisticsCount: 2,
                score: { $0.count < 2 ? nil : Self.rate($0[0], $0[1]) },
                segmentScore: { $0.count < 2 ? nil : Self.rate($0[0], $0[1]) },
                parts: { sum in
                    guard sum.count >= 2 else { return [] }
                    return [
                        .init(key: "edits", value: .number(sum[0])), .init(key: "ref_len", value: .number(sum[1])),
                    ]
                },
                detail: { _ in "" },
                fields: Signature(pairs: ["unit": ofWords ? "words" : "characters", "case": lowercase ? "lc" : "mixed"])
            )
        ]
    }

    /// Edits per unit of the reference; without a reference to count by, the edits themselves.
    private static func rate(_ edits: Double, _ length: Double) -> Double { length > 0 ? edits / length : edits }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        var numbers = SequenceNumbers()
        let output = ids(segment.output, &numbers)
        var all: [[Double]] = []
        for reference in segment.references {
            let wanted = ids(reference, &numbers)
            all.append([Double(try EditDistance.levenshtein(output, wanted)), Double(wanted.count)])
        }
        guard let best = all.min(by: { Self.rate($0[0], $0[1]) < Self.rate($1[0], $1[1]) }) else { throw .noReference }
        return [SegmentStatistics(best)]
    }

    private func ids(_ text: String, _ numbers: inout SequenceNumbers) -> [Int32] {
        let text = lowercase ? PythonText.lowercased(text) : text
        if ofWords { return numbers.words(PythonText.withSingleSpaces(text).split(separator: " ")) }
        return numbers.scalars(PythonText.stripped(text))
    }
}
