public import Experiments

/// A report as it stands on disk.
public struct WrittenReport: Sendable, Hashable {
    /// Every file of the report, relative to its folder, sorted.
    public var paths: [String]
    /// What the user must know: charts that are missing and how to get them.
    public var notes: [String]
}

/// Writes the folder that a run leaves.
///
/// ```swift
/// let written = try await ReportWriter.write(run, to: "reports/\(run.summary.runID)")
/// ```
public enum ReportWriter {
    /// Writes every file of the report into `folder`, making it where it is missing.
    ///
    /// Each file is complete or absent: it is written aside, synced and renamed. Nothing is written outside of the
    /// folder but the link `latest` beside it, where the options ask for it; links inside the folder are replaced,
    /// never followed. The same contents give the same bytes.
    ///
    /// - Parameters:
    ///   - contents: the run, read twice: once for the table of samples, once for the page.
    ///   - folder: an absolute path, or one relative to the working directory.
    /// - Throws: `ReportError` naming the path where a folder or file cannot be made or the run cannot be read. A
    ///   missing or failing gnuplot is no error but a note.
    public static func write(
        _ contents: any RunContents, to folder: String, options: ReportOptions = ReportOptions()
    ) async throws(ReportError) -> WrittenReport {
        let output = try OutputFolder(path: folder)
        let drawing = await ChartDrawing.draw(contents.summary, options: options)
        let material = ReportMaterial(
            contents: contents, charts: drawing.drawn, notes: drawing.notes, options: options)
        var paths = try writeCharts(drawing, to: output)
        for format in ReportFormats.all where format.isFor(contents.summary) {
            try output.write(format.fileName) { file in try format.write(material, to: file) }
            paths.append(format.fileName)
        }
        try output.sync()
        var notes = drawing.notes
        if options.updatesLatest, let note = try output.pointLatestHere() { notes.append(note) }
        return WrittenReport(paths: paths.sorted(), notes: notes)
    }

    /// Tries whether the folder can be made and takes files, leaving nothing there.
    /// - Throws: `ReportError` naming the path.
    public static func prepare(_ folder: String) throws(ReportError) {
        try OutputFolder.probe(folder)
    }

    /// Scripts and data of all charts, and the pictures of those that were drawn. A picture of an earlier report that
    /// could not be drawn again is removed: it would show old data.
    private static func writeCharts(_ drawing: ChartDrawing, to output: OutputFolder) throws(ReportError) -> [String] {
        guard !drawing.charts.isEmpty else { return [] }
        let folder = try output.subfolder("charts")
        var names: [String] = []
        for chart in drawing.charts {
            try folder.write("\(chart.name).gp") { file in try file.append(chart.scriptFile) }
            try folder.write("\(chart.name).tsv") { file in try file.append(chart.table.text) }
            names += ["\(chart.name).gp", "\(chart.name).tsv"]
            if let drawn = drawing.drawn.first(where: { $0.chart.name == chart.name }) {
                try folder.write("\(chart.name).svg") { file in try file.append(drawn.file) }
                names.append("\(chart.name).svg")
            } else {
                folder.remove("\(chart.name).svg")
            }
        }
        try folder.sync()
        return names.map { "charts/\($0)" }
    }
}
