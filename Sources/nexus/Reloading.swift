import Chat
import Dispatch
import Glibc
import Logging
import Server
import Telemetry

/// Reads the configuration anew on SIGHUP: requests from then on go by it, those under way end as they began.
///
/// A configuration with a fault changes nothing: the old one stays and the fault is logged. What is made once, as the
/// inference log and the background jobs, stays as it was at the start, and a warning names it.
final class Reloading: Sendable {
    private let server: GatewayServer
    private let logger: Logger
    private let read: @Sendable () throws -> (Settings, ServerOptions)
    private let catalog: Locked<ServedModels>
    /// The configuration at the start.
    private let first: Settings
    private let queue = DispatchQueue(label: "nexus.reload")

    /// - Parameters:
    ///   - catalog: the models of the moment; a reload puts others in their place.
    ///   - read: reads the configuration as it is now; it throws what is wrong with it.
    init(
        catalog: Locked<ServedModels>, server: GatewayServer, logger: Logger,
        read: @escaping @Sendable () throws -> (Settings, ServerOptions)
    ) {
        self.catalog = catalog
        first = catalog.withLock { $0 }.assembly.settings
        self.server = server
        self.logger = logger
        self.read = read
    }

    var gauges: [Gauge] { catalog.withLock { $0 }.gauges }

    /// Runs `body`; meanwhile SIGHUP reloads.
    func onSignal(_ body: () async throws -> Void) async throws {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
        source.setEventHandler { self.reload() }
        source.resume()
        defer { source.cancel() }
        try await body()
    }

    func reload() {
        let old = catalog.withLock { $0 }
        do {
            let (settings, options) = try read()
            let assembly = try Assembly(settings: settings, after: old.assembly)
            let new = try ServedModels(assembly, standard: settings.defaultModel ?? old.standard, after: old)
            server.reload(options: options, catalog: new)
            catalog.withLock { $0 = new }
            logger.notice("configuration reloaded", metadata: ["models": "\(new.names.count)"])
            let names = settings.waitingForRestart(since: first)
            if !names.isEmpty {
                logger.warning(
                    "some settings change with a restart alone",
                    metadata: ["settings": "\(names.joined(separator: ", "))"])
            }
        } catch {
            logger.error(
                "configuration not reloaded; the old one stays", metadata: ["reason": "\(String(describing: error))"])
        }
    }
}

extension Settings {
    /// What differs from the configuration at the start and goes by that until a restart: by key of `nexus.yaml`, or
    /// by variable.
    func waitingForRestart(since first: Settings) -> [String] {
        let asksInJobs = first.training.provider != nil || first.retrieves
        let answers: [(name: String, isWaiting: Bool)] = [
            ("DATABASE_URL", storePath != first.storePath),
            ("log", log != first.log),
            ("pipeline.cache (kept in memory alone until then)", hasCache && !first.hasCache),
            (
                "pipeline.cache.max_entries (of the store)",
                hasCache && first.hasCache && maxCacheEntries != first.maxCacheEntries
            ),
            ("pipeline.retrieval", retrieves && !first.needsStore),
            ("providers (as training and retrieval ask them)", asksInJobs && providers != first.providers),
            ("server.host", server.host != first.server.host),
            ("server.port", server.port != first.server.port),
            ("training", training != first.training),
        ]
        return answers.filter(\.isWaiting).map(\.name)
    }
}
