import Experiments

/// What draws a chart: from a summary to none, one or several pictures.
struct ChartKind: Sendable {
    /// What its files are named after: letters and hyphens only.
    var name: StaticString
    /// The heading of its figures on the page.
    var heading: String
    /// The charts of a run; none where the run has nothing to show in them.
    var charts: @Sendable (RunSummary) -> [Chart]

    /// Whether a chart is one of its several.
    func drew(_ chart: Chart) -> Bool { chart.name.hasPrefix("\(name)-") }
}

/// The charts of a report.
enum ChartKinds {
    /// Every kind, sorted by the name of its file: a new chart is a file, its test, and a line here.
    static let all: [ChartKind] = [
        CostBars.kind,
        DifferencePlot.kind,
        LatencyCurves.kind,
        QualityAgainstCost.kind,
        ReliabilityDiagram.kind,
        ScoreSpread.kind,
        StageWaterfall.kind,
    ]
}
