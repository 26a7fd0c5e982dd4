import Experiments

extension RunSummary {
    /// The measure of this id.
    func measure(_ id: String) -> MeasureFacts? { measures.first { $0.id == id } }

    /// The unit of a measure or resource.
    func unit(of metric: String) -> String {
        if let measure = measure(metric) { return measure.unit }
        let figures = variants.lazy.flatMap { $0.resources }
        return figures.first { $0.metric == metric || $0.metric.hasPrefix(metric + ".") }?.unit ?? ""
    }

    /// The test of a measure between this variant and the baseline.
    func comparison(of metric: String, variant: String) -> ComparisonRow? {
        comparisons.first { $0.metric == metric && $0.variant == variant && $0.baseline == baseline }
    }

    /// "95 %" at an alpha of 0.05.
    var confidence: String { NumberText.percent(1 - alpha) }
}

extension VariantSummary {
    /// A resource by its name, with or without its statistic: the mean of `latency_ms` may stand under either.
    func resource(_ name: String, _ statistic: String) -> Figure? {
        resources.first { $0.metric == "\(name).\(statistic)" }
            ?? (statistic == "mean" ? resources.first { $0.metric == name } : nil)
    }
}

/// What a comparison says in a word.
enum Finding: Sendable, Hashable {
    case better, worse, unclear, untested

    init(_ row: ComparisonRow) {
        guard let significant = row.significant, let difference = row.difference else {
            // Where every sample is alike no test has anything to say, and nothing is left open either.
            self = row.difference == 0 && row.low == 0 && row.high == 0 ? .unclear : .untested
            return
        }
        guard significant, difference != 0 else {
            self = .unclear
            return
        }
        self = (difference > 0) == row.higherIsBetter ? .better : .worse
    }

    /// For badges and tables.
    var word: String {
        switch self {
        case .better: "better"
        case .worse: "worse"
        case .unclear: "no clear difference"
        case .untested: "not tested"
        }
    }

    /// So that colour is never alone in saying it.
    var mark: String {
        switch self {
        case .better: "▲"
        case .worse: "▼"
        case .unclear: "≈"
        case .untested: "·"
        }
    }
}

extension GateResult.Verdict {
    /// For the page, whose reader may have no font with pictures.
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        }
    }

    /// For Markdown.
    var sign: String {
        switch self {
        case .pass: "✅"
        case .fail: "❌"
        case .inconclusive: "⚠️"
        }
    }
}
