import Experiments
import Records

/// `ablation.csv`: a row a stage and metric, of a run that takes a pipeline apart.
struct AblationCSV: Report {
    let fileName = "ablation.csv"

    static let header = [
        "model", "prompt", "pipeline", "design", "cache", "stages", "metric", "n", "difference", "ci_low", "ci_high",
        "p_value", "p_adjusted", "correction", "test", "effect_size", "effect_name", "significant",
    ]

    func isFor(_ summary: RunSummary) -> Bool { !summary.ablations.isEmpty }

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        var rows = CSVWriter(header: AblationCSV.header)
        for ablation in material.summary.ablations {
            for effect in ablation.effects {
                let row = effect.row
                rows.append([
                    ablation.model, ablation.prompt, ablation.pipeline, ablation.design.rawValue, ablation.stratum,
                    effect.stages.joined(separator: " × "), row.metric, String(row.n), NumberText.exact(row.difference),
                    NumberText.exact(row.low), NumberText.exact(row.high), NumberText.exact(row.pValue),
                    NumberText.exact(row.pAdjusted), row.correction, row.test, NumberText.exact(row.effectSize),
                    row.effectName, row.significant.map { $0 ? "true" : "false" },
                ])
            }
        }
        try file.append(rows.bytes)
    }
}
