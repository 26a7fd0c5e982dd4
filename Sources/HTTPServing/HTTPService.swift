import Dispatch
public import Hummingbird
import HummingbirdCore
import Logging
public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a responder learns of a request besides its head and body.
public struct ConnectionContext: Sendable {
    public let channel: any Channel
    /// For an answer that is written piece by piece.
    public let outlet: Outlet
    /// The request's body, where all of it came with its head.
    public internal(set) var wholeBody: ByteBuffer?

    public var connection: Connection { outlet.conversation.connection }
}

/// An HTTP/1.1 server on one event loop that starts, serves and stops in order.
///
/// A connection may be idle between requests for 75 seconds; a client that sends the head of its first request or a
/// body too slowly, or reads nothing of its answer for a minute, loses its connection.
///
/// It prints nothing and answers nothing by itself: every request goes to the responder.
public struct HTTPService<Responder: HTTPResponder>: Sendable where Responder.Context == ConnectionContext {
    /// Who is connected; give it to the responder, which asks it for a request's connection.
    public let connections = Connections()
    private let name: String
    private let host: String
    private let port: Int
    private let responder: @Sendable (Connections) -> Responder

    /// - Parameters:
    ///   - name: the `Server` header.
    ///   - host: the address to listen on.
    ///   - port: 0 takes a free one.
    public init(
        name: String, host: String, port: Int, responder: @escaping @Sendable (Connections) -> Responder
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.responder = responder
    }

    /// Serves until the task is cancelled: then it ends at once, and answers under way are cut.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await serve(EventLoopGroupProvider.singleton.eventLoopGroup.next(), onReady)
    }

    /// Serves until SIGINT or SIGTERM comes, then finishes the answers under way, for 12 seconds at most. A second
    /// signal ends it at once, as does cancelling the task.
    /// - Parameter onReady: told the port once the server listens.
    /// - Throws: `ListenError` where the address cannot be taken.
    public func runUntilSignal(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let loop = EventLoopGroupProvider.singleton.eventLoopGroup.next()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { [connections] in connections.stop(on: loop, gently: !connections.isStopped) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await serve(loop, onReady)
    }

    private func serve(_ loop: any EventLoop, _ onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let server = Server(
            childChannelSetup: RequestChannel(name: name, connections: connections, responder: responder(connections)),
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), serverName: name, backlog: 4096),
            onServerRunning: { [connections] channel in
                connections.listen(on: channel)
                await onReady(channel.localAddress?.port ?? 0)
            },
            eventLoopGroup: loop, logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() })
        // The server's own task is never cancelled, see `Connections`; it is always waited for.
        let serving = loop.makeFutureWithTask {
            try await withTaskExecutorPreference(LoopExecutor(loop)) { try await server.run() }
        }
        do {
            try await withTaskCancellationHandler {
                try await serving.get()
            } onCancel: {
                connections.stop(on: loop, gently: false)
            }
        } catch let error as IOError {
            throw ListenError(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
        } catch is SocketAddressError.UnknownHost {
            throw ListenError(host: host, port: port, reason: "there is no such host")
        } catch {
            // A server that was told to stop has stopped.
            if connections.isStopped { return }
            throw error
        }
    }
}

/// The address could not be taken.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    public var host: String
    public var port: Int
    public var reason: String

    public var description: String { "cannot listen on \(host):\(port): \(reason)" }
}
