import Chat
public import Scoring

/// The names that a spec may use, handed in from above: the reader knows neither the gateway nor the providers, and yet
/// names the nearest stage or provider.
public struct Vocabulary: Sendable {
    public var metrics: [MetricDefinition]
    /// In the order of the pipeline, outermost first.
    public var stages: [StageKind]
    /// The pipelines that the configuration names.
    public var pipelines: [EvalPipeline]
    /// What may stand before the first slash of a model's name, `baseline` and `recorded` among them.
    public var providers: [String]
    /// The configuration's own names for models.
    public var aliases: [String]
    /// The embedded baselines without their provider, `lead-1`; empty where any is taken.
    public var baselines: [String]

    public init(
        metrics: [MetricDefinition], stages: [StageKind] = [], pipelines: [EvalPipeline] = [],
        providers: [String] = [], aliases: [String] = [], baselines: [String] = []
    ) {
        self.metrics = metrics
        self.stages = stages
        self.pipelines = pipelines
        self.providers = providers
        self.aliases = aliases
        self.baselines = baselines
    }

    /// Makes the metric that a spec asks for.
    /// - Throws: `MetricError` where there is no such kind or a parameter does not fit; never for a metric of a spec
    ///   that was read with this vocabulary.
    public func metric(_ spec: MetricSpec) throws(MetricError) -> any Metric {
        guard let definition = metrics.first(where: { $0.name == spec.kind }) else {
            throw MetricError(
                "there is no metric '\(spec.kind)'",
                nearest: NearestName.nearest(to: spec.kind, among: metrics.map(\.name)))
        }
        return try definition.make(spec.parameters)
    }

    /// What is wrong with a model's name whose provider nobody knows but that is nearly one: `opnai/gpt-4o` is a typing
    /// error, `meta/llama` may be a model's own name at the default provider. Nil where nothing is.
    public func unknownProvider(of name: String) -> (message: String, remedy: String)? {
        guard let slash = name.firstIndex(of: "/"), !providers.isEmpty, !aliases.contains(name) else { return nil }
        let provider = String(name[..<slash])
        guard !providers.contains(provider), let question = NearestName.question(for: provider, among: providers)
        else { return nil }
        return ("there is no provider '\(SpecNode.shortened(provider))'", question)
    }

    /// Metrics that ask a model; they come with judging.
    static let judgingMetrics = ["judge"]

    /// The stages of the finished gateway: one that is not in this build is told apart from a typing error.
    static let plannedStages = [
        "sanitize", "rate_limit", "cache", "single_flight", "retrieval", "guardrails", "retry", "breaker", "fallback",
    ]

    /// What every run measures besides its metrics, for gates.
    public static let builtInMeasures = ["cost_usd", "latency_ms", "ttft_ms", "failure_rate"]
}
