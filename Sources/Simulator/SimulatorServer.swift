import Chat
import Dispatch
import Hummingbird
import Logging
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The simulated vendor as an HTTP server: OpenAI's dialect on a real socket, by a script.
///
/// Routes: `POST /v1/chat/completions`, `GET /v1/models`, `GET /v1/models/{id}`; `GET /_log` gives what was asked as
/// JSON Lines (`?after=N` the rows behind number N), `GET /_stats` the counts. It prints nothing. Any key is taken,
/// and none.
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
        let loop = EventLoopGroupProvider.singleton.eventLoopGroup.next()
        try await serve(Connections(), loop, onReady)
    }

    /// Serves until SIGINT or SIGTERM comes, then finishes the answers under way, but for requests that a `timeout`, a
    /// `drip` or a delay of over ten seconds holds. A second signal ends it at once, as does cancelling the task.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func runUntilSignal(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let loop = EventLoopGroupProvider.singleton.eventLoopGroup.next()
        let connections = Connections()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { connections.stop(on: loop, gently: !connections.isStopped) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await serve(connections, loop, onReady)
    }

    private func serve(
        _ connections: Connections, _ loop: any EventLoop, _ onReady: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let application = application(connections, loop, onReady)
        // The server's own task is never cancelled, see `Connections`; it is always waited for.
        let serving = loop.makeFutureWithTask {
            try await withTaskExecutorPreference(LoopExecutor(loop)) { try await application.run() }
        }
        do {
            try await withTaskCancellationHandler {
                try await serving.get()
            } onCancel: {
                connections.stop(on: loop, gently: false)
            }
        } catch let error as IOError {
            throw ListenError(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            // A server that was told to stop has stopped.
            if connections.isStopped { return }
            throw error
        }
    }

    private func application(
        _ connections: Connections, _ loop: any EventLoop, _ onReady: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        let desk = Desk(
            planner: Planner(script: script), records: .init(log: log, tally: tally), connections: connections)
        return Application(
            responder: desk,
            server: .http1(configuration: .init(additionalChannelHandlers: [Connection(connections)])),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "nexus-simulator", backlog: 4096),
            onServerRunning: { channel in
                connections.listen(on: channel)
                await onReady(channel.localAddress?.port ?? 0)
            },
            eventLoopGroupProvider: .shared(loop),
            logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// The address could not be taken.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    public var host: String
    public var port: Int
    public var reason: String

    public var description: String { "cannot listen on \(host):\(port): \(reason)" }
}
