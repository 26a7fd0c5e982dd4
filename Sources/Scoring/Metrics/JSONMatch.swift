import Chat

/// Whether the output is one valid JSON document and nothing else (RFC 8259; white space around it is allowed).
struct JSONMatch: Metric {
    static let definitions = [
        MetricDefinition(name: "json", summary: "whether the output is a valid JSON document") {
            parameters throws(MetricError) in
            JSONMatch(id: parameters.id)
        }
    ]

    let measures: [Measure]

    private init(id: String) {
        measures = [.binary(id: id, title: "valid JSON")]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        let isValid = (try? JSONValue.parse(segment.output)) != nil
        return [SegmentStatistics([isValid ? 1 : 0, 1])]
    }
}
