public import Chat

/// A whole evaluation as its author wrote it, every value checked and every default filled in.
///
/// It is made by `SpecReader`; nothing in it can still turn out to be misspelt but what only the data can tell (the
/// variables of a prompt), which `DatasetReader` checks.
public struct EvalSpec: Sendable, Hashable {
    public var name: String
    public var description: String?
    public var dataset: DatasetSpec
    /// Never empty.
    public var prompts: [PromptSpec]
    /// Never empty.
    public var models: [ModelSpec]
    /// Never empty.
    public var pipelines: [EvalPipeline]
    /// Which of the pipelines are others with stages switched off.
    public var ablations: [AblationSpec]
    /// Passes for each sample and variant, at least one.
    public var repeats: Int
    /// What is done to an output before it is scored.
    public var transform: TransformSpec?
    public var metrics: [MetricSpec]
    public var compare: CompareSpec
    public var gates: [GateSpec]
    /// The share of trials that may fail before the run is not valid, 0…1.
    public var maxFailures: Double
    public var cache: CacheStart
    /// Trials in flight in all.
    public var concurrency: Int
    public var seed: UInt64
    /// The only samples to run; nil for all.
    public var sampleIDs: [String]?
    /// The labels of the only variants to run; nil for all.
    public var chosenVariants: [String]?
    /// The file that the spec was read from, as the user named it; no part of the spec's hash.
    public var file: String

    /// The folder that relative paths count from.
    public var folder: String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return String(file[...slash])
    }

    /// A path of the spec, seen from where the program runs.
    public func path(_ relative: String) -> String {
        relative.hasPrefix("/") ? relative : folder + relative
    }
}

/// Where a part of the spec stands, for faults that are found later.
public struct SpecPlace: Sendable, Hashable {
    public var line: Int
    public var column: Int
    public var path: String
}

/// What the samples are read from.
public struct DatasetSpec: Sendable, Hashable {
    public enum Source: Sendable, Hashable {
        /// A file, as the spec writes it: relative to the spec.
        case file(String)
        /// Samples that stand in the spec itself.
        case inline([InlineSample])
    }

    /// A sample in the spec and its line.
    public struct InlineSample: Sendable, Hashable {
        public var row: JSONValue
        public var line: Int
    }

    /// How a limit chooses.
    public enum Sampling: String, Sendable, Hashable, CaseIterable {
        /// The first rows.
        case head
        /// Rows drawn with the spec's seed, in the order of the file.
        case random
    }

    public var source: Source
    /// The field that holds the id; nil for `id`.
    public var idField: String?
    /// The fields that hold references, all of them needed; empty for the first of `SampleRules.referenceFields` that
    /// is there.
    public var referenceFields: [String]
    /// Most samples to use; nil for all.
    public var limit: Int?
    public var sampling: Sampling
    public var place: SpecPlace
}

/// One prompt and its name.
public struct PromptSpec: Sendable, Hashable {
    public var id: String
    /// Without messages where every model reads a field or a recording and the spec has no prompts.
    public var template: PromptTemplate
    public var place: SpecPlace
}

/// What answers.
public struct ModelSpec: Sendable, Hashable {
    public var id: String
    /// `provider/model`, an alias, or `recorded/<label>`.
    public var model: String
    /// The file of recorded answers, relative to the spec; nil where a model is asked.
    public var recorded: String?
    /// The dataset field that a baseline reads instead of the prompt.
    public var input: String?
    public var parameters: ChatRequest.Parameters
    /// Whether the answer is asked for as a stream, so that the time to its first token is known.
    public var stream = false
    public var place: SpecPlace
}

extension EvalSpec {
    /// Most answers that the store may keep: the largest bound of the pipelines with a cache; nil where one of them
    /// says nothing, as a warm run must find all that its first pass left.
    public var maxCacheEntries: Int? {
        let bounds = pipelines.filter(\.hasCache).map { $0.setting(of: "cache")?["max_entries"]?.intValue }
        return bounds.contains(nil) ? nil : bounds.compactMap(\.self).max()
    }
}

/// A pipeline's settings as the spec gives them: what is not mentioned is off, or the stage's default.
public struct EvalPipeline: Sendable, Hashable {
    public var id: String
    public var stages: [StageSetting]
    /// Of a spec with `cache: both`, whether it is the one whose cache a first pass fills.
    public var isWarmTwin = false

    public init(id: String, stages: [StageSetting] = []) {
        self.id = id
        self.stages = stages
    }

    /// A stage's setting; nil where nobody mentions it.
    public func setting(of stage: String) -> JSONValue? {
        stages.last { $0.stage == stage }?.setting
    }

    /// Whether the stage is mentioned, and switched off.
    public func isOff(_ stage: String) -> Bool {
        setting(of: stage) == .string("off")
    }

    /// Whether it has a cache.
    public var hasCache: Bool {
        guard let setting = setting(of: "cache") else { return false }
        return setting != "off" && setting != false && setting["mode"] != "off"
    }

    /// The pipeline with some stages switched off.
    func without(_ off: [String], id: String) -> EvalPipeline {
        let others = stages.filter { !off.contains($0.stage) }
        return EvalPipeline(id: id, stages: others + off.map { StageSetting(stage: $0, setting: .string("off")) })
    }

    /// The id of the pipeline whose cache a first pass fills, where a spec runs it both ways.
    var warmTwinID: String { "\(id)-warm" }
}

/// What a pipeline says of one stage.
public struct StageSetting: Sendable, Hashable {
    public var stage: String
    /// A word (`exact`, `on`, `off`) or a mapping of settings.
    public var setting: JSONValue

    public init(stage: String, setting: JSONValue) {
        self.stage = stage
        self.setting = setting
    }
}

/// What is done to an output before it is scored.
public struct TransformSpec: Sendable, Hashable {
    /// An ICU pattern; its first group, or the whole match, is what is scored.
    public var extract: String
}

/// A metric as the spec asks for it; `Vocabulary.metric(_:)` makes it.
public struct MetricSpec: Sendable, Hashable {
    /// The metric's name, `rouge`.
    public var kind: String
    /// The spec's own id, else the kind.
    public var id: String
    /// What the spec gives, by key, with an `id` where it gives one.
    public var parameters: [String: JSONValue]
    /// The columns that the metric fills, `rouge1`, `rougeL`.
    public var measures: [String]
    public var place: SpecPlace
    /// How a sample's repeats become one score, `pass@3`; nil for their mean.
    public var reducer: String?
}

/// What a run's cache holds when it begins.
public enum CacheStart: String, Sendable, Hashable, CaseIterable {
    /// Nothing: a partition of the run's own.
    case cold
    /// What a first pass put there.
    case warm
    /// Each pipeline that has a cache runs twice, as two variants: cold, and under its id with `-warm` filled.
    case both
}
