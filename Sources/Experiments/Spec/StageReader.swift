import Chat

/// Reads what a spec or the configuration says of one stage of a pipeline: its name, and a word or a mapping.
public struct StageReader: Sendable {
    /// In the order of the pipeline, outermost first.
    let stages: [StageKind]
    /// Whether a stage that is not in this build may be switched off.
    let mayDisablePlanned: Bool

    public init(stages: [StageKind], mayDisablePlanned: Bool = false) {
        self.stages = stages
        self.mayDisablePlanned = mayDisablePlanned
    }

    /// The stage of this name; nil with a report at `field` where there is none.
    /// - Parameter names: what else might have been meant.
    func kind(of name: String, _ field: SpecField, besides names: [String]? = nil) -> StageKind? {
        if let kind = stages.first(where: { $0.name == name }) { return kind }
        let known = stages.map(\.name)
        if Vocabulary.plannedStages.contains(name) {
            field.report(
                "stage '\(name)' is not available in this build; available: \(known.joined(separator: ", "))")
        } else {
            field.report(
                names == nil
                    ? "there is no stage '\(SpecNode.shortened(name))'" : "unknown key '\(SpecNode.shortened(name))'",
                remedy: NearestName.question(for: name, among: known + (names ?? []) + Vocabulary.plannedStages)
                    ?? "available: \(known.joined(separator: ", "))")
        }
        return nil
    }

    /// The setting of a stage; nil with a report at the field where it cannot be used.
    /// - Parameter names: what else may stand beside stages.
    public func setting(_ name: String, _ field: SpecField, besides names: [String] = []) -> StageSetting? {
        let isOff = isPlain(field, among: ["off", "false", "no"])
        let isMissing = Vocabulary.plannedStages.contains(name) && !stages.contains { $0.name == name }
        if mayDisablePlanned, isOff, isMissing { return nil }
        guard let kind = kind(of: name, field, besides: names) else { return nil }
        if isOff { return StageSetting(stage: name, setting: "off") }
        if field.spelling != nil {
            if isPlain(field, among: ["on", "true", "yes"]), kind.words.contains("on") || kind.isDefault {
                return StageSetting(stage: name, setting: "on")
            }
            return field.word(among: ["off"] + kind.words).map { .init(stage: name, setting: .string($0)) }
        }
        let keys = kind.settings.map(\.name)
        let words = (["off"] + kind.words).joined(separator: ", ")
        let what = keys.isEmpty ? "one of \(words)" : "one of \(words), or a mapping of \(keys.joined(separator: ", "))"
        guard let map = field.mapping(keys: keys, what) else { return nil }
        if !kind.needsOneOf.isEmpty, !kind.needsOneOf.contains(where: map.has) {
            field.report("found none of \(kind.needsOneOf.joined(separator: ", ")); expected one of them at least")
        }
        let before = field.faults.faults.count
        let members: [JSONValue.Member] = kind.settings.compactMap { setting in
            map[setting.name].flatMap { setting.rule.read($0) }.map { .init(key: setting.name, value: $0) }
        }
        if field.faults.faults.count == before, let fault = kind.fault?(.object(members)) {
            field.nearest(to: fault.path).report(fault.message)
        }
        return StageSetting(stage: name, setting: .object(members))
    }

    private func isPlain(_ field: SpecField, among words: [String]) -> Bool {
        guard case .scalar(let text, isPlain: true) = field.node.content else { return false }
        return words.contains(text.lowercased())
    }
}
