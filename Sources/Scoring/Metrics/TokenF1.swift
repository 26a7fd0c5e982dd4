/// The overlap of words of output and reference as SQuAD measures it: F1 over the words after its normalisation, the
/// best reference counting. Two answers without a word are equal (1); one without and one with share nothing (0).
struct TokenF1: Metric {
    static let definitions = [
        MetricDefinition(
            name: "token_f1",
            summary: "F1 of the words shared with the best reference, case, punctuation and articles aside"
        ) { parameters throws(MetricError) in
            TokenF1(id: parameters.id)
        }
    ]

    let measures: [Measure]
    private let pool = WorkspacePool()

    private init(id: String) {
        measures = [.mean(id: id, title: "token F1", signature: ["normalisation": "squad"])]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        return try pool.with { work throws(MetricError) in
            let output = try tokens(segment.output, work)
            var references: [Range<Int>] = []
            for reference in segment.references { references.append(try tokens(reference, work)) }
            let ids = work.numberTokens()
            let matches = work.matches.reserve(1)
            var best = 0.0
            for reference in references {
                guard !output.isEmpty, !reference.isEmpty else {
                    if output.isEmpty, reference.isEmpty { best = 1 }
                    continue
                }
                work.matcher.count(
                    ids, vocabulary: work.vocabulary.count, output: output, references: CollectionOfOne(reference),
                    orders: 1, into: matches)
                best = max(
                    best, Overlap(matches: matches[0], output: output.count, reference: reference.count).fmeasure)
            }
            return [SegmentStatistics([best, 1])]
        }
    }

    private func tokens(_ text: String, _ work: Workspace) throws(MetricError) -> Range<Int> {
        WhitespaceTokenizer().tokenize(try work.text.append(AnswerText.normalized(text)), in: work.text)
    }
}
