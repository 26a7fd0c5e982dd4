import ArgumentParser
import Chat
import Experiments
import Server
import Store
import Telemetry

/// `nexus serve`: the gateway.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve models over OpenAI's and Anthropic's APIs: the gateway.",
        discussion: """
            Prints 'listening on http://HOST:PORT' to standard error once it is ready. Models are named \
            provider/model, or by the aliases of nexus.yaml; the pipeline is the one that is configured there. Without \
            server.keys it listens on this machine alone.
            """)

    @Option(help: "Port to listen on; 0 takes a free one (default: server.port, PORT or 4000).")
    var port: Int?

    @Option(help: "Address to listen on (default: server.host or 127.0.0.1).")
    var host: String?

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else {
            throw ValidationError("--port: found \(port ?? 0); expected 0 to 65535")
        }
    }

    func run() async throws {
        let configured = try Assembly(settings: shared.settings())
        guard configured.settings.gaps.isEmpty else { throw SpecError(configured.settings.gaps) }
        var assembly = await configured.findingDefaultProvider(for: nil)
        let settings = assembly.settings
        let options = try self.options(settings)
        let standard =
            if let name = settings.defaultModel { name } else {
                try await configured.modelOfNoChoice().name
            }
        let path = shared.gatewayStorePath(settings)
        let session = try GatewaySession(assembly, path: path, logger: shared.logger)
        if let store = session.store ?? (try? RunStore(reading: path)) {
            assembly = assembly.retrieving(from: [store])
        }
        let catalog = try ServedModels(
            assembly, standard: standard, cache: session.cache, sessions: session.sessions)
        for lacking in try assembly.lackingCollections(settings.allPipelines, isServed: true)
        where !shared.quiet {
            Terminal.error(
                "warning: there is no collection '\(lacking.collection)' yet, and answers go without passages; "
                    + Assembly.makingCollection(lacking.collection))
        }
        let current = Locked(catalog)
        let server = GatewayServer(
            options: options, catalog: catalog, telemetry: session.telemetry, parts: session.parts(current))
        let found = assembly.settings.defaultProvider
        let reloading = Reloading(catalog: current, server: server, logger: session.logger) {
            var settings = try shared.settings()
            guard settings.gaps.isEmpty else { throw SpecError(settings.gaps) }
            // What was found at the start is not looked for again.
            settings.defaultProvider = settings.defaultProvider ?? found
            return (settings, try self.options(settings))
        }
        session.telemetry.read { [log = session.log] in
            (log.map { GatewayGauges.log($0.health) } ?? []) + reloading.gauges
        }
        let host = options.host
        try await session.run {
            try await reloading.onSignal {
                try await server.runUntilSignal { bound in Terminal.error("listening on http://\(host):\(bound)") }
            }
        }
    }

    /// Where to listen, and whom to let in.
    private func options(_ settings: Settings) throws -> ServerOptions {
        var options = settings.server
        options.port = port ?? options.port
        options.host = host ?? options.host
        guard !options.isOpenToOthers else {
            throw CommandFailure.usage(
                "server.keys: none are set, and \(options.host) can be reached by others; set keys in nexus.yaml, or "
                    + "listen on 127.0.0.1")
        }
        return options
    }
}
