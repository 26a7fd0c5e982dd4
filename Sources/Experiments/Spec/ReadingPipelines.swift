import Chat

/// The key `pipelines`.
extension SpecReader {
    func pipelines(_ map: SpecMapping) -> ([EvalPipeline], [AblationSpec]) {
        let standard = ([EvalPipeline(id: "default")], [AblationSpec]())
        guard let field = map["pipelines"] else { return standard }
        guard let items = field.items else {
            guard field.members != nil else {
                field.expected("a list of pipelines, or {ablate: [stage, …], from: ID}")
                return standard
            }
            let found = pipelines([field], named: vocabulary.pipelines)
            return found.0.isEmpty ? standard : found
        }
        guard field.items(of: "pipeline") != nil else { return standard }
        let found = pipelines(items, named: vocabulary.pipelines)
        return found.0.isEmpty ? standard : found
    }

    private func pipelines(
        _ items: [SpecField], named configured: [EvalPipeline]
    ) -> ([EvalPipeline], [AblationSpec]) {
        var names = UniqueNames(what: "pipeline")
        var found: [EvalPipeline] = []
        var ablations: [AblationSpec] = []
        let given = names.takeIDs(of: items)
        for (index, item) in items.enumerated() where !isAblation(item) {
            if let pipeline = pipeline(item, givenID: given[index], number: index + 1, names: &names) {
                found.append(pipeline)
            }
        }
        for item in items where isAblation(item) {
            guard let (ablation, full) = ablation(item, from: found, or: configured) else { continue }
            ablations.append(ablation)
            for stages in ablation.cells {
                let pipeline = full.without(stages, id: ablation.pipeline(without: stages))
                guard !found.contains(where: { $0.id == pipeline.id }) else { continue }
                names.reserve(pipeline.id)
                found.append(pipeline)
            }
        }
        return (found, ablations)
    }

    private func isAblation(_ item: SpecField) -> Bool {
        item.members?.contains { ["ablate", "factorial", "from"].contains($0.key) } ?? false
    }

    private func pipeline(
        _ field: SpecField, givenID: String?, number: Int, names: inout UniqueNames
    ) -> EvalPipeline? {
        if let name = field.spelling {
            guard let known = configured(name, field) else { return nil }
            return names.take(field) == nil ? nil : known
        }
        guard let members = field.members else {
            field.expected("{id: …, stage: setting, …}")
            return nil
        }
        let id = givenID ?? names.unique("pipeline-\(number)")
        let stages = members.compactMap { key, value in
            key == "id" ? nil : stageReader.setting(key, value, besides: ["id"])
        }
        let order = vocabulary.stages.map(\.name)
        return EvalPipeline(
            id: id,
            stages: stages.sorted { (order.firstIndex(of: $0.stage) ?? 0) < (order.firstIndex(of: $1.stage) ?? 0) })
    }

    /// A pipeline of the configuration by its name.
    private func configured(_ name: String, _ field: SpecField) -> EvalPipeline? {
        if let known = vocabulary.pipelines.first(where: { $0.id == name }) { return known }
        field.report(
            "the configuration has no pipeline '\(SpecNode.shortened(name))'",
            remedy: NearestName.question(for: name, among: vocabulary.pipelines.map(\.id))
                ?? "write {id: …, stage: setting, …}")
        return nil
    }

    private var stageReader: StageReader { StageReader(stages: vocabulary.stages) }

    /// An ablation, and the pipeline that it starts from; nil with a report where there is no such thing.
    private func ablation(
        _ field: SpecField, from written: [EvalPipeline], or configured: [EvalPipeline]
    ) -> (AblationSpec, full: EvalPipeline)? {
        guard let map = field.mapping(keys: ["ablate", "factorial", "from"]) else { return nil }
        let design: AblationSpec.Design = map.has("factorial") ? .factorial : .ablate
        if map.has("ablate"), let factorial = map["factorial"] {
            factorial.report("'factorial' beside 'ablate'", remedy: "write each as a pipeline of its own in a list")
        }
        let listed = map.required(design.rawValue, "[stage, …]")
        let stages = listed?.list("a list of stages") ?? []
        guard let from = map.required("from", "the id of a pipeline"), let name = from.filledText("a pipeline's id")
        else { return nil }
        let known = written + configured
        guard let full = known.first(where: { $0.id == name }) else {
            from.report(
                "there is no pipeline '\(SpecNode.shortened(name))'",
                remedy: NearestName.question(for: name, among: known.map(\.id))
                    ?? "write it into the list of pipelines: {id: …, stage: setting, …}")
            return nil
        }
        var taken: [String] = []
        for stage in stages {
            guard let name = switchable(full, stage) else { continue }
            if taken.contains(name) { stage.report("stage '\(name)' stands twice", remedy: "remove one") }
            taken.append(name)
        }
        if design == .factorial, taken.count > AblationSpec.mostFactors {
            listed?.report("found \(taken.count) stages; expected at most \(AblationSpec.mostFactors) in a factorial")
            return nil
        }
        return taken.isEmpty ? nil : (AblationSpec(design: design, from: name, stages: taken), full)
    }

    /// The name of a stage that is on in the pipeline.
    private func switchable(_ full: EvalPipeline, _ field: SpecField) -> String? {
        guard let stage = field.filledText("a stage"), let kind = stageReader.kind(of: stage, field) else {
            return nil
        }
        guard full.setting(of: stage) != nil ? !full.isOff(stage) : kind.isDefault else {
            field.report("stage '\(stage)' is off in '\(full.id)' already", remedy: "remove it from the list")
            return nil
        }
        return stage
    }
}
