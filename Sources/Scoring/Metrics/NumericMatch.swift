import Chat

/// Whether the number that the output gives is the reference's.
///
/// The number is what `extract` captures, or without it any numeral of the text, the last one unless `take` says first.
/// An output without a number is wrong, not unscored; a reference without one cannot be scored.
struct NumericMatch: Metric {
    static let definitions = [
        MetricDefinition(
            name: "numeric", summary: "whether the number in the output equals the reference's",
            parameters: [
                ParameterDefinition(
                    "extract", .text, "a regular expression whose first group is the number; else any number counts"),
                ParameterDefinition(
                    "take", .choice(["last", "first"]), default: "last",
                    "which match or number counts where there are several"),
                ParameterDefinition(
                    "tolerance", .number(0...Double.greatestFiniteMagnitude), default: 0,
                    "the largest difference that still counts as equal"),
            ]
        ) { parameters throws(MetricError) in
            try NumericMatch(parameters)
        }
    ]

    let measures: [Measure]
    private let extract: CappedPattern?
    private let take: CappedPattern.Which
    private let tolerance: Double

    private init(_ parameters: Parameters) throws(MetricError) {
        var extract: CappedPattern?
        if let pattern = parameters.text("extract") { extract = try CappedPattern(pattern, parameter: "extract") }
        self.extract = extract
        take = parameters.text("take") == "first" ? .first : .last
        tolerance = parameters.number("tolerance") ?? 0
        measures = [
            .binary(
                id: parameters.id, title: "numeric match",
                signature: [
                    "extract": extract?.pattern ?? "none", "take": take.rawValue,
                    "tolerance": Decimals.short(tolerance),
                ])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        let references = segment.references.compactMap { Numeral.read($0, take: .last) }
        guard !references.isEmpty else {
            let shown = segment.references.map { "'\($0.prefix(40))'" }.joined(separator: ", ")
            throw MetricError("there is no number in the reference \(shown)")
        }
        let found = try number(in: segment.output)
        let isEqual = found.map { found in references.contains { found.equals($0, tolerance: tolerance) } } ?? false
        return [SegmentStatistics([isEqual ? 1 : 0, 1])]
    }

    private func number(in output: String) throws(MetricError) -> Numeral? {
        guard let extract else { return Numeral.read(output, take: take) }
        return try extract.capture(in: output, take: take).flatMap { Numeral.read($0, take: take) }
    }
}
