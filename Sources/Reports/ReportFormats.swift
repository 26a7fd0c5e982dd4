/// The files of a report.
public enum ReportFormats {
    /// Every format, sorted by the name of its file in `Formats/`.
    public static let all: [any Report] = [
        AblationCSV(),
        ComparisonsCSV(),
        JUnitXML(),
        ReportPage(),
        SamplesCSV(),
        SummaryCSV(),
        SummaryJSON(),
        SummaryMarkdown(),
    ]
}
