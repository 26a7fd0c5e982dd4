import Experiments

/// Whether answers are as good as they are sure.
enum CalibrationSection {
    /// Whether any answer of the run has a confidence.
    static func isFor(_ summary: RunSummary) -> Bool { summary.variants.contains { !$0.calibrations.isEmpty } }

    static func write(_ material: ReportMaterial, to page: inout Markup) {
        guard isFor(material.summary) else { return }
        page.element("section", ["id": "confidence", "aria-labelledby": "confidence-title"]) { page in
            page.element("h2", ["id": "confidence-title"], text: "Confidence")
            page.element(
                "p", ["class": "hint"],
                text: "Confidence is a sign, from 0 to 1, and becomes a probability only where it agrees with scores. "
                    + "Its expected calibration error is the mean distance of the two over ten bins of equal width.")
            page.element("div", ["class": "figures"]) { page in
                for drawn in material.charts where ReliabilityDiagram.kind.drew(drawn.chart) {
                    ChartSection.figure(drawn, to: &page)
                }
            }
            table(material.summary).write(to: &page)
        }
        page.line()
    }

    private static func table(_ summary: RunSummary) -> DataTable {
        let titles: [(String, String?)] = [
            ("answers", nil), ("mean confidence", nil), ("calibration error", "expected"),
            ("calibration error", "largest bin's"), ("Brier score", nil),
        ]
        return DataTable(
            caption: "Confidence against scores",
            columns: ["variant", "metric"].map { DataTable.Column(title: $0, isNumeric: false) }
                + titles.map { DataTable.Column(title: $0.0, detail: $0.1, isNumeric: true) },
            rows: summary.variants.flatMap { variant in
                variant.calibrations.map { calibration in
                    let sureness = calibration.bins.reduce(0) { $0 + Double($1.count) * $1.confidence }
                    let shares = [
                        sureness / Double(calibration.count), calibration.expectedError, calibration.maximumError,
                        calibration.brierScore,
                    ]
                    return [
                        .text(variant.label), .text(calibration.metric),
                        .number(NumberText.grouped(calibration.count), sortedBy: Double(calibration.count)),
                    ] + shares.map { .number(NumberText.readable($0, unit: "share"), sortedBy: $0) }
                }
            })
    }
}
