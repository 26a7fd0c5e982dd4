import Chat

/// The key `prompts`.
extension SpecReader {
    private static let promptWords = "a text, or {id, system, user}, or {id, messages: [{role, content}]}"

    func prompts(_ map: SpecMapping, models: [ModelSpec]) -> [PromptSpec] {
        let standIn = PromptSpec(
            id: "prompt", template: PromptTemplate([]), place: SpecPlace(line: 1, column: 1, path: "prompts"))
        guard let field = map["prompts"] else {
            let needsPrompt = models.contains { $0.recorded == nil && $0.input == nil }
            if needsPrompt || models.isEmpty { _ = map.required("prompts", "[{id: plain, user: TEXT}]") }
            return [standIn]
        }
        guard let items = field.items(of: "prompt") else { return [standIn] }
        var names = UniqueNames(what: "prompt")
        let given = names.takeIDs(of: items)
        let prompts = items.enumerated().compactMap { index, item in
            prompt(item, id: given[index] ?? names.unique("p\(index + 1)"))
        }
        return prompts.isEmpty ? [standIn] : prompts
    }

    private func prompt(_ field: SpecField, id: String) -> PromptSpec? {
        if field.spelling != nil {
            guard let text = field.filledText(SpecReader.promptWords) else { return nil }
            return PromptSpec(id: id, template: PromptTemplate([.init(.user, text)]), place: place(of: field))
        }
        if field.items != nil {
            return PromptSpec(id: id, template: PromptTemplate(chat(field)), place: place(of: field))
        }
        let keys = ["id", "system", "user", "messages"]
        guard let map = field.mapping(keys: keys, SpecReader.promptWords) else { return nil }
        return PromptSpec(id: id, template: PromptTemplate(parts(map)), place: place(of: field))
    }

    private func parts(_ map: SpecMapping) -> [PromptTemplate.Part] {
        if let messages = map["messages"] {
            for key in ["system", "user"] where map.has(key) {
                map[key]?.report("found '\(key)' beside 'messages'; expected one of them")
            }
            return chat(messages)
        }
        var parts: [PromptTemplate.Part] = []
        if let system = map["system"]?.text() { parts.append(.init(.system, system)) }
        if let user = map.required("user", "a text with {{variables}}")?.text() { parts.append(.init(.user, user)) }
        return parts
    }

    private func chat(_ field: SpecField) -> [PromptTemplate.Part] {
        guard let items = field.items(of: "message") else { return [] }
        return items.compactMap { item in
            guard let map = item.mapping(keys: ["role", "content"], "{role: user, content: TEXT}") else { return nil }
            let roles = [Message.Role.system, .user, .assistant]
            let role = map.required("role", "system, user or assistant")?.word(among: roles.map(\.rawValue))
            let content = map.required("content", "a text")?.text()
            guard let role = role.flatMap({ Message.Role(rawValue: $0) }), let content else { return nil }
            return .init(role, content)
        }
    }
}
