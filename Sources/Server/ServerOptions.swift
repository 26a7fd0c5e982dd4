import HTTPServing

/// How a gateway listens and whom it lets in.
public struct ServerOptions: Sendable, Hashable {
    /// The address to listen on.
    public var host: String
    /// 0 takes a free port.
    public var port: Int
    /// Keys that clients may use; without any, everybody on this machine may ask, and nobody else.
    public var keys: [String]
    /// The largest body that is read.
    public var maxBodyBytes: Int
    /// What a WebSocket may hold, and how long its client may be silent.
    var socketLimits = WebSocket.Limits()
    /// A WebSocket on which no topic is joined by then is closed.
    var socketJoin: Duration = .seconds(10)

    public init(host: String = "127.0.0.1", port: Int = 4000, keys: [String] = [], maxBodyBytes: Int = 16 << 20) {
        self.host = host
        self.port = port
        self.keys = keys
        self.maxBodyBytes = maxBodyBytes
    }

    /// Whether others than this machine's own processes could reach a server without keys.
    public var isOpenToOthers: Bool {
        keys.isEmpty && !["127.0.0.1", "::1", "localhost"].contains(host)
    }
}
