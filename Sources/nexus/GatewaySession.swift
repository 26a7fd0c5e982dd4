import Chat
import CurlTransport
import Foundation
import Gateway
import Logging
import Server
import Store
import Telemetry

/// What runs beside the server of `nexus serve`: the inference log, conversations and the export of traces.
struct GatewaySession: Sendable {
    let telemetry: GatewayTelemetry
    let logger: Logger
    let log: InferenceLog?
    /// Where answers are kept beyond memory; nil where no pipeline has a cache.
    let cache: StoredCache?
    /// The background jobs; nil where there is no store.
    let jobs: GatewayJobs?
    let sessions: Sessions
    /// The gateway's store: open for writing where something is written to it from the start.
    let store: RunStore?
    /// The same for who may need it later.
    let storage: GatewayStore
    private let exporter: TraceExporter?

    /// - Parameter path: the gateway's store.
    /// - Throws: `StoreError` where the log is on and its store cannot be opened, `.busy` where another server has it.
    init(_ assembly: Assembly, path: String, logger: Logger) throws(StoreError) {
        let settings = assembly.settings
        self.logger = logger
        var writeRow: (@Sendable (InferenceRecord) -> Void)?
        let storage = GatewayStore(path: path)
        let store = settings.needsStore ? try storage.open() : nil
        self.storage = storage
        self.store = store
        sessions = Sessions(open: { () throws(StoreError) in try storage.open() }, now: { Timestamp.now() })
        let log = settings.log.requests ? store.map { InferenceLog($0) { GatewaySession.tell($0, logger) } } : nil
        self.log = log
        if let log { writeRow = { log.append($0) } }
        cache =
            settings.hasCache
            ? store.map { store in
                StoredCache(
                    store, maxEntries: settings.maxCacheEntries, startTask: { work in Task { await work() } },
                    now: Timestamp.now)
            } : nil
        jobs = store.map { [cache] store in
            GatewayJobs(
                assembly, store: store, cache: cache, log: settings.log.prompts ? log : nil, logger: logger)
        }
        let endpoint = TraceExporter.Endpoint(environment: ProcessInfo.processInfo.environment)
        exporter = endpoint.map { TraceExporter($0, loop: assembly.loop, version: Nexus.version, logger: logger) }
        telemetry = GatewayTelemetry(
            logger: logger, keepsPrompts: settings.log.prompts, writeRow: writeRow, exporter: exporter)
    }

    /// What the routes under `/api` need besides models.
    /// - Parameter catalog: the models of the moment.
    func parts(_ catalog: Locked<ServedModels>) -> GatewayParts {
        let assembly: @Sendable () -> Assembly = { catalog.withLock { $0 }.assembly }
        let health = ServedHealth(store: storage) { catalog.withLock { $0 } }
        return GatewayParts(
            version: Nexus.version, conversations: StoredConversations(sessions: sessions),
            knowledge: ServedKnowledge(store: storage, queue: jobs?.queue, assembly: assembly),
            cache: ServedCache(catalog: catalog),
            training: jobs.map { jobs in
                ServedTraining(jobs: jobs, model: assembly().settings.training.model)
            }, checks: { await health.checks() })
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

    /// Runs `serve` with the export of traces and the background jobs beside it; when it ends, what waits is written
    /// and sent.
    func run(_ serve: @escaping @Sendable () async throws -> Void) async throws {
        defer {
            log?.close()
            storage.close()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let exporter { group.addTask { await exporter.run() } }
            if let jobs { group.addTask { await jobs.run() } }
            defer { group.cancelAll() }
            try await serve()
            await exporter?.drain()
        }
    }
}
