import Chat
import Scoring

/// The key `metrics`, and the `assert` of a sample.
extension SpecReader {
    func metrics(_ map: SpecMapping) -> [MetricSpec] {
        guard let field = map.required("metrics", "[exact_match, …]"), let items = field.items(of: "metric") else {
            return []
        }
        var columns = Set<String>()
        return items.compactMap { item in
            guard let metric = metric(item, isReduced: true) else { return nil }
            for column in metric.measures where !columns.insert(column).inserted {
                item.report(
                    "a second metric fills the column '\(column)'",
                    remedy: "give one of them an id: {\(metric.kind): {id: …}}")
                return nil
            }
            return metric
        }
    }

    /// A metric: its name, or `{name: {parameter: value}}`.
    /// - Parameter isReduced: whether it may say how repeats become one score.
    func metric(_ field: SpecField, isReduced: Bool = false) -> MetricSpec? {
        if let name = field.spelling {
            guard let definition = definition(name, line: field.node.line, column: field.node.column, field) else {
                return nil
            }
            return make(definition, [:], field, SpecMapping(field: field, entries: []))
        }
        guard case .mapping(let entries) = field.node.content, entries.count == 1, let entry = entries.first else {
            field.expected("a metric's name, or {name: {parameter: value, …}}")
            return nil
        }
        guard let definition = definition(entry.key, line: entry.line, column: entry.column, field) else { return nil }
        let inner = field.child(entry)
        if inner.node.isNull { return make(definition, [:], field, SpecMapping(field: inner, entries: [])) }
        let keys = ["id"] + definition.parameters.map(\.name) + (isReduced ? ["reduce"] : [])
        guard let map = inner.mapping(keys: keys, "a mapping of \(keys.joined(separator: ", "))") else { return nil }
        guard let given = parameters(map, definition) else { return nil }
        guard var metric = make(definition, given, inner, map) else { return nil }
        metric.reducer = map["reduce"].flatMap { reducer($0, of: metric) }
        return metric
    }

    private func reducer(_ field: SpecField, of metric: MetricSpec) -> String? {
        guard let name = reducer(field) else { return nil }
        guard name == Reducer.mean.name || countsRightAnswers(metric) else {
            field.report(
                "'\(name)' counts right answers, and '\(metric.id)' is not right or wrong", remedy: "write mean")
            return nil
        }
        return name
    }

    private func definition(_ name: String, line: Int, column: Int, _ field: SpecField) -> MetricDefinition? {
        if let known = vocabulary.metrics.first(where: { $0.name == name }) { return known }
        let names = vocabulary.metrics.map(\.name)
        let isJudging = Vocabulary.judgingMetrics.contains(name)
        field.faults.report(
            SpecFault(
                file: field.faults.file, line: line, column: column, path: field.path,
                message: isJudging
                    ? "metric '\(name)' is not available in this build"
                    : "there is no metric '\(SpecNode.shortened(name))'",
                remedy: isJudging
                    ? "remove it; available: \(names.joined(separator: ", "))"
                    : NearestName.question(for: name, among: names) ?? "available: \(names.joined(separator: ", "))"))
        return nil
    }

    /// The parameters in the spelling that their kinds ask for; nil where one does not fit.
    private func parameters(_ map: SpecMapping, _ definition: MetricDefinition) -> [String: JSONValue]? {
        var given: [String: JSONValue] = [:]
        var isWhole = map.entries.allSatisfy { entry in
            ["id", "reduce"].contains(entry.key) || definition.parameters.contains { $0.name == entry.key }
        }
        if let id = map["id"] {
            given["id"] = id.filledText("a name for the column").map { .string($0) }
            isWhole = isWhole && given["id"] != nil
        }
        for parameter in definition.parameters {
            guard let field = map[parameter.name] else { continue }
            given[parameter.name] = parameter.rule.read(field)
            isWhole = isWhole && given[parameter.name] != nil
        }
        return isWhole ? given : nil
    }

    private func make(
        _ definition: MetricDefinition, _ given: [String: JSONValue], _ field: SpecField, _ map: SpecMapping
    ) -> MetricSpec? {
        do {
            let metric = try definition.make(given)
            return MetricSpec(
                kind: definition.name, id: given["id"]?.stringValue ?? definition.name, parameters: given,
                measures: metric.measures.map(\.id), place: place(of: field))
        } catch {
            let place = error.parameter.flatMap { map[$0] } ?? field
            place.report(error.message, remedy: error.nearest.map { "did you mean '\($0)'?" })
            return nil
        }
    }
}

extension ParameterDefinition {
    /// How a spec writes the parameter.
    fileprivate var rule: SettingRule {
        switch kind {
        case .text: .text
        case .flag: .flag
        case .whole(let range): .integer(range)
        case .number(let range): .number(range)
        case .choice(let words): .word(words)
        case .texts: .texts
        }
    }
}
