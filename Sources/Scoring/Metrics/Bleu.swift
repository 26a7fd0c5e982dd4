import Chat

/// BLEU (Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", 2002) as sacrebleu
/// computes it: precisions of n-grams clipped by the references, their geometric mean, a penalty for brevity.
///
/// Statistics of a segment: its length, the length of the closest reference (of two as close, the shorter), the clipped
/// matches of each order, the n-grams of each order.
struct Bleu: Metric {
    static let definitions = [
        MetricDefinition(
            name: "bleu", summary: "BLEU of the corpus, 0 to 100, sacrebleu's; for a sample, sentence BLEU",
            parameters: [
                ParameterDefinition(
                    "tokenize", .choice(Tokenizers.all.map(\.name)), default: "13a",
                    "how text is cut into tokens: zh for Chinese, char for scripts without spaces, none if it is done"),
                ParameterDefinition(
                    "smooth", .choice(BleuFigure.Smoothing.allCases.map(\.rawValue)), default: "exp",
                    "what an order without a match counts"),
                ParameterDefinition(
                    "smooth_value", .number(0...1000), "of floor (0.1 unless given) and add-k (1 unless given)"),
                ParameterDefinition("lowercase", .flag, default: false, "compares without regard to case"),
                ParameterDefinition("max_ngram_order", .whole(1...9), default: 4, "the longest n-grams counted"),
                ParameterDefinition(
                    "effective_order", .flag, default: false,
                    "leaves out orders longer than the corpus; samples are always scored so"),
            ]
        ) { parameters throws(MetricError) in
            try Bleu(parameters)
        }
    ]

    let measures: [Measure]
    private let tokenizer: any Tokenizer
    private let lowercase: Bool
    private let orders: Int
    private let pool = WorkspacePool()

    private init(_ parameters: Parameters) throws(MetricError) {
        guard let tokenizer = parameters.text("tokenize").flatMap(Tokenizers.named) else {
            throw MetricError("bleu: there is no such tokenizer", parameter: "tokenize")
        }
        let smoothing = parameters.text("smooth").flatMap(BleuFigure.Smoothing.init) ?? .exp
        let given = parameters.number("smooth_value")
        guard given == nil || smoothing.defaultValue != nil else {
            throw MetricError(
                "bleu: 'smooth_value' goes with smooth: floor or add-k, found smooth: \(smoothing.rawValue)",
                parameter: "smooth_value")
        }
        let figure = BleuFigure(
            orders: parameters.whole("max_ngram_order") ?? 4, smoothing: smoothing,
            smoothValue: given ?? smoothing.defaultValue ?? 0, effectiveOrder: parameters.flag("effective_order"))
        self.tokenizer = tokenizer
        lowercase = parameters.flag("lowercase")
        orders = figure.orders
        measures = [Self.measure(id: parameters.id, figure, tokenizer: tokenizer.name, lowercase: lowercase)]
    }

    private static func measure(id: String, _ figure: BleuFigure, tokenizer: String, lowercase: Bool) -> Measure {
        var sentence = figure
        sentence.effectiveOrder = true
        let forSentence = sentence
        return Measure(
            id: id, title: "BLEU", kind: .corpus, range: 0...100, higherIsBetter: true,
            statisticsCount: 2 + 2 * figure.orders,
            score: { figure.score($0) },
            segmentScore: { values in values.withUnsafeBufferPointer { forSentence.score($0) } },
            parts: { figure.evaluate($0)?.members ?? [] },
            detail: { figure.evaluate($0)?.detail ?? "" },
            fields: Signature([
                .init(name: "case", short: "c", value: lowercase ? "lc" : "mixed"),
                .init(name: "eff", short: "e", value: figure.effectiveOrder ? "yes" : "no"),
                .init(name: "tok", short: "tok", value: tokenizer),
                .init(name: "smooth", short: "s", value: figure.smoothingName),
            ]))
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        return try pool.with { work throws(MetricError) in
            let output = try tokens(segment.output, work)
            let matches = work.matches.reserve(orders)
            let closest: Int
            if segment.references.count == 1 {
                let reference = try tokens(segment.references[0], work)
                closest = reference.count
                work.matcher.count(
                    work.numberTokens(), vocabulary: work.vocabulary.count, output: output,
                    references: CollectionOfOne(reference), orders: orders, into: matches)
            } else {
                var references: [Range<Int>] = []
                for reference in segment.references { references.append(try tokens(reference, work)) }
                closest = Self.closest(to: output.count, references)
                work.matcher.count(
                    work.numberTokens(), vocabulary: work.vocabulary.count, output: output, references: references,
                    orders: orders, into: matches)
            }
            let values = [Double](unsafeUninitializedCapacity: 2 + 2 * orders) { buffer, count in
                buffer[0] = Double(output.count)
                buffer[1] = Double(closest)
                for order in 0..<orders {
                    buffer[2 + order] = matches[order]
                    buffer[2 + orders + order] = Double(max(0, output.count - order))
                }
                count = 2 + 2 * orders
            }
            return [SegmentStatistics(values)]
        }
    }

    private func tokens(_ text: String, _ work: Workspace) throws(MetricError) -> Range<Int> {
        let range = try work.text.append(text, lowercase: lowercase)
        return tokenizer.tokenize(work.text.trimmedAtEnd(range), in: work.text)
    }

    /// The reference length next to the output's; of two as near, the shorter.
    private static func closest(to length: Int, _ references: [Range<Int>]) -> Int {
        references.map(\.count).min { (abs($0 - length), $0) < (abs($1 - length), $1) } ?? 0
    }
}
