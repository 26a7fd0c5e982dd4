import Chat

/// TER, the translation edit rate, as sacrebleu computes it: edits, shifts of phrases included, per word of the
/// reference, in percent. Lower is better, and it may exceed 100.
///
/// Among several references the fewest edits count, over the references' mean length.
struct TranslationEditRate: Metric {
    static let definitions = [
        MetricDefinition(
            name: "ter", summary: "TER of the corpus, percent, sacrebleu's: edits and shifts per word; lower is better",
            parameters: [
                ParameterDefinition("normalized", .flag, default: false, "cuts punctuation off words, undoes escapes"),
                ParameterDefinition("no_punct", .flag, default: false, "leaves punctuation out"),
                ParameterDefinition(
                    "asian_support", .flag, default: false,
                    "with normalized, cuts Chinese characters apart; with no_punct, leaves Asian punctuation out"),
                ParameterDefinition("case_sensitive", .flag, default: false, "tells upper from lower case"),
            ]
        ) { parameters throws(MetricError) in
            TranslationEditRate(parameters)
        }
    ]

    let measures: [Measure]
    private let tokenizer: TercomTokenizer
    private let pool = WorkspacePool()

    private init(_ parameters: Parameters) {
        let tokenizer = TercomTokenizer(
            normalizes: parameters.flag("normalized"), removesPunctuation: parameters.flag("no_punct"),
            knowsAsian: parameters.flag("asian_support"), keepsCase: parameters.flag("case_sensitive"))
        self.tokenizer = tokenizer
        func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
        measures = [
            Measure(
                id: parameters.id, title: "TER", kind: .corpus, range: nil, higherIsBetter: false, statisticsCount: 2,
                score: { $0.count < 2 ? nil : Self.rate($0[0], $0[1]) },
                segmentScore: { $0.count < 2 ? nil : Self.rate($0[0], $0[1]) },
                parts: { sum in
                    guard sum.count >= 2 else { return [] }
                    return [
                        .init(key: "num_edits", value: .number(sum[0])),
                        .init(key: "ref_length", value: .number(sum[1])),
                    ]
                },
                detail: { _ in "" },
                fields: Signature([
                    .init(name: "case", short: "c", value: tokenizer.keepsCase ? "mixed" : "lc"),
                    .init(name: "tok", short: "t", value: "tercom"),
                    .init(name: "norm", short: "nr", value: yes(tokenizer.normalizes)),
                    .init(name: "punct", short: "pn", value: yes(!tokenizer.removesPunctuation)),
                    .init(name: "asian", short: "as", value: yes(tokenizer.knowsAsian)),
                ]))
        ]
    }

    /// Percent; 100 for edits against no reference words at all.
    private static func rate(_ edits: Double, _ length: Double) -> Double {
        length > 0 ? 100 * edits / length : edits > 0 ? 100 : 0
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        return try pool.with { work throws(MetricError) in
            let output = try tokenizer.tokenize(segment.output, in: work.text)
            var references: [Range<Int>] = []
            for reference in segment.references {
                references.append(try tokenizer.tokenizeReference(reference, in: work.text))
            }
            let ids = work.numberTokens()
            var edits = Int.max
            var length = 0
            for reference in references {
                guard (output.count + 1) * (reference.count + 1) <= Self.mostCells else {
                    throw MetricError(
                        "\(output.count) words against \(reference.count) are too many for TER; score shorter segments")
                }
                edits = min(edits, work.edits.count(ids, output: output, reference: reference))
                length += reference.count
            }
            return [SegmentStatistics([Double(edits), Double(length) / Double(references.count)])]
        }
    }

    /// Most cells of the table of distances: 128 MiB.
    private static let mostCells = 1 << 24
}
