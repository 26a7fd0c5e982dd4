import Chat
import Dispatch
import Glibc
import Logging
import Server
import Telemetry

/// Reads the configuration anew on SIGHUP: requests from then on go by it, those under way end as they began.
///
/// A configuration with a fault changes nothing: the old one stays and the fault is logged. Host, port and the
/// inference log stay as they were at the start.
final class Reloading: Sendable {
    private let server: GatewayServer
    private let logger: Logger
    private let read: @Sendable () throws -> (Settings, ServerOptions)
    private let catalog: Locked<ServedModels>
    private let queue = DispatchQueue(label: "nexus.reload")

    /// - Parameters:
    ///   - catalog: the models of the moment; a reload puts others in their place.
    ///   - read: reads the configuration as it is now; it throws what is wrong with it.
    init(
        catalog: Locked<ServedModels>, server: GatewayServer, logger: Logger,
        read: @escaping @Sendable () throws -> (Settings, ServerOptions)
    ) {
        self.catalog = catalog
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
            let before = old.assembly.settings
            if settings.server.host != before.server.host || settings.server.port != before.server.port
                || settings.log != before.log
            {
                logger.warning("server.host, server.port and log change with a restart alone")
            }
        } catch {
            logger.error(
                "configuration not reloaded; the old one stays", metadata: ["reason": "\(String(describing: error))"])
        }
    }
}
