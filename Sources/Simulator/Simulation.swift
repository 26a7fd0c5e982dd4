import Chat
import HTTPServing

/// A simulator that runs in this process while a test talks to it.
public struct Simulation: Sendable {
    public let server: SimulatorServer
    public let port: Int

    /// `http://127.0.0.1:PORT`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// The base URL as OpenAI's own client takes it: `http://127.0.0.1:PORT/v1`.
    public var baseURL: String { origin + "/v1" }

    /// What was asked so far.
    public var log: [RequestLog.Row] { server.log.rows }

    /// The counts so far.
    public var stats: Tally { server.stats }
}

/// Runs `body` with a simulator on a free port, and stops it behind.
///
/// ```swift
/// try await withSimulator("models: {m: {errors: [{kind: rate_limit, first: 1, retry_after: 1}]}}") { simulation in
///     let client = Client(baseURL: simulation.baseURL) …
/// }
/// ```
/// - Parameter script: YAML or JSON; the empty text answers every model with an echo.
/// - Throws: `ScriptError`, `ListenError`, and what `body` throws.
nonisolated(nonsending) public func withSimulator<Result: Sendable>(
    _ script: String = "", _ body: nonisolated(nonsending) (Simulation) async throws -> Result
) async throws -> Result {
    try await withSimulator(try SimulatorScript.parse(text: script, file: "script"), body)
}

/// Runs `body` with a simulator on a free port, and stops it behind.
/// - Throws: `ListenError`, and what `body` throws.
nonisolated(nonsending) public func withSimulator<Result: Sendable>(
    _ script: SimulatorScript, _ body: nonisolated(nonsending) (Simulation) async throws -> Result
) async throws -> Result {
    let server = SimulatorServer(script: script)
    return try await whileServing({ try await server.run(onReady: $0) }) { port in
        try await body(Simulation(server: server, port: port))
    }
}
