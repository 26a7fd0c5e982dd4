/// What is compared: a model, a prompt and a pipeline under one label.
public struct Variant: Sendable, Hashable {
    /// `model:prompt:pipeline`, without the parts of which there is only one.
    public var label: String
    public var model: ModelSpec
    public var prompt: PromptSpec
    public var pipeline: EvalPipeline

    /// All three parts, however few there are of each; a spec may name a variant by either.
    public var fullLabel: String { "\(model.id):\(prompt.id):\(pipeline.id)" }

    /// Whether `name` is one of the variant's labels.
    public func isNamed(_ name: String) -> Bool { name == label || name == fullLabel }

    public var modelID: String { model.id }
    public var promptID: String { prompt.id }
    public var pipelineID: String { pipeline.id }
}

extension EvalSpec {
    /// The variants to run, models × prompts × pipelines in the order of the spec.
    public var variants: [Variant] {
        guard let chosenVariants else { return allVariants }
        return allVariants.filter { chosenVariants.contains($0.label) }
    }

    /// The label of the variant that others are compared with: the spec's, else the first.
    public var baselineLabel: String? {
        let running = variants
        let named = compare.baseline.flatMap { name in running.first { $0.isNamed(name) } }
        return (named ?? running.first)?.label
    }

    /// The pipelines, those with a cache a second time where they run cold and warm.
    var startedPipelines: [EvalPipeline] {
        guard cache == .both else { return pipelines }
        return pipelines.flatMap { pipeline -> [EvalPipeline] in
            guard pipeline.hasCache else { return [pipeline] }
            var twin = pipeline
            twin.id = pipeline.warmTwinID
            twin.isWarmTwin = true
            return [pipeline, twin]
        }
    }

    /// Every variant of the spec, whether chosen or not.
    public var allVariants: [Variant] {
        models.flatMap { model in
            prompts.flatMap { prompt in
                startedPipelines.map { pipeline in
                    Variant(
                        label: label(model: model.id, prompt: prompt.id, pipeline: pipeline.id), model: model,
                        prompt: prompt, pipeline: pipeline)
                }
            }
        }
    }

    private func label(model: String, prompt: String, pipeline: String) -> String {
        var parts: [String] = []
        if models.count > 1 { parts.append(model) }
        if prompts.count > 1 { parts.append(prompt) }
        if startedPipelines.count > 1 { parts.append(pipeline) }
        return parts.isEmpty ? model : parts.joined(separator: ":")
    }
}
