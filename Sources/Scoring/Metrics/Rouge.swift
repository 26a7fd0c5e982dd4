import Chat

/// ROUGE (Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004) as the package rouge-score computes it:
/// overlap of n-grams (rouge1 … rouge9), longest common subsequence (rougeL) and its union over lines (rougeLsum).
///
/// Each type is a measure of its own, the mean of F over samples, with precision and recall among its parts. Among
/// several references the one with the best F counts, for each type apart; the first wins ties.
struct Rouge: Metric {
    enum Kind: Hashable {
        case grams(Int)
        case subsequence
        case summary

        /// From a name like "rouge2"; nil for others.
        init?(_ name: String) {
            switch name {
            case "rougeL": self = .subsequence
            case "rougeLsum": self = .summary
            default:
                guard name.hasPrefix("rouge"), let order = Int(name.dropFirst(5)), name == "rouge\(order)",
                    1...9 ~= order
                else { return nil }
                self = .grams(order)
            }
        }

        var title: String {
            switch self {
            case .grams(let order): "ROUGE-\(order)"
            case .subsequence: "ROUGE-L"
            case .summary: "ROUGE-Lsum"
            }
        }
    }

    static let names = (1...9).map { "rouge\($0)" } + ["rougeL", "rougeLsum"]
    private static let stemmer = ParameterDefinition(
        "stemmer", .flag, default: false, "stems words of more than three letters (Porter), for English")

    static let definitions =
        [
            MetricDefinition(
                name: "rouge", summary: "ROUGE of several types in one pass; the mean F of each",
                parameters: [
                    ParameterDefinition(
                        "types", .texts, default: ["rouge1", "rouge2", "rougeL"], "rouge1 … rouge9, rougeL, rougeLsum"),
                    stemmer,
                ]
            ) { parameters throws(MetricError) in
                try Rouge(types: parameters.texts("types") ?? [], parameters: parameters)
            }
        ]
        + ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"].map { name in
            MetricDefinition(
                name: name, summary: "\(Kind(name)?.title ?? name): the mean F over samples", parameters: [stemmer]
            ) { parameters throws(MetricError) in
                try Rouge(types: [name], parameters: parameters)
            }
        }

    let measures: [Measure]
    private let kinds: [Kind]
    private let usesStemmer: Bool
    private let orders: Int
    private let pool = WorkspacePool()

    private init(types: [String], parameters: Parameters) throws(MetricError) {
        var kinds: [Kind] = []
        for type in types {
            guard let kind = Kind(type) else {
                throw MetricError(
                    "\(parameters.metric): there is no ROUGE type '\(type)'; "
                        + "there are rouge1 to rouge9, rougeL, rougeLsum",
                    parameter: "types", nearest: NearestName.nearest(to: type, among: Self.names))
            }
            guard !kinds.contains(kind) else {
                throw MetricError("\(parameters.metric): '\(type)' stands twice in 'types'", parameter: "types")
            }
            kinds.append(kind)
        }
        guard !kinds.isEmpty else {
            throw MetricError("\(parameters.metric): 'types' is empty", parameter: "types")
        }
        self.kinds = kinds
        let stems = parameters.flag("stemmer")
        usesStemmer = stems
        orders = kinds.map { if case .grams(let order) = $0 { order } else { 0 } }.max() ?? 0
        measures = zip(types, kinds).map { type, kind in
            let id = parameters.givenID.map { types.count == 1 ? $0 : "\($0).\(type)" } ?? type
            return Measure.average(
                id: id, title: kind.title, kind: .mean, range: 0...1, higherIsBetter: true,
                names: ["precision", "recall", "fmeasure"], shown: 2,
                signature: ["type": type, "stem": stems ? "yes" : "no", "tok": "rouge"])
        }
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        return try pool.with { work throws(MetricError) in
            let output = try tokens(segment.output, work)
            var references: [RougeTokenizer.Tokens] = []
            references.reserveCapacity(segment.references.count)
            for reference in segment.references { references.append(try tokens(reference, work)) }
            let ids = work.numberTokens()
            var best = [Overlap](repeating: Overlap(precision: 0, recall: 0, fmeasure: -1), count: kinds.count)
            for reference in references {
                let overlaps = try self.overlaps(output, reference, ids, work)
                for index in kinds.indices where overlaps[index].fmeasure > best[index].fmeasure {
                    best[index] = overlaps[index]
                }
            }
            return best.map { SegmentStatistics([$0.precision, $0.recall, $0.fmeasure, 1]) }
        }
    }

    private func tokens(_ text: String, _ work: Workspace) throws(MetricError) -> RougeTokenizer.Tokens {
        let range = try work.text.append(text)
        return RougeTokenizer.tokenize(range, in: work.text, stems: usesStemmer ? work.stems : nil)
    }

    /// The overlap of the output with one reference, for each type.
    private func overlaps(
        _ output: RougeTokenizer.Tokens, _ reference: RougeTokenizer.Tokens, _ ids: UnsafePointer<Int32>,
        _ work: Workspace
    ) throws(MetricError) -> [Overlap] {
        let vocabulary = work.vocabulary.count
        let (outputCount, referenceCount) = (output.range.count, reference.range.count)
        let matches = work.matches.reserve(max(1, orders))
        if orders > 0 {
            work.matcher.count(
                ids, vocabulary: vocabulary, output: output.range, references: CollectionOfOne(reference.range),
                orders: orders, into: matches)
        }
        var subsequence: Int?
        var result: [Overlap] = []
        result.reserveCapacity(kinds.count)
        for kind in kinds {
            if case .grams(let order) = kind {
                result.append(
                    Overlap(
                        matches: matches[order - 1], output: max(0, outputCount - order + 1),
                        reference: max(0, referenceCount - order + 1)))
            } else if kind == .summary, !output.breaks.isEmpty || !reference.breaks.isEmpty {
                let hits = try work.alignment.hits(
                    ids, vocabulary: vocabulary, output: output.lines, reference: reference.lines, work.subsequence)
                result.append(Overlap(matches: Double(hits), output: outputCount, reference: referenceCount))
            } else {
                if subsequence == nil {
                    subsequence = try work.subsequence.length(
                        ids, vocabulary: vocabulary, reference.range, output.range)
                }
                result.append(
                    Overlap(matches: Double(subsequence ?? 0), output: outputCount, reference: referenceCount))
            }
        }
        return result
    }

    func warnings(for segment: Segment) -> [String] {
        ([segment.output] + segment.references).contains(where: Self.isUnseen)
            ? [
                "ROUGE sees only the letters a to z and digits, so text in other scripts scores low or 0 "
                    + "whatever it says; use chrf"
            ] : []
    }

    /// Whether most letters of a text are none that ROUGE sees.
    private static func isUnseen(_ text: String) -> Bool {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        var seen = 0
        var unseen = 0
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                if scalar.properties.isAlphabetic { seen += 1 }
            } else if scalar.properties.isAlphabetic {
                unseen += 1
            }
        }
        return unseen > seen
    }
}

/// Precision, recall and their harmonic mean.
struct Overlap {
    var precision: Double
    var recall: Double
    var fmeasure: Double

    init(precision: Double, recall: Double, fmeasure: Double) {
        self.precision = precision
        self.recall = recall
        self.fmeasure = fmeasure
    }

    /// Of `output` and `reference` items, `matches` are shared; without items a rate is 0.
    init(matches: Double, output: Int, reference: Int) {
        precision = matches / Double(max(output, 1))
        recall = matches / Double(max(reference, 1))
        fmeasure = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
}
