import Chat
import CurlTransport
import Foundation
import Logging
import Server
import Store
import Telemetry

/// What runs beside the server of `nexus serve`: the inference log and the export of traces.
struct GatewaySession: Sendable {
    let telemetry: GatewayTelemetry
    let logger: Logger
    let log: InferenceLog?
    /// The gateway's store: open for writing where something is written to it.
    let store: RunStore?
    private let exporter: TraceExporter?

    /// - Parameter path: the gateway's store.
    /// - Throws: `StoreError` where the log is on and its store cannot be opened, `.busy` where another server has it.
    init(_ settings: Settings, loop: CurlLoop, path: String, logger: Logger) throws(StoreError) {
        self.logger = logger
        var writeRow: (@Sendable (InferenceRecord) -> Void)?
        let retrieves = settings.allPipelines.contains { $0.collection != nil }
        store = settings.log.requests || retrieves ? try RunStore(writing: path, command: "nexus serve") : nil
        if let store, settings.log.requests {
            let log = InferenceLog(store) { GatewaySession.tell($0, logger) }
            writeRow = { log.append($0) }
            self.log = log
        } else {
            log = nil
        }
        let endpoint = TraceExporter.Endpoint(environment: ProcessInfo.processInfo.environment)
        exporter = endpoint.map { TraceExporter($0, loop: loop, version: Nexus.version, logger: logger) }
        telemetry = GatewayTelemetry(
            logger: logger, keepsPrompts: settings.log.prompts, writeRow: writeRow, exporter: exporter)
    }

    private static func tell(_ health: InferenceLog.Health, _ logger: Logger) {
        if let fault = health.fault {
            logger.error(
                "the inference log cannot be written; requests go on",
                metadata: ["reason": "\(fault)", "lost": "\(health.lost)", "waiting": "\(health.waiting)"])
        } else {
            logger.notice("the inference log is written again", metadata: ["lost": "\(health.lost)"])
        }
    }

    /// Runs `serve` with the export of traces beside it; when it ends, what waits is written and sent.
    func run(_ serve: @escaping @Sendable () async throws -> Void) async throws {
        defer {
            log?.close()
            store?.close()
        }
        guard let exporter else { return try await serve() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            defer { group.cancelAll() }
            try await serve()
            await exporter.drain()
        }
    }
}
