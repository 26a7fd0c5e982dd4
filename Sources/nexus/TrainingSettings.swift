import Experiments

/// What `nexus.yaml` says of feedback and training:
/// `training: {min_feedback: 100, folder: .nexus/training, fine_tune: {provider: openai, model: NAME}}`.
struct TrainingSettings: Sendable, Hashable {
    /// How much new feedback sets off a data set; nil never does.
    var minFeedback: Int?
    /// Where data sets are written.
    var folder = ".nexus/training"
    /// Whom to train at, and which model; nil trains none.
    var provider: String?
    var model: String?

    init() {}

    /// - Parameter field: faults are reported there.
    init(_ field: SpecField) {
        guard let map = field.mapping(keys: ["min_feedback", "folder", "fine_tune"]) else { return }
        minFeedback = map["min_feedback"]?.integer(in: 1...100_000_000)
        folder = map["folder"]?.filledText("a folder") ?? folder
        guard let tune = map["fine_tune"], let inner = tune.mapping(keys: ["provider", "model"]) else { return }
        model = inner.required("model", "the name of a model that can be trained")?.filledText()
        provider = inner["provider"]?.filledText("a provider that speaks OpenAI's API") ?? "openai"
    }
}
