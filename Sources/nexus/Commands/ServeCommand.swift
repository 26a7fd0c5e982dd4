import ArgumentParser
import Server

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
        let assembly = try Assembly(settings: shared.settings())
        for warning in assembly.settings.warnings { Terminal.error("warning: \(warning)") }
        var options = assembly.settings.server
        options.port = port ?? options.port
        options.host = host ?? options.host
        guard !options.isOpenToOthers else {
            throw CommandFailure.usage(
                "server.keys: none are set, and \(options.host) can be reached by others; set keys in nexus.yaml, or "
                    + "listen on 127.0.0.1")
        }
        let standard = if let name = assembly.settings.defaultModel { name } else {
            await assembly.modelOfNoChoice().name
        }
        let catalog = try ServedModels(assembly, standard: standard)
        let host = options.host
        try await GatewayServer(options: options, catalog: catalog).runUntilSignal { bound in
            Terminal.error("listening on http://\(host):\(bound)")
        }
    }
}
