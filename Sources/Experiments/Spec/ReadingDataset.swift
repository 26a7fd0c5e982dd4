import Chat
import Foundation

/// The keys `dataset`, `samples` and the check of patterns.
extension SpecReader {
    func dataset(_ map: SpecMapping) -> DatasetSpec {
        var spec = DatasetSpec(
            source: .inline([]), idField: nil, referenceFields: [], limit: nil, sampling: .head,
            place: place(of: map.field))
        switch (map["dataset"], map["samples"]) {
        case (nil, nil):
            map.field.report(
                "the key 'dataset' is missing", remedy: "write dataset: {path: FILE}, or samples: [{id: …}, …]")
        case (_?, let samples?):
            samples.report("found both 'dataset' and 'samples'; expected one of them")
        case (let dataset?, nil):
            read(dataset, into: &spec)
        case (nil, let samples?):
            spec.place = place(of: samples)
            spec.source = .inline(inlineSamples(samples))
        }
        return spec
    }

    func place(of field: SpecField) -> SpecPlace {
        SpecPlace(line: field.node.line, column: field.node.column, path: field.path)
    }

    private func read(_ field: SpecField, into spec: inout DatasetSpec) {
        spec.place = place(of: field)
        if field.spelling != nil {
            if let path = field.filledText("a path, or {path: …}") { spec.source = .file(path) }
            return
        }
        let keys = ["path", "fields", "limit", "sample"]
        guard let map = field.mapping(keys: keys, "a path, or a mapping with a path") else { return }
        if let path = map.required("path", "the data's file, relative to the spec")?.filledText("a file's path") {
            spec.source = .file(path)
        }
        if let fields = map["fields"]?.mapping(keys: ["id", "references"]) {
            spec.idField = fields["id"]?.filledText("the name of a field")
            spec.referenceFields = fields["references"]?.texts("the name of a field, or a list of them") ?? []
        }
        spec.limit = map["limit"]?.integer(in: 1...Int.max)
        spec.sampling = map["sample"]?.word(DatasetSpec.Sampling.self) ?? .head
    }

    private func inlineSamples(_ field: SpecField) -> [DatasetSpec.InlineSample] {
        guard let items = field.list("a list of samples, [{id: …, …}]") else { return [] }
        if items.isEmpty { field.report("found an empty list; expected at least one sample") }
        return items.compactMap { item in
            guard item.members != nil else {
                item.expected("a mapping, {id: …, …}")
                return nil
            }
            return .init(row: item.json, line: item.node.line)
        }
    }

    /// Reports a pattern that is not one.
    func checkPattern(_ pattern: String, _ field: SpecField) {
        if (try? NSRegularExpression(pattern: pattern)) == nil {
            field.expected("an ICU regular expression")
        }
    }
}
