#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a caller may choose of a report.
public struct ReportOptions: Sendable {
    /// `--inconclusive pass`: an inconclusive gate is `<skipped>` in junit.xml, not `<error>`.
    public var inconclusivePasses: Bool
    /// Points `latest`, beside the report folder, to it. Only for folders of our own choice (`reports/<run id>`):
    /// beside a folder that the user named, nothing is written.
    public var updatesLatest: Bool
    /// Folders in which gnuplot is looked for, as in `PATH`; only absolute ones count.
    public var programPath: String
    /// How long gnuplot may draw all charts of a report.
    public var chartTimeLimit: Duration

    public init(
        inconclusivePasses: Bool = false, updatesLatest: Bool = false,
        programPath: String = ReportOptions.processPath, chartTimeLimit: Duration = .seconds(20)
    ) {
        self.inconclusivePasses = inconclusivePasses
        self.updatesLatest = updatesLatest
        self.programPath = programPath
        self.chartTimeLimit = chartTimeLimit
    }

    /// The `PATH` of this process; empty where there is none.
    public static var processPath: String { getenv("PATH").map { String(cString: $0) } ?? "" }
}
