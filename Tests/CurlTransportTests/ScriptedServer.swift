import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A TCP server that plays a script to every connection, each on a thread of its own, and notes what it saw.
final class ScriptedServer: Sendable {
    struct Notes {
        var connections = 0
        var requests: [String] = []
        /// When the client's end of a connection was seen closed.
        var closings: [ContinuousClock.Instant] = []
        /// Bytes the sockets have taken from `send`.
        var sentBytes = 0
    }

    let port: UInt16
    private let listener: Int32
    private let notes = Locked(Notes())

    /// What it saw so far.
    var seen: Notes { notes.withLock { $0 } }

    var url: String { "http://127.0.0.1:\(port)/" }

    init(_ script: @escaping @Sendable (Connection) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        precondition(listener >= 0, "a socket for the scripted server")
        port = Self.bindToFreePort(listener)
        precondition(listen(listener, 1024) == 0, "a listening socket for the scripted server")
        self.listener = listener
        let notes = self.notes
        Self.inThread {
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { break }
                notes.withLock { $0.connections += 1 }
                Self.inThread {
                    let connection = Connection(peer, notes: notes)
                    script(connection)
                    connection.close()
                }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A port of this machine on which nobody listens.
    static func unusedPort() -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        return bindToFreePort(probe)
    }

    private static func bindToFreePort(_ socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(socket, address, length) == 0, "a free port")
                getsockname(socket, address, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func inThread(_ work: @escaping @Sendable () -> Void) {
        final class Box {
            let work: @Sendable () -> Void
            init(_ work: @escaping @Sendable () -> Void) { self.work = work }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(work)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { box in
                box.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().work() }
                return nil
            }, box)
        precondition(code == 0, "a thread for the scripted server")
        pthread_detach(thread)
    }
}

// The system's calls, beside methods of the same name.
private let sendBytes = send(_:_:_:_:)
private let closeDescriptor = close(_:)

/// The server's end of one connection.
final class Connection {
    private let socket: Int32
    private let notes: Locked<ScriptedServer.Notes>
    private var isOpen = true
    private var unread: [UInt8] = []

    init(_ socket: Int32, notes: Locked<ScriptedServer.Notes>) {
        self.socket = socket
        self.notes = notes
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Reads and notes one request with its body; `nil` once the client has closed.
    @discardableResult
    func readRequest() -> String? {
        let headEnd = Array("\r\n\r\n".utf8)
        while unread.firstRange(of: headEnd) == nil { guard receive() else { return nil } }
        guard let end = unread.firstRange(of: headEnd)?.upperBound else { return nil }
        let head = String(decoding: unread[..<end], as: UTF8.self)
        let length =
            head.split(separator: "\r\n").lazy
            .first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
        while unread.count < end + length { guard receive() else { return nil } }
        let request = String(decoding: unread[..<(end + length)], as: UTF8.self)
        unread.removeFirst(end + length)
        notes.withLock { $0.requests.append(request) }
        return request
    }

    /// - Returns: whether the client still takes bytes.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { sendBytes(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            notes.withLock { $0.sentBytes += sent }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// A whole answer with its `Content-Length`.
    @discardableResult
    func answer(_ status: String = "200 OK", headers: String = "", body: String = "") -> Bool {
        send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// One piece in chunked coding.
    @discardableResult
    func sendChunk(_ text: String) -> Bool {
        send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    func wait(_ milliseconds: UInt32) {
        usleep(milliseconds * 1000)
    }

    /// Waits until the client closes, and notes when.
    func awaitClose() {
        while receive() {}
        notes.withLock { $0.closings.append(.now) }
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        _ = closeDescriptor(socket)
    }

    /// Closes with RST in place of FIN.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &piece, piece.count, 0)
        guard count > 0 else { return false }
        unread += piece.prefix(count)
        return true
    }
}

/// Waits until the condition holds; `false` when it still does not after that time.
func eventually(within limit: Duration = .seconds(30), _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}
