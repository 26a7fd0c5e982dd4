import Chat

/// The key `pipelines`.
extension SpecReader {
    func pipelines(_ map: SpecMapping) -> [EvalPipeline] {
        let standard = EvalPipeline(id: "default")
        guard let field = map["pipelines"] else { return [standard] }
        guard let items = field.items else {
            guard field.members != nil else {
                field.expected("a list of pipelines, or {ablate: [stage, …], from: ID}")
                return [standard]
            }
            let found = pipelines([field], named: vocabulary.pipelines)
            return found.isEmpty ? [standard] : found
        }
        guard field.items(of: "pipeline") != nil else { return [standard] }
        let found = pipelines(items, named: vocabulary.pipelines)
        return found.isEmpty ? [standard] : found
    }

    private func pipelines(_ items: [SpecField], named configured: [EvalPipeline]) -> [EvalPipeline] {
        var names = UniqueNames(what: "pipeline")
        var found: [EvalPipeline] = []
        let given = names.takeIDs(of: items)
        for (index, item) in items.enumerated() where !isAblation(item) {
            if let pipeline = pipeline(item, givenID: given[index], number: index + 1, names: &names) {
                found.append(pipeline)
            }
        }
        for item in items where isAblation(item) {
            for pipeline in ablation(item, from: found, or: configured)
            where !found.contains(where: { $0.id == pipeline.id }) {
                names.reserve(pipeline.id)
                found.append(pipeline)
            }
        }
        return found
    }

    private func isAblation(_ item: SpecField) -> Bool {
        item.members?.contains { $0.key == "ablate" || $0.key == "from" } ?? false
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

    /// The pipeline that an ablation starts from, and one for each stage switched off.
    private func ablation(
        _ field: SpecField, from written: [EvalPipeline], or configured: [EvalPipeline]
    ) -> [EvalPipeline] {
        guard let map = field.mapping(keys: ["ablate", "from"]) else { return [] }
        let stages = map.required("ablate", "[stage, …]")?.list("a list of stages") ?? []
        guard let from = map.required("from", "the id of a pipeline"), let name = from.filledText("a pipeline's id")
        else { return [] }
        let known = written + configured
        guard let full = known.first(where: { $0.id == name }) else {
            from.report(
                "there is no pipeline '\(SpecNode.shortened(name))'",
                remedy: NearestName.question(for: name, among: known.map(\.id))
                    ?? "write it into the list of pipelines: {id: …, stage: setting, …}")
            return []
        }
        return [full] + stages.compactMap { ablated(full, $0) }
    }

    private func ablated(_ full: EvalPipeline, _ field: SpecField) -> EvalPipeline? {
        guard let stage = field.filledText("a stage"), let kind = stageReader.kind(of: stage, field) else {
            return nil
        }
        guard full.setting(of: stage) != nil ? !full.isOff(stage) : kind.isDefault else {
            field.report("stage '\(stage)' is off in '\(full.id)' already", remedy: "remove it from the list")
            return nil
        }
        return full.without(stage, id: "\(full.id)-no-\(stage)")
    }
}
