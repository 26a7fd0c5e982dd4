import Chat

/// What the parts of a spec must agree on among themselves.
struct SpecChecks {
    let spec: EvalSpec
    /// The document's root, for the places of what is at fault.
    let root: SpecField

    /// Most variants of one run; reports and pairwise tests grow with their square.
    private static let maximumVariants = 1000

    func run() {
        checkNames()
        for (metric, message) in spec.shortOfRepeats() { report(message, at: metric.place) }
        let items = value("gates", of: root)?.items ?? []
        let gates = spec.gates.compactMap { gate in
            items.first { $0.path == gate.place.path }.map { (gate: gate, field: $0) }
        }
        for (gate, field) in gates { checkMeasure(gate, field) }
        guard !spec.models.isEmpty else { return }
        let count = spec.models.count * spec.prompts.count * spec.startedPipelines.count
        guard count <= SpecChecks.maximumVariants else {
            root.report("found \(count) variants; expected at most \(SpecChecks.maximumVariants)")
            return
        }
        checkLabels()
        if let name = spec.compare.baseline, let field = value("baseline", of: value("compare", of: root)) {
            checkVariant(name, field)
        }
        for (gate, field) in gates { checkVariants(gate, field) }
    }

    private func report(_ message: String, at place: SpecPlace, remedy: String? = nil) {
        root.faults.report(
            SpecFault(
                file: root.faults.file, line: place.line, column: place.column, path: place.path, message: message,
                remedy: remedy))
    }

    private func value(_ key: String, of field: SpecField?) -> SpecField? {
        field?.members?.last { $0.key == key }?.value
    }

    private func checkMeasure(_ gate: GateSpec, _ field: SpecField) {
        let measures = spec.metrics.flatMap(\.measures) + Vocabulary.builtInMeasures
        if !measures.contains(gate.metric), !spec.metrics.isEmpty {
            value("metric", of: field)?.report(
                "nothing measures '\(SpecNode.shortened(gate.metric))'", remedy: remedy(for: gate.metric, measures))
        }
        if gate.of == .total, gate.metric != "cost_usd" {
            value("of", of: field)?.report(
                "found total of \(gate.metric); expected mean or p50 … p99; cost_usd has a total")
        }
    }

    private func checkVariants(_ gate: GateSpec, _ field: SpecField) {
        if let name = gate.variant, let field = value("variant", of: field) { checkVariant(name, field) }
        if gate.maxRegression != nil, spec.allVariants.count == 1 {
            value("max_regression", of: field)?.report(
                "there is one variant, and nothing to compare it with", remedy: "add the baseline to models")
        }
    }

    /// Measures take the names of columns in samples.csv and of gates, which the run's own figures have already.
    private func checkNames() {
        let taken = SpecChecks.ownColumns + Vocabulary.builtInMeasures
        for metric in spec.metrics {
            guard let name = metric.measures.first(where: taken.contains) else { continue }
            report(
                "a metric is named '\(name)', as a column of samples.csv is", at: metric.place,
                remedy: "give it another id")
        }
    }

    private static let ownColumns = [
        "run_id", "sample_id", "variant", "repeat", "output", "error", "source", "input_tokens", "output_tokens",
    ]

    private func checkVariant(_ name: String, _ field: SpecField) {
        let variants = spec.allVariants
        guard !variants.contains(where: { $0.isNamed(name) }) else { return }
        field.report(
            "there is no variant '\(SpecNode.shortened(name))'", remedy: remedy(for: name, variants.map(\.label)))
    }

    private func remedy(for name: String, _ names: [String]) -> String? {
        NearestName.question(for: name, among: names) ?? "known: \(SpecChecks.listed(names))"
    }

    /// The first names of a list, and whether there are more.
    static func listed(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }

    private func checkLabels() {
        var seen = Set<String>()
        let items = value("models", of: root)?.items ?? []
        for variant in spec.allVariants where !seen.insert(variant.label).inserted {
            let field = items.first { $0.path == variant.model.place.path } ?? root
            field.report("two variants are named '\(variant.label)'", remedy: "give one of their parts another id")
        }
    }
}
