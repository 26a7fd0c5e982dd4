public import Chat

/// All metrics that need no model.
public enum Metrics {
    /// The files of the folder `Metrics`, sorted: a new metric is a file, its test, and a line here.
    static let files: [[MetricDefinition]] = [
        Bleu.definitions,
        ChoiceMatch.definitions,
        ChrF.definitions,
        Contains.definitions,
        ExactMatch.definitions,
        JSONFields.definitions,
        JSONMatch.definitions,
        LevenshteinSimilarity.definitions,
        Meteor.definitions,
        NumericMatch.definitions,
        RegexMatch.definitions,
        Rouge.definitions,
        TokenF1.definitions,
        TranslationEditRate.definitions,
        WordErrorRate.definitions,
    ]

    /// Every metric that a spec may name.
    public static let all: [MetricDefinition] = files.flatMap { $0 }

    /// The metric of this name, or nil.
    public static func named(_ name: String) -> MetricDefinition? { all.first { $0.name == name } }

    /// Makes a metric by name.
    /// - Throws: `MetricError` for an unknown name, with the nearest one, and for parameters as
    ///   `MetricDefinition.make`.
    public static func make(_ name: String, _ given: [String: JSONValue] = [:]) throws(MetricError) -> any Metric {
        guard let definition = named(name) else {
            throw MetricError(
                "there is no metric '\(name)'; there are \(all.map(\.name).joined(separator: ", "))",
                nearest: NearestName.nearest(to: name, among: all.map(\.name)))
        }
        return try definition.make(given)
    }
}
