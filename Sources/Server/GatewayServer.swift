import HTTPServing

/// The gateway as an HTTP server: pipelines behind the APIs that clients already speak.
///
/// Routes: `POST /v1/chat/completions`, `/v1/responses`, `/v1/completions` (OpenAI) and `/v1/messages` (Anthropic),
/// streamed or whole; `POST /v1/embeddings`, `POST /v1/messages/count_tokens`; `GET /v1/models`, `GET /v1/models/{id}`;
/// `GET /healthz`, `GET /readyz`.
///
///     let server = GatewayServer(options: ServerOptions(port: 4000), catalog: catalog)
///     try await server.runUntilSignal { port in print("listening on \(port)") }
public struct GatewayServer: Sendable {
    private let options: ServerOptions
    private let catalog: any ModelCatalog

    public init(options: ServerOptions, catalog: any ModelCatalog) {
        self.options = options
        self.catalog = catalog
    }

    /// Serves until the task is cancelled: then it ends at once, and answers under way are cut.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await service.run(onReady: onReady)
    }

    /// Serves until SIGINT or SIGTERM comes, then finishes the answers under way, for 12 seconds at most. A second
    /// signal ends it at once, as does cancelling the task.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func runUntilSignal(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await service.runUntilSignal(onReady: onReady)
    }

    private var service: HTTPService<GatewayDesk> {
        HTTPService(name: "nexus", host: options.host, port: options.port) { [options, catalog] connections in
            GatewayDesk(
                catalog: catalog, keys: KeyRing(options.keys), maxBodyBytes: options.maxBodyBytes,
                connections: connections)
        }
    }
}
