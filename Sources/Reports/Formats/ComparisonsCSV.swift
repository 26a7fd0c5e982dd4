import Experiments
import Records

/// `comparisons.csv`: a row a metric and pair; its header alone where there is one variant.
struct ComparisonsCSV: Report {
    let fileName = "comparisons.csv"

    static let header = [
        "metric", "baseline", "variant", "n", "difference", "ci_low", "ci_high", "p_value", "p_adjusted", "correction",
        "test", "effect_size", "effect_name", "significant",
    ]

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        var rows = CSVWriter(header: ComparisonsCSV.header)
        for row in material.summary.comparisons {
            rows.append([
                row.metric, row.baseline, row.variant, String(row.n), NumberText.exact(row.difference),
                NumberText.exact(row.low), NumberText.exact(row.high), NumberText.exact(row.pValue),
                NumberText.exact(row.pAdjusted), row.correction, row.test, NumberText.exact(row.effectSize),
                row.effectName, row.significant.map { $0 ? "true" : "false" },
            ])
        }
        try file.append(rows.bytes)
    }
}
