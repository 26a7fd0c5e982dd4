public import Chat
public import Logging

/// Where a finished request goes: counters, the inference log, exported traces and a line of the log, all from one
/// record.
///
/// None of them can fail or delay a request.
public final class GatewayTelemetry: Sendable {
    public let metrics = GatewayMetrics()
    public let logger: Logger
    /// Whether records hold prompts and answers.
    public let keepsPrompts: Bool
    private let writeRow: (@Sendable (InferenceRecord) -> Void)?
    private let exporter: TraceExporter?
    private let gauges: Locked<@Sendable () -> [Gauge]>

    /// - Parameters:
    ///   - keepsPrompts: whether rows hold prompts and answers.
    ///   - writeRow: takes a row for the inference log and returns at once; nil where there is no log.
    ///   - exporter: takes traces; nil where none are exported.
    public init(
        logger: Logger = Logger(label: "nexus") { _ in SwiftLogNoOpLogHandler() }, keepsPrompts: Bool = false,
        writeRow: (@Sendable (InferenceRecord) -> Void)? = nil, exporter: TraceExporter? = nil
    ) {
        self.logger = logger
        self.keepsPrompts = keepsPrompts && writeRow != nil
        self.writeRow = writeRow
        self.exporter = exporter
        gauges = Locked { [] }
    }

    /// Whether requests that came without a trace begin one.
    public var beginsTraces: Bool { exporter != nil }

    /// What is read besides the counters whenever somebody asks for the metrics.
    public func read(gauges read: @escaping @Sendable () -> [Gauge]) { gauges.withLock { $0 = read } }

    /// Takes a request that has ended.
    public func finish(_ record: InferenceRecord) {
        metrics.observe(record)
        writeRow?(record)
        if let identity = record.identity, identity.isSampled { exporter?.add(record) }
        log(record)
    }

    /// The body of `GET /metrics`.
    public func prometheusText() -> [UInt8] {
        let read = gauges.withLock { $0 }
        return metrics.prometheusText(read() + (exporter?.gauges ?? []))
    }

    /// One line: at level info, and at warning where an upstream failed.
    private func log(_ record: InferenceRecord) {
        let failed = record.status >= 500 && record.attempts > 0
        logger.log(level: failed ? .warning : .info, "request", metadata: GatewayTelemetry.metadata(record))
    }

    private static func metadata(_ record: InferenceRecord) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "attempts": "\(record.attempts)", "cache": "\(record.cache)", "id": "\(record.requestID)",
            "latency_ms": "\(rounded(record.latency))", "outcome": "\(record.outcome.text)",
            "overhead_ms": "\(rounded(record.overhead))", "route": "\(record.route)", "status": "\(record.status)",
            "stream": "\(record.isStreamed)",
        ]
        let texts = [
            ("caller", record.caller), ("model", record.modelAsked), ("answered_by", record.modelAnswered),
            ("provider", record.provider), ("trace_id", record.identity?.traceText),
            ("ttft_ms", record.firstToken.map { "\(rounded($0))" }),
            ("input_tokens", record.usage.map { "\($0.input)" }),
            ("output_tokens", record.usage.map { "\($0.output)" }),
            ("cost_usd", record.cost.map { JSONValue.number($0.dollars).text }),
        ]
        for (key, text) in texts { if let text { metadata[key] = "\(text)" } }
        return metadata
    }

    /// Milliseconds to a thousandth.
    private static func rounded(_ duration: Duration) -> Double {
        (duration.milliseconds * 1000).rounded() / 1000
    }
}
