import Chat
import HTTPServing

/// The simulated vendor as an HTTP server: the vendors' dialects on a real socket, by one script.
///
/// Routes, the answers and errors of each in its vendor's form:
/// - OpenAI: `POST /v1/chat/completions`, `POST /v1/embeddings`, `GET /v1/models`, `GET /v1/models/{id}`
/// - Anthropic: `POST /v1/messages`; with the header `anthropic-version`, `GET /v1/models` too
/// - Google, under `/v1beta` and `/v1`: `POST models/{id}:` with `generateContent`, `streamGenerateContent?alt=sse`,
///   `embedContent`, `batchEmbedContents`; `GET models`
/// - Ollama: `POST /api/chat`, `POST /api/embed`, `GET /api/tags`
/// - `GET /_log` gives what was asked as JSON Lines (`?after=N` the rows behind number N), `GET /_stats` the counts.
///
/// It prints nothing. Any key is taken, and none. A request whose tool choice demands a call gets one, with the answer
/// as its arguments where that is a JSON mapping, else without any. Embeddings mean nothing: they are drawn from the
/// seed, the model and the text.
///
/// Usage is counted by `TokenPieces`: words with the white space before them, long ones in pieces of 16 bytes.
public struct SimulatorServer: Sendable {
    /// What was asked so far.
    public let log: RequestLog
    private let tally: Locked<Tally>
    private let script: SimulatorScript
    private let host: String
    private let port: Int

    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: 0 takes a free one.
    ///   - log: where requests are written down.
    public init(script: SimulatorScript, host: String = "127.0.0.1", port: Int = 0, log: RequestLog = RequestLog()) {
        self.script = script
        self.host = host
        self.port = port
        self.log = log
        tally = Locked(Tally())
    }

    /// The counts so far.
    public var stats: Tally { tally.withLock { $0 } }

    /// Serves until the task is cancelled: then it ends at once, and answers under way are cut.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await service.run(onReady: onReady)
    }

    /// Serves until SIGINT or SIGTERM comes, then finishes the answers under way, but for requests that a `timeout`, a
    /// `drip` or a delay of over ten seconds holds. A second signal ends it at once, as does cancelling the task.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func runUntilSignal(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await service.runUntilSignal(onReady: onReady)
    }

    private var service: HTTPService<Desk> {
        HTTPService(name: "nexus-simulator", host: host, port: port) { connections in
            Desk(planner: Planner(script: script), records: .init(log: log, tally: tally), connections: connections)
        }
    }
}
