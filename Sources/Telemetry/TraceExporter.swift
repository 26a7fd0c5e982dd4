public import Chat
public import CurlTransport
public import Logging

/// Sends traces to an OpenTelemetry collector over OTLP/HTTP, in its JSON form, in batches: a span a request and below
/// it one a stage, with the attributes of the semantic conventions for generative AI and no content.
///
/// Traces wait in memory, up to `capacity`; what finds no room or cannot be sent is dropped and counted. Nothing of it
/// touches a request.
///
/// ```swift
/// let exporter = TraceExporter(endpoint, loop: loop, version: "1.0")
/// try await exporter.run()   // beside the server, until the task is cancelled
/// ```
/// Source: OpenTelemetry Protocol specification 1.7, sections "OTLP/HTTP" and "JSON Protobuf Encoding".
public final class TraceExporter: Sendable {
    /// Where traces go, as the environment says it.
    public struct Endpoint: Sendable, Hashable {
        public var url: String
        /// `OTEL_EXPORTER_OTLP_HEADERS`; may hold secrets.
        public var headers: [String: String]
        public var serviceName: String
        /// The longest time that a trace waits for others.
        public var delay: Duration

        /// - Returns: nil where no endpoint is set, or the SDK is disabled.
        /// - Parameter environment: variables by name, as OpenTelemetry names them.
        public init?(environment: [String: String]) {
            func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
            guard value("OTEL_SDK_DISABLED")?.lowercased() != "true" else { return nil }
            if let whole = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
                url = whole
            } else if let root = value("OTEL_EXPORTER_OTLP_ENDPOINT") {
                url = (root.hasSuffix("/") ? String(root.dropLast()) : root) + "/v1/traces"
            } else {
                return nil
            }
            headers = [:]
            let pairs = value("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? value("OTEL_EXPORTER_OTLP_HEADERS") ?? ""
            for pair in pairs.split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let name = String(parts[0].filter { $0 != " " })
                headers[name] = String(parts[1].drop { $0 == " " }).removingPercents
            }
            serviceName = value("OTEL_SERVICE_NAME") ?? "nexus"
            let milliseconds = value("OTEL_BSP_SCHEDULE_DELAY").flatMap { Int($0) } ?? 5_000
            delay = .milliseconds(min(max(milliseconds, 10), 600_000))
        }
    }

    private struct State {
        var waiting: [InferenceRecord] = []
        var sent = 0
        var dropped = 0
        var isFailing = false
    }

    /// Most traces of one request to the collector.
    static let batchSize = 512

    private let endpoint: Endpoint
    private let loop: CurlLoop
    private let version: String
    private let capacity: Int
    private let logger: Logger
    private let state = Locked(State())

    /// - Parameter capacity: most traces that wait.
    public init(
        _ endpoint: Endpoint, loop: CurlLoop, version: String, capacity: Int = 4_096, logger: Logger
    ) {
        self.endpoint = endpoint
        self.loop = loop
        self.version = version
        self.capacity = capacity
        self.logger = logger
    }

    /// Takes in a trace; it returns at once.
    func add(_ record: InferenceRecord) {
        state.withLock { state in
            if state.waiting.count < capacity { state.waiting.append(record) } else { state.dropped += 1 }
        }
    }

    /// Sends what comes in, until the task is cancelled; then what is left, for two seconds at most.
    public func run() async {
        while (try? await Task.sleep(for: endpoint.delay)) != nil {
            while await sendBatch(within: .seconds(10)) {}
        }
    }

    /// Sends what is left, for two seconds at most; for the end, outside of a cancelled task.
    public func drain() async {
        while await sendBatch(within: .seconds(2)) {}
    }

    /// - Returns: whether there was a batch and it went through.
    private func sendBatch(within time: Duration) async -> Bool {
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(TraceExporter.batchSize))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        guard !batch.isEmpty else { return false }
        let body = OTLPTraces.body(batch, serviceName: endpoint.serviceName, version: version)
        let fault = await post(body.bytes, within: time)
        let isNews = state.withLock { state in
            if fault == nil { state.sent += batch.count } else { state.dropped += batch.count }
            defer { state.isFailing = fault != nil }
            return state.isFailing != (fault != nil)
        }
        if isNews {
            if let fault {
                logger.warning("traces cannot be exported", metadata: ["reason": "\(fault)"])
            } else {
                logger.notice("traces are exported again")
            }
        }
        return fault == nil
    }

    /// What went wrong; nil where the collector took it.
    private func post(_ body: [UInt8], within time: Duration) async -> String? {
        let headers = [("Content-Type", "application/json")] + endpoint.headers.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
        let limits = TransferLimits(connect: min(time, .seconds(3)), firstByte: time, total: time, bodyBytes: 1 << 20)
        do {
            let request = HTTPRequest(url: endpoint.url, method: "POST", headers: headers, body: body, limits: limits)
            let response = try await loop.exchange(request)
            _ = try await response.body.collect(upTo: 1 << 20)
            return response.status / 100 == 2 ? nil : "the collector answers \(response.status)"
        } catch {
            return String(describing: error)
        }
    }

    /// How the exporter does.
    var gauges: [Gauge] {
        let state = state.withLock { $0 }
        return [
            Gauge(
                "nexus_traces_exported_total", help: "Traces that the collector took.", value: Double(state.sent),
                isCounter: true),
            Gauge(
                "nexus_traces_dropped_total", help: "Traces that were not exported.", value: Double(state.dropped),
                isCounter: true),
            Gauge("nexus_traces_waiting", help: "Traces that wait for export.", value: Double(state.waiting.count)),
        ]
    }
}

extension String {
    /// The text with `%41` read as `A`; what is no such escape stays.
    fileprivate var removingPercents: String {
        var (out, bytes) = ([UInt8](), Array(utf8)[...])
        while let byte = bytes.popFirst() {
            let digits = String(decoding: bytes.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), bytes.count >= 2, let value = UInt8(digits, radix: 16) {
                out.append(value)
                bytes = bytes.dropFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
