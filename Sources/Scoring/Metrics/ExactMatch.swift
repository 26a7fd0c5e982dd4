import Chat

/// Whether the output is one of the references: by default after the normalisation of SQuAD, `strict` as the text
/// itself.
struct ExactMatch: Metric {
    static let definitions = [
        MetricDefinition(
            name: "exact_match",
            summary: "whether the output is one of the references, case, punctuation and articles aside",
            parameters: [
                ParameterDefinition("strict", .flag, default: false, "compares the text itself, scalar by scalar")
            ]
        ) { parameters throws(MetricError) in
            ExactMatch(parameters)
        }
    ]

    let measures: [Measure]
    private let isStrict: Bool

    private init(_ parameters: Parameters) {
        isStrict = parameters.flag("strict")
        measures = [
            .binary(
                id: parameters.id, title: "exact match", signature: ["normalisation": isStrict ? "none" : "squad"])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        let output = isStrict ? segment.output : AnswerText.normalized(segment.output)
        let isFound = segment.references.contains {
            AnswerText.areIdentical(output, isStrict ? $0 : AnswerText.normalized($0))
        }
        return [SegmentStatistics([isFound ? 1 : 0, 1])]
    }
}
