import Chat

/// The first thing that a report says: who is better, by how much, how sure, what it cost.
struct Verdict {
    let variants: [VariantSummary]
    let baseline: Int
    let comparisons: [ComparisonRow]
    let ablations: [AblationSummary]
    let measures: [MeasureFacts]
    let alpha: Double

    func sentences() -> [String] {
        [quality(), others()].compactMap { $0 } + ablations.prefix(4).compactMap(stages)
            + [cost(), warmUp()].compactMap { $0 }
    }

    /// The spec's first metric decides who leads.
    private func quality() -> String? {
        guard let measure = measures.first else { return "No metric was asked for, so nothing was scored." }
        let ranked = variants.filter { value($0, measure) != nil }.sorted { left, right in
            let (a, b) = (value(left, measure) ?? 0, value(right, measure) ?? 0)
            return measure.higherIsBetter ? a > b : a < b
        }
        guard let best = ranked.first, let figure = best.figures.first(where: { $0.metric == measure.id }),
            let score = figure.value
        else { return "Nothing was scored: no trial gave an output that \(measure.id) can be computed from." }
        if variants.count == 1 {
            return "\(best.label) has \(measure.id) \(Verdict.text(figure, score)) on \(figure.n) "
                + (figure.n == 1 ? "sample." : "samples.")
        }
        let base = variants[baseline].label
        if best.label == base { return leader(base, measure, ranked) }
        guard
            let row = comparisons.first(where: {
                $0.metric == measure.id && $0.baseline == base && $0.variant == best.label
            })
        else { return "\(best.label) has the best \(measure.id): \(Verdict.text(figure, score))." }
        return Verdict.sentence(best.label, base, row)
    }

    /// Whether the baseline itself, being first, is ahead beyond chance of the next.
    private func leader(_ base: String, _ measure: MeasureFacts, _ ranked: [VariantSummary]) -> String {
        guard ranked.count > 1,
            let row = comparisons.first(where: {
                $0.metric == measure.id && $0.baseline == base && $0.variant == ranked[1].label
            }), let difference = row.difference
        else { return "\(base), the baseline, has the best \(measure.id)." }
        let sure = row.significant == true
        let interval = Verdict.interval(row)
        return "No variant beats the baseline \(base) on \(measure.id); the next, \(row.variant), differs by "
            + "\(Text.signed(difference))\(interval)"
            + (sure
                ? ", a significant difference (\(Verdict.certainty(row)))."
                : ", which may be chance (\(Verdict.certainty(row))).")
    }

    private static func sentence(_ best: String, _ base: String, _ row: ComparisonRow) -> String {
        guard let difference = row.difference else { return "\(best) and \(base) cannot be compared on \(row.metric)." }
        if difference == 0 { return "\(best) and \(base) are level on \(row.metric) (\(certainty(row)))." }
        let size = "\(Text.signed(difference))\(interval(row))"
        if row.significant == true { return "\(best) beats \(base) on \(row.metric): \(size), \(certainty(row))." }
        return "\(best) is ahead of \(base) on \(row.metric) by \(size), but that may be chance (\(certainty(row)))."
    }

    private static func interval(_ row: ComparisonRow) -> String {
        guard let low = row.low, let high = row.high else { return "" }
        return " [\(Text.signed(low)), \(Text.signed(high))]"
    }

    /// "p < 0.001 after Holm over 4 comparisons, n = 120".
    private static func certainty(_ row: ComparisonRow) -> String {
        guard let p = row.pAdjusted ?? row.pValue else { return "not testable: \(row.note ?? "no test")" }
        let names = ["holm": "Holm", "bonferroni": "Bonferroni", "bh": "Benjamini–Hochberg"]
        let correction = names[row.correction].map { " after \($0) over \(row.familySize) comparisons" } ?? ""
        return "\(Text.p(p))\(row.familySize > 1 ? correction : ""), n = \(row.n)"
    }

    private static func text(_ figure: Figure, _ score: Double) -> String {
        guard let low = figure.low, let high = figure.high else { return Text.number(score) }
        return "\(Text.number(score)) [\(Text.number(low)), \(Text.number(high))]"
    }

    /// How many comparisons hold up in all, where there is more than one.
    private func others() -> String? {
        guard comparisons.count > 1 else { return nil }
        let testable = comparisons.filter { $0.pValue != nil }.count
        let significant = comparisons.filter { $0.significant == true }.count
        let untestable = comparisons.count - testable
        let rest = untestable > 0 ? "; \(untestable) could not be tested" : ""
        return "\(significant) of \(testable) tested differences are significant at \(Text.number(alpha))\(rest)."
    }

    /// Which stages of a pipeline change the first metric, and which change the latency.
    private func stages(_ ablation: AblationSummary) -> String? {
        guard let measure = measures.first else { return nil }
        let isOneOfMany = ablations.count > 1
        let place = isOneOfMany ? " of \(ablation.variant)" : " of \(ablation.pipeline)"
        func changes(_ metric: String, _ unit: String) -> [String] {
            ablation.effects.compactMap { effect in
                guard effect.row.metric == metric, effect.row.significant == true,
                    let difference = effect.row.difference,
                    difference != 0
                else { return nil }
                return "\(effect.name) \(Text.signed(difference))\(unit)"
            }
        }
        let (quality, times) = (changes(measure.id, ""), changes("latency_ms", " ms"))
        let stages = "Of the stages\(place)"
        let first =
            quality.isEmpty
            ? "none changes \(measure.id) beyond chance" : "these change \(measure.id): \(Verdict.list(quality))"
        let second = times.isEmpty ? "" : "; these the latency: \(Verdict.list(times))"
        return "\(stages) \(first)\(second)."
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private func cost() -> String? {
        let totals = variants.map { figure($0, "cost_usd.total") }
        let known = totals.compactMap { $0?.value }
        let answered = zip(variants, totals).filter { !$0.sources.isEmpty || $1 != nil }.count
        guard answered > 0 else { return nil }
        guard known.count == answered else { return "What it cost is unknown: prices or token counts are missing." }
        let sum = known.reduce(0, +)
        return sum == 0 ? "It cost nothing." : "It cost $\(Text.number(sum)) in all."
    }

    /// What a warm run asked beforehand, which is in no trial.
    private func warmUp() -> String? {
        let passes = variants.compactMap { figure($0, "cost_usd.warm_up") }
        let answers = Count.text(passes.reduce(0) { $0 + $1.n }, "answer")
        guard !passes.isEmpty else { return nil }
        let known = passes.compactMap(\.value)
        guard known.count == passes.count else {
            return "Filling the cache beforehand took \(answers), whose cost is unknown."
        }
        guard known.contains(where: { $0 > 0 }) else { return nil }
        return "Of that, $\(Text.number(known.reduce(0, +))) filled the cache beforehand (\(answers))."
    }

    private func figure(_ variant: VariantSummary, _ metric: String) -> Figure? {
        variant.resources.first { $0.metric == metric }
    }

    private func value(_ variant: VariantSummary, _ measure: MeasureFacts) -> Double? {
        variant.figures.first { $0.metric == measure.id }?.value
    }
}
