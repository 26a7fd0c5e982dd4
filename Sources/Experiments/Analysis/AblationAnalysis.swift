import Scoring

/// Holds pipelines against each other that differ by the stages which are on: each stage's worth in the spec's
/// measures, in latency and in cost, with corrected p-values.
///
/// Of a design that switches off one stage at a time an effect is the whole pipeline less the one without the stage. Of
/// a factorial it is the mean over all pipelines with the stage less the mean over all without it (the main effect),
/// sample by sample, and for each two stages their interaction.
struct AblationAnalysis {
    let spec: EvalSpec
    let results: RunResults
    let comparison: ComparisonAnalysis

    /// One a model, prompt, ablation and state of the cache; variants that do not run are left out.
    func summaries() -> [AblationSummary] {
        var found: [AblationSummary] = []
        for ablation in spec.ablations {
            guard let full = spec.pipelines.first(where: { $0.id == ablation.from }) else { continue }
            for model in spec.models {
                for prompt in spec.prompts {
                    for stratum in strata(of: full) {
                        let arms = arms(of: ablation, model.id, prompt.id, isWarm: stratum == "warm")
                        guard let whole = arms[[]] else { continue }
                        let summary = AblationSummary(
                            design: ablation.design, model: model.id, prompt: prompt.id, pipeline: ablation.from,
                            variant: results.variants[whole], stratum: stratum,
                            effects: contrasts(ablation, arms).flatMap { effects($0, $1) })
                        if !summary.effects.isEmpty { found.append(summary) }
                    }
                }
            }
        }
        correct(&found)
        return found
    }

    private func strata(of full: EvalPipeline) -> [String?] {
        guard full.hasCache else { return [nil] }
        return spec.cache == .both ? ["cold", "warm"] : [spec.cache.rawValue]
    }

    /// The place of the variant for each set of stages that are off.
    private func arms(
        of ablation: AblationSpec, _ model: String, _ prompt: String, isWarm: Bool
    ) -> [Set<String>: Int] {
        var arms: [Set<String>: Int] = [:]
        for stages in ablation.cells {
            let id = ablation.pipeline(without: stages)
            let candidates = spec.variants.filter { variant in
                guard variant.modelID == model, variant.promptID == prompt else { return false }
                let pipeline = variant.pipeline
                return pipeline.id == id || (pipeline.isWarmTwin && pipeline.id == "\(id)-warm")
            }
            let chosen = candidates.first { $0.pipeline.isWarmTwin == isWarm } ?? candidates.first
            // A pipeline that has a cache is in the stratum of its own kind alone.
            guard let chosen, spec.cache != .both || !chosen.pipeline.hasCache || chosen.pipeline.isWarmTwin == isWarm
            else { continue }
            arms[Set(stages)] = results.variants.firstIndex(of: chosen.label)
        }
        return arms
    }

    /// Each stage, then each two of a factorial, with what is held against what.
    private func contrasts(
        _ ablation: AblationSpec, _ arms: [Set<String>: Int]
    ) -> [(stages: [String], contrast: ComparisonAnalysis.Contrast)] {
        guard ablation.design == .factorial else {
            return ablation.stages.compactMap { stage in
                guard let with = arms[[]], let without = arms[[stage]] else { return nil }
                return ([stage], .init(pair: without, with, results))
            }
        }
        // Means over the other stages need every pipeline.
        guard arms.count == ablation.cells.count else { return [] }
        let cells = ablation.cells.map(Set.init)
        func places(_ isIn: (Set<String>) -> Bool) -> [Int] { cells.filter(isIn).compactMap { arms[$0] } }
        let main = ablation.stages.map { stage in
            (
                [stage],
                ComparisonAnalysis.Contrast(
                    minus: places { $0.contains(stage) }, plus: places { !$0.contains(stage) },
                    baseline: "without \(stage)", variant: "with \(stage)")
            )
        }
        var pairs: [([String], ComparisonAnalysis.Contrast)] = []
        for (index, one) in ablation.stages.enumerated() {
            for other in ablation.stages[(index + 1)...] {
                // Half the difference of differences is the mean where both are alike less the mean where they differ.
                let contrast = ComparisonAnalysis.Contrast(
                    minus: places { $0.contains(one) != $0.contains(other) },
                    plus: places { $0.contains(one) == $0.contains(other) }, scale: 2,
                    baseline: "\(one) without \(other)", variant: "\(one) with \(other)")
                pairs.append(([one, other], contrast))
            }
        }
        return main + pairs
    }

    private func effects(_ stages: [String], _ contrast: ComparisonAnalysis.Contrast) -> [StageEffect] {
        let quality = results.measures.indices.map { place in
            var row = comparison.row(place, contrast)
            // Exchanging pipelines says nothing of an interaction where the stages themselves have effects.
            if stages.count > 1, results.measures[place].kind == .corpus, let test = row.alsoTested.first {
                row.test = test.test
                row.pValue = test.pValue
                row.alsoTested = []
            }
            return row
        }
        let resources = ["latency_ms", "cost_usd"].compactMap { comparison.resourceRow($0, contrast) }
        return (quality + resources).map { StageEffect(stages: stages, row: $0) }
    }

    /// All effects of a run are one family, or those of each metric, as the spec says.
    private func correct(_ summaries: inout [AblationSummary]) {
        var rows = summaries.flatMap { $0.effects.map(\.row) }
        comparison.correctFamilies(&rows)
        var next = 0
        for summary in summaries.indices {
            for effect in summaries[summary].effects.indices {
                summaries[summary].effects[effect].row = rows[next]
                next += 1
            }
        }
    }
}
