import Chat

/// Reads the spec of an evaluation and finds everything that is wrong with it at once.
///
/// ```swift
/// let spec = try SpecReader(vocabulary: vocabulary).read(path: "evals/quickstart.yaml")
/// ```
public struct SpecReader: Sendable {
    public let vocabulary: Vocabulary

    public init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// Reads a spec from a file.
    /// - Throws: `SpecError` with every fault: its line and column, what was found, what to write.
    public func read(path: String) throws(SpecError) -> EvalSpec {
        try decode(try SpecDocument.read(path: path))
    }

    /// Reads a spec from memory.
    /// - Parameter file: the name to show; paths in the spec are relative to its folder.
    /// - Throws: as `read(path:)`.
    public func parse(_ bytes: [UInt8], file: String) throws(SpecError) -> EvalSpec {
        try decode(try SpecDocument.parse(bytes, file: file))
    }

    public func parse(_ text: String, file: String) throws(SpecError) -> EvalSpec {
        try parse(Array(text.utf8), file: file)
    }

    /// Every key of an eval spec.
    static let keys = [
        "name", "description", "dataset", "samples", "prompts", "models", "pipelines", "repeats", "transform",
        "metrics",
        "compare", "gates", "max_failures", "cache", "concurrency", "seed",
    ]

    /// Keys that only the specs of other commands have.
    static let otherCommands = [
        "arena": "nexus arena", "endpoints": "nexus bench", "load": "nexus bench", "requests": "nexus bench",
        "objectives": "nexus bench",
    ]

    private func decode(_ document: SpecDocument) throws(SpecError) -> EvalSpec {
        let faults = FaultLog(file: document.file)
        let spec = eval(document.field(faults))
        if let spec { SpecChecks(spec: spec, root: document.field(faults)).run() }
        try faults.throwIfAny()
        guard let spec else { throw SpecError(SpecFault(file: document.file, message: "not an eval spec")) }
        return spec
    }

    /// The spec of the document, or nil where there is no mapping. Parts with faults hold a stand-in.
    private func eval(_ field: SpecField) -> EvalSpec? {
        guard isForEval(field), let map = field.mapping(keys: SpecReader.keys, "a mapping of a spec's keys") else {
            return nil
        }
        let models = models(map)
        let (pipelines, ablations) = pipelines(map)
        let repeats = repeats(map)
        return EvalSpec(
            name: name(map), description: map["description"]?.text(), dataset: dataset(map),
            prompts: prompts(map, models: models), models: models, pipelines: pipelines, ablations: ablations,
            repeats: repeats.count, transform: transform(map), metrics: reduced(metrics(map), by: repeats),
            compare: compare(map), gates: gates(map),
            maxFailures: map["max_failures"]?.number(in: 0...1) ?? 0.01,
            cache: map["cache"]?.word(CacheStart.self) ?? .cold,
            concurrency: map["concurrency"]?.integer(in: 1...10_000) ?? 16,
            seed: UInt64(map["seed"]?.integer(in: 0...Int.max) ?? 7), sampleIDs: nil, chosenVariants: nil,
            file: field.faults.file)
    }

    /// Whether no key belongs to another command; else reports that alone, as every other fault would follow from it.
    private func isForEval(_ field: SpecField) -> Bool {
        for member in field.members ?? [] {
            guard let command = SpecReader.otherCommands[member.key] else { continue }
            member.value.report(
                "the key '\(member.key)' belongs to a spec of '\(command)'",
                remedy: "run it with \(command), or remove the key")
            return false
        }
        return true
    }

    private func name(_ map: SpecMapping) -> String {
        let what = "a name of a-z, 0-9 and '-'"
        guard let field = map.required("name", what), let name = field.text(what) else { return "" }
        let isGood =
            !name.isEmpty && name.utf8.count <= 100
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        if !isGood { field.expected("\(what), at most 100 letters") }
        return name
    }

    private func transform(_ map: SpecMapping) -> TransformSpec? {
        guard let field = map["transform"], let inner = field.mapping(keys: ["extract"]),
            let extract = inner.required("extract", "a pattern"), let pattern = extract.filledText("a pattern")
        else { return nil }
        checkPattern(pattern, extract)
        return TransformSpec(extract: pattern)
    }
}
