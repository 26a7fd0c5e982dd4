public import Chat

/// A kind of metric: its name in specs and on the command line, what it takes, and how to make one.
public struct MetricDefinition: Sendable {
    /// The name in specs and on the command line: `bleu`.
    public let name: String
    /// What the metric measures, in one line.
    public let summary: String
    /// What it takes, without `id`, which every metric takes.
    public let parameters: [ParameterDefinition]
    private let build: @Sendable (Parameters) throws(MetricError) -> any Metric

    /// - Parameter build: makes the metric from parameters whose names and types have been checked.
    public init(
        name: String, summary: String, parameters: [ParameterDefinition] = [],
        build: @escaping @Sendable (Parameters) throws(MetricError) -> any Metric
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.build = build
    }

    /// Makes the metric.
    /// - Parameter given: what the spec wrote, by key; absent keys take their defaults.
    /// - Throws: `MetricError` naming the key at fault: unknown (with the nearest one), of the wrong type, out of
    ///   range, missing though required.
    public func make(_ given: [String: JSONValue] = [:]) throws(MetricError) -> any Metric {
        try build(Parameters(given, metric: name, definitions: parameters))
    }
}
