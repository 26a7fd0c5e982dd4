import Experiments
import Records

/// `summary.csv`: a row a variant and figure, the spec's metrics before latency, tokens and cost.
struct SummaryCSV: Report {
    let fileName = "summary.csv"

    static let header = ["variant", "metric", "n", "value", "ci_low", "ci_high", "unit"]

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        try file.append(SummaryCSV.bytes(of: material.summary))
    }

    /// The whole file, header first.
    static func bytes(of summary: RunSummary) -> [UInt8] {
        var rows = CSVWriter(header: header)
        for variant in summary.variants {
            for figure in variant.figures + variant.resources {
                rows.append([
                    variant.label, figure.metric, String(figure.n), NumberText.exact(figure.value),
                    NumberText.exact(figure.low), NumberText.exact(figure.high), figure.unit,
                ])
            }
        }
        return rows.bytes
    }
}
