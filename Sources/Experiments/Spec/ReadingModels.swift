import Chat

/// The key `models`.
extension SpecReader {
    private static let modelKeys = [
        "id", "model", "recorded", "input", "temperature", "max_tokens", "top_p", "seed", "stop", "stream",
    ]

    func models(_ map: SpecMapping) -> [ModelSpec] {
        guard let field = map.required("models", "[provider/model, …]"), let items = field.items(of: "model") else {
            return []
        }
        var names = UniqueNames(what: "model")
        let given = names.takeIDs(of: items)
        let labels = recordedLabels(items)
        return items.enumerated().compactMap { index, item in
            model(item, givenID: given[index], labels: labels, names: &names)
        }
    }

    private func model(
        _ field: SpecField, givenID: String?, labels: Set<String>, names: inout UniqueNames
    ) -> ModelSpec? {
        if field.spelling != nil {
            guard let name = field.filledText("provider/model") else { return nil }
            checkModel(name, field, labels: labels)
            return ModelSpec(
                id: givenID ?? names.unique(SpecReader.lastPart(name)), model: name, recorded: nil, input: nil,
                parameters: .init(), place: place(of: field))
        }
        let words = "provider/model, or {id, model, …}"
        guard let map = field.mapping(keys: SpecReader.modelKeys, words) else { return nil }
        let recorded = map["recorded"]?.filledText("a file of recorded answers, {id, output} a line")
        let name =
            recorded == nil && !map.has("recorded")
            ? map.required("model", "provider/model, or recorded: FILE")?.filledText("provider/model")
            : map["model"]?.filledText("recorded/<label>")
        let id = givenID ?? names.unique(name.map(SpecReader.lastPart) ?? SpecReader.stem(recorded ?? "model"))
        if let name, let field = map["model"] {
            check(name, field, isRecorded: recorded != nil, labels: labels)
        }
        return ModelSpec(
            id: id, model: name ?? "recorded/\(id)", recorded: recorded,
            input: map["input"]?.filledText("the name of a dataset field"), parameters: parameters(map),
            stream: map["stream"]?.flag() ?? false, place: place(of: field))
    }

    private func parameters(_ map: SpecMapping) -> ChatRequest.Parameters {
        ChatRequest.Parameters(
            temperature: map["temperature"]?.number(in: 0...2), topP: map["top_p"]?.number(in: 0...1),
            maxTokens: map["max_tokens"]?.integer(in: 1...10_000_000), stop: map["stop"]?.texts() ?? [],
            seed: map["seed"]?.integer(in: 0...Int.max))
    }

    /// The labels that the spec's recordings have, for models that name one.
    private func recordedLabels(_ items: [SpecField]) -> Set<String> {
        var labels = Set<String>()
        for item in items {
            guard let members = item.members, members.contains(where: { $0.key == "recorded" }) else { continue }
            for (key, value) in members where key == "id" || key == "model" {
                guard let text = value.spelling else { continue }
                labels.insert(text.hasPrefix("recorded/") ? String(text.dropFirst("recorded/".count)) : text)
            }
        }
        return labels
    }

    private func check(_ name: String, _ field: SpecField, isRecorded: Bool, labels: Set<String>) {
        if isRecorded, !name.hasPrefix("recorded/") {
            field.report(
                "found '\(SpecNode.shortened(name))' beside 'recorded'; expected recorded/<label>",
                remedy: "remove 'model': a recording asks none")
            return
        }
        if !isRecorded { checkModel(name, field, labels: labels) }
    }

    /// Reports a name that cannot be a model's. A name is `provider/model` where what stands before its first slash is
    /// a provider; any other is bare, and what answers to it is the configuration's to say.
    private func checkModel(_ name: String, _ field: SpecField, labels: Set<String>) {
        if name.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            field.report("found a blank in a model's name; expected provider/model")
            return
        }
        guard let slash = name.firstIndex(of: "/") else { return }
        let (provider, model) = (String(name[..<slash]), String(name[name.index(after: slash)...]))
        if model.isEmpty || provider.isEmpty {
            field.expected("provider/model")
        } else if provider == "baseline", !vocabulary.baselines.isEmpty, !vocabulary.baselines.contains(model) {
            field.report(
                "there is no baseline '\(SpecNode.shortened(model))'",
                remedy: NearestName.question(for: model, among: vocabulary.baselines)
                    ?? "known: \(vocabulary.baselines.joined(separator: ", "))")
        } else if provider == "recorded", !labels.contains(model) {
            field.report(
                "no recording is named '\(SpecNode.shortened(model))'", remedy: "add recorded: FILE with the answers")
        } else {
            if let fault = vocabulary.unknownProvider(of: name) { field.report(fault.message, remedy: fault.remedy) }
        }
    }

    /// What stands after the last slash, `gpt-4o-mini`.
    static func lastPart(_ name: String) -> String {
        name.split(separator: "/").last.map(String.init) ?? "model"
    }

    /// A file's name without folders and extensions.
    static func stem(_ path: String) -> String {
        let file = lastPart(path)
        return file.split(separator: ".").first.map(String.init) ?? file
    }
}
