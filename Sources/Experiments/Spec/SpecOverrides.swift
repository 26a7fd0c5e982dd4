import Chat

/// What the command line says instead of the spec; nil leaves the spec's own.
public struct SpecOverrides: Sendable, Hashable {
    /// `--limit`: most samples to use.
    public var limit: Int?
    /// `--sample-id`: the only samples to use.
    public var sampleIDs: [String]?
    /// `--variants`: the only variants to run, by their labels.
    public var variants: [String]?
    public var repeats: Int?
    public var concurrency: Int?
    public var seed: Int?
    /// `--no-cache`: every pipeline runs without its cache.
    public var disablesCache: Bool

    public init(
        limit: Int? = nil, sampleIDs: [String]? = nil, variants: [String]? = nil, repeats: Int? = nil,
        concurrency: Int? = nil, seed: Int? = nil, disablesCache: Bool = false
    ) {
        self.limit = limit
        self.sampleIDs = sampleIDs
        self.variants = variants
        self.repeats = repeats
        self.concurrency = concurrency
        self.seed = seed
        self.disablesCache = disablesCache
    }
}

extension EvalSpec {
    /// The spec as the command line changes it.
    ///
    /// Gates of a variant that is not run are left out. Where the baseline is not run, the first variant that is takes
    /// its place.
    /// - Throws: `SpecError` with the options that are out of range, and with unknown variants and the nearest label.
    public func applying(_ overrides: SpecOverrides) throws(SpecError) -> EvalSpec {
        var spec = self
        var faults: [SpecFault] = []
        set(&spec.repeats, overrides.repeats, 1...10_000, "--repeats", &faults)
        for (_, message) in spec.shortOfRepeats() { faults.append(SpecFault(file: "--repeats", message: message)) }
        set(&spec.concurrency, overrides.concurrency, 1...10_000, "--concurrency", &faults)
        if let limit = overrides.limit {
            var number = limit
            set(&number, limit, 1...Int.max, "--limit", &faults)
            spec.dataset.limit = number
        }
        if let seed = overrides.seed {
            var number = seed
            set(&number, seed, 0...Int.max, "--seed", &faults)
            spec.seed = UInt64(clamping: number)
        }
        if let ids = overrides.sampleIDs, !ids.isEmpty { spec.sampleIDs = ids }
        if overrides.disablesCache {
            spec.pipelines = spec.pipelines.map { $0.without(["cache"], id: $0.id) }
            for index in spec.ablations.indices { spec.ablations[index].stages.removeAll { $0 == "cache" } }
            spec.ablations.removeAll { $0.stages.isEmpty }
        }
        if let names = overrides.variants, !names.isEmpty { spec.choose(names, &faults) }
        guard faults.isEmpty else { throw SpecError(faults) }
        return spec
    }

    private func set(
        _ value: inout Int, _ given: Int?, _ range: ClosedRange<Int>, _ option: String, _ faults: inout [SpecFault]
    ) {
        guard let given else { return }
        if range.contains(given) {
            value = given
        } else {
            faults.append(
                SpecFault(file: option, message: "found '\(given)'; expected \(SettingRule.integer(range).words)"))
        }
    }

    private mutating func choose(_ names: [String], _ faults: inout [SpecFault]) {
        let all = allVariants
        var labels = Set<String>()
        for name in names {
            if let variant = all.first(where: { $0.isNamed(name) }) {
                labels.insert(variant.label)
            } else {
                let known = all.map(\.label)
                faults.append(
                    SpecFault(
                        file: "--variants", message: "there is no variant '\(SpecNode.shortened(name))'",
                        remedy: NearestName.question(for: name, among: known) ?? "known: \(SpecChecks.listed(known))"))
            }
        }
        let chosen = all.filter { labels.contains($0.label) }
        chosenVariants = chosen.map(\.label)
        gates = gates.filter { gate in gate.variant.map { name in chosen.contains { $0.isNamed(name) } } ?? true }
    }
}
