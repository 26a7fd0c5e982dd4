public import Chat

extension SpecReader {
    /// The spec of a stored run, as `EvalSpec.json` writes it: besides a spec's keys it holds what the command line
    /// chose (samples, variants, a limit on samples given inline).
    /// - Throws: `SpecError` where this build does not know a name of the spec, or no longer takes it.
    public func stored(_ json: JSONValue, of runID: String) throws(SpecError) -> EvalSpec {
        var members = (json.objectValue ?? []).filter { !["sample_ids", "variants"].contains($0.key) }
        var overrides = SpecOverrides(sampleIDs: json["sample_ids"].map(texts), variants: json["variants"].map(texts))
        if let dataset = json["dataset"], let samples = dataset["samples"] {
            members.removeAll { $0.key == "dataset" }
            members.append(.init(key: "samples", value: samples))
            overrides.limit = dataset["limit"]?.intValue
        }
        return try parse(JSONValue.object(members).text, file: "spec of \(runID)").applying(overrides)
    }

    private func texts(_ list: JSONValue) -> [String] { (list.arrayValue ?? []).compactMap(\.stringValue) }
}
