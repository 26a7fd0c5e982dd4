import Chat
import Records
import Scoring

/// What the first row of a dataset tells about the spec: a misspelt variable or field is the spec's fault, and the
/// message names the place in the spec.
struct FirstRowChecks {
    let spec: EvalSpec
    let rules: SampleRules
    let file: String
    let record: Record

    func faults() -> [SpecFault] {
        variableFaults() + inputFaults() + fieldFaults() + referenceFaults()
    }

    private var names: [String] { record.fields.map(\.key).filter { $0 != "assert" } }

    /// The row and what it has, for a message.
    private var row: String { "\(file):\(record.line) has \(SpecChecks.listed(names))" }

    private func has(_ name: String) -> Bool { names.contains(name) }

    private func fault(_ place: SpecPlace?, _ path: String, _ message: String, _ name: String) -> SpecFault {
        SpecFault(
            file: spec.file, line: place?.line, column: place?.column, path: path,
            message: "\(message); \(row)", remedy: NearestName.question(for: name, among: names))
    }

    private func variableFaults() -> [SpecFault] {
        spec.prompts.flatMap { prompt in
            prompt.template.variables.filter { !has($0) }.map { name in
                fault(
                    prompt.place, prompt.place.path,
                    "the variable '\(SpecNode.shortened(name))' is no field of the dataset", name)
            }
        }
    }

    private func inputFaults() -> [SpecFault] {
        spec.models.compactMap { model in
            guard let name = model.input, !has(name) else { return nil }
            return fault(
                model.place, "\(model.place.path).input",
                "the input '\(SpecNode.shortened(name))' is no field of the dataset", name)
        }
    }

    private func fieldFaults() -> [SpecFault] {
        let named: [(String, String?)] =
            [("dataset.fields.id", spec.dataset.idField), ("compare.cluster", spec.compare.cluster)]
            + spec.dataset.referenceFields.map { ("dataset.fields.references", $0) }
        return named.compactMap { path, name in
            guard let name, !has(name) else { return nil }
            let place = path.hasPrefix("dataset") ? spec.dataset.place : nil
            return fault(place, path, "'\(SpecNode.shortened(name))' is no field of the dataset", name)
        }
    }

    /// Metrics that compare with references, where there are none: nothing would be scored.
    private func referenceFaults() -> [SpecFault] {
        guard rules.referenceFields.isEmpty else { return [] }
        let empty = Segment(output: "", references: [])
        return spec.metrics.compactMap { metric in
            guard let made = try? rules.reader.vocabulary.metric(metric), (try? made.statistics(of: empty)) == nil
            else {
                return nil
            }
            return SpecFault(
                file: spec.file, line: metric.place.line, column: metric.place.column, path: metric.place.path,
                message: "\(metric.kind) compares with references, and the dataset has none",
                remedy: "name their field, dataset: {fields: {references: …}}; \(row)")
        }
    }
}
