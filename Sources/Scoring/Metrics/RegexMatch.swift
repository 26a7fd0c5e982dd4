/// Whether a pattern is found in the output.
struct RegexMatch: Metric {
    static let definitions = [
        MetricDefinition(
            name: "regex", summary: "whether a pattern (ICU regular expression) is found in the output",
            parameters: [
                ParameterDefinition("pattern", .text, isRequired: true, "the regular expression; (?i) ignores case")
            ]
        ) { parameters throws(MetricError) in
            RegexMatch(
                id: parameters.id, pattern: try CappedPattern(parameters.text("pattern") ?? "", parameter: "pattern"))
        }
    ]

    let measures: [Measure]
    private let pattern: CappedPattern

    private init(id: String, pattern: CappedPattern) {
        self.pattern = pattern
        measures = [.binary(id: id, title: "regex", signature: ["pattern": pattern.pattern])]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        [SegmentStatistics([try pattern.isFound(in: segment.output) ? 1 : 0, 1])]
    }
}
