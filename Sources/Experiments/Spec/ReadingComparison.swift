import Chat

/// The keys `compare` and `gates`.
extension SpecReader {
    func compare(_ map: SpecMapping) -> CompareSpec {
        let keys = ["baseline", "pairs", "family", "alpha", "correction", "resamples", "cluster"]
        var compare = CompareSpec()
        guard let inner = map["compare"]?.mapping(keys: keys) else { return compare }
        compare.baseline = inner["baseline"]?.filledText("a variant's label")
        if let pairs = inner["pairs"]?.word(CompareSpec.Pairs.self) { compare.pairs = pairs }
        if let family = inner["family"]?.word(CompareSpec.Family.self) { compare.family = family }
        if let correction = inner["correction"]?.word(CompareSpec.Correction.self) { compare.correction = correction }
        if let alpha = inner["alpha"], let value = alpha.number(in: 0...1) {
            if value > 0, value < 1 { compare.alpha = value } else { alpha.expected("a number between 0 and 1") }
        }
        if let resamples = inner["resamples"]?.integer(in: 100...1_000_000) { compare.resamples = resamples }
        compare.cluster = inner["cluster"]?.filledText("the name of a dataset field")
        return compare
    }

    func gates(_ map: SpecMapping) -> [GateSpec] {
        guard let field = map["gates"], !isEmptyList(field), let items = field.items(of: "gate") else { return [] }
        return items.compactMap { gate($0) }
    }

    private func isEmptyList(_ field: SpecField) -> Bool { field.items?.isEmpty ?? false }

    private func gate(_ field: SpecField) -> GateSpec? {
        let keys = ["metric", "min", "max", "max_regression", "against", "of", "variant"]
        guard let map = field.mapping(keys: keys, "{metric: NAME, min: NUMBER}"),
            let metric = map.required("metric", "the name of a metric")?.filledText("the name of a metric")
        else { return nil }
        let all = -Double.infinity...Double.infinity
        let gate = GateSpec(
            metric: metric, min: map["min"]?.number(in: all), max: map["max"]?.number(in: all),
            maxRegression: map["max_regression"]?.number(in: 0...Double.infinity),
            against: map["against"]?.word(GateSpec.Against.self) ?? .baseline,
            of: map["of"].flatMap(aggregate) ?? .mean, variant: map["variant"]?.filledText("a variant's label"),
            place: place(of: field))
        checkLimits(of: gate, map)
        return gate
    }

    private func checkLimits(of gate: GateSpec, _ map: SpecMapping) {
        let limits = ["min", "max", "max_regression"]
        if !limits.contains(where: { map.has($0) }) {
            map.field.report("a gate without a limit", remedy: "write one of min, max, max_regression")
        }
        if let min = gate.min, let max = gate.max, min > max {
            map["min"]?.report("found a min above the max, so that nothing passes")
        }
        if map.has("against"), !map.has("max_regression") {
            map["against"]?.report("'against' goes with 'max_regression'", remedy: "remove it, or write max_regression")
        }
        if gate.maxRegression != nil, gate.of != .mean {
            map["of"]?.report("found \(gate.of.name) beside 'max_regression'; expected mean")
        }
    }

    private func aggregate(_ field: SpecField) -> GateSpec.Aggregate? {
        switch field.spelling {
        case "mean": return .mean
        case "total": return .total
        case let text?:
            if text.hasPrefix("p"), let percent = Int(text.dropFirst()), (50...99).contains(percent) {
                return .percentile(percent)
            }
        case nil: break
        }
        field.expected("mean, total or one of p50 … p99")
        return nil
    }
}
