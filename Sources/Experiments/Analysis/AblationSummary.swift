/// What the stages of a pipeline are worth: figures with a stage less those without it, on the same samples.
public struct AblationSummary: Sendable, Hashable {
    public var design: AblationSpec.Design
    /// The ids of the model and the prompt that all the variants share.
    public var model: String
    public var prompt: String
    /// The pipeline with all of the stages on.
    public var pipeline: String
    /// The label of its variant.
    public var variant: String
    /// Whether caches began empty ("cold") or filled ("warm"); nil where the pipeline has none.
    public var stratum: String?
    /// Stage by stage, and of each stage metric by metric; interactions behind them.
    public var effects: [StageEffect]
}

/// One figure of one stage, or of two stages together.
public struct StageEffect: Sendable, Hashable {
    /// The stage; of an interaction both.
    public var stages: [String]
    /// With the stage (`variant`) less without it (`baseline`). Of an interaction: what the first stage changes where
    /// the second is on, less what it changes where the second is off.
    public var row: ComparisonRow

    public var isInteraction: Bool { stages.count > 1 }
    /// "cache", "cache × retrieval".
    public var name: String { stages.joined(separator: " × ") }
}

/// What a stage took by itself, without the stages inside it.
public struct StageTime: Sendable, Hashable {
    public var stage: String
    /// Trials whose call passed it.
    public var trials: Int
    /// Milliseconds a trial that passed it.
    public var mean: Double
    public var median: Double
    /// Nil where there are fewer than 200 trials.
    public var p95: Double?
    /// Of the time that all stages of the variant's trials took, 0 to 1.
    public var share: Double
}
