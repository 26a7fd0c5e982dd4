public import Chat
import HTTPServing
import Hummingbird
public import Telemetry

/// The gateway as an HTTP server: pipelines behind the APIs that clients already speak.
///
/// Routes: `POST /v1/chat/completions`, `/v1/responses`, `/v1/completions` (OpenAI) and `/v1/messages` (Anthropic),
/// streamed or whole; `POST /v1/embeddings`, `POST /v1/messages/count_tokens`; `GET /v1/models`, `GET /v1/models/{id}`;
/// `GET /healthz`, `GET /readyz`, `GET /metrics`; under `/api` NeuralBridge's: `POST /api/proxy/query`,
/// `GET /api/proxy/health`, `GET /api/proxy/stats`, `/api/conversations/…`, `/api/knowledge/…`, `/api/cache/…`,
/// `GET /api/admin/system`, `GET /api/admin/metrics`, and `GET /socket/websocket` with Phoenix's channels.
///
///     let server = GatewayServer(options: ServerOptions(port: 4000), catalog: catalog)
///     try await server.runUntilSignal { port in print("listening on \(port)") }
public struct GatewayServer: Sendable {
    private let options: ServerOptions
    private let house: House

    /// - Parameters:
    ///   - telemetry: is told of every request that ends, and gives `GET /metrics` its figures.
    ///   - parts: what the routes under `/api` need besides models.
    public init(
        options: ServerOptions, catalog: any ModelCatalog, telemetry: GatewayTelemetry = GatewayTelemetry(),
        parts: GatewayParts = GatewayParts()
    ) {
        self.options = options
        house = House(HouseRules(options, catalog), telemetry, parts)
        telemetry.metrics.know(models: catalog.names)
    }

    /// Has requests from now on answered by another catalog and other keys and limits; those under way go on as they
    /// began. Host and port stay.
    public func reload(options: ServerOptions, catalog: any ModelCatalog) {
        let rules = HouseRules(options, catalog)
        house.rules.withLock { $0 = rules }
        house.telemetry.metrics.know(models: catalog.names)
    }

    /// Prints the body that a kept answer goes out with to most clients, for a cache to keep beside it: each of them
    /// gets it with its own id and model's name and no other change.
    public static func keptBody(of reply: ChatReply, age: Duration) -> WireBody {
        OpenAISurface.printKept(reply, age: age)
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

    private var service: HTTPService<Reception> {
        HTTPService(name: "nexus", host: options.host, port: options.port) { [house] connections in
            Reception(house: house, connections: connections)
        }
    }
}

/// What a reload changes.
struct HouseRules: Sendable {
    let catalog: any ModelCatalog
    let keys: KeyRing
    let maxBodyBytes: Int
    let socketLimits: WebSocket.Limits
    let socketJoin: Duration

    init(_ options: ServerOptions, _ catalog: any ModelCatalog) {
        self.catalog = catalog
        keys = KeyRing(options.keys)
        maxBodyBytes = options.maxBodyBytes
        socketLimits = options.socketLimits
        socketJoin = options.socketJoin
    }
}

/// What a server has for as long as it lives, and the rules of the moment.
final class House: Sendable {
    let rules: Locked<HouseRules>
    let telemetry: GatewayTelemetry
    let parts: GatewayParts
    /// When the server was made.
    let start = ContinuousClock.now

    init(_ rules: HouseRules, _ telemetry: GatewayTelemetry, _ parts: GatewayParts) {
        self.rules = Locked(rules)
        self.telemetry = telemetry
        self.parts = parts
    }

    /// A desk by the rules of the moment.
    func desk(_ connections: Connections) -> GatewayDesk {
        let rules = rules.withLock { $0 }
        return GatewayDesk(
            catalog: rules.catalog, keys: rules.keys, maxBodyBytes: rules.maxBodyBytes, telemetry: telemetry,
            connections: connections, house: self)
    }
}

/// Leads each request to a desk that goes by the rules of the moment.
private struct Reception: HTTPResponder {
    let house: House
    let connections: Connections

    @Sendable func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        try await house.desk(connections).respond(to: request, context: context)
    }
}
