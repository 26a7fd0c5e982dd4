public import Experiments

/// One file of a run's report folder.
///
/// A format is a file in `Formats/`, its test, and a line in `ReportFormats.all`.
public protocol Report: Sendable {
    /// The file's name in the report folder.
    var fileName: String { get }

    /// Whether the run has anything for it; a file that has nothing is not written.
    func isFor(_ summary: RunSummary) -> Bool

    /// Writes the whole file; equal material gives equal bytes.
    /// - Throws: `ReportError` where the file cannot be written, and whatever reading the samples throws.
    func write(_ material: ReportMaterial, to file: ReportFile) throws
}

extension Report {
    public func isFor(_ summary: RunSummary) -> Bool { true }
}

/// What every format is made from.
public struct ReportMaterial: Sendable {
    public var contents: any RunContents
    /// The charts that were drawn, in the order of `ChartKinds.all`; empty without gnuplot.
    public var charts: [DrawnChart]
    /// What the reader must know of the report itself: "no charts: …".
    public var notes: [String]
    public var options: ReportOptions

    public init(
        contents: any RunContents, charts: [DrawnChart] = [], notes: [String] = [],
        options: ReportOptions = ReportOptions()
    ) {
        self.contents = contents
        self.charts = charts
        self.notes = notes
        self.options = options
    }

    var summary: RunSummary { contents.summary }
}
