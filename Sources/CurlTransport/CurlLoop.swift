import CCurl
import Chat

/// How every exchange of a loop is made.
struct CurlSettings {
    let userAgent: String
    let certificates: String?
}

/// The HTTP client: one thread that drives all transfers with libcurl, and an `async` way in.
///
/// Make one for the process and share it; connections are kept and used again. HTTP/1.1, redirects handed on and not
/// followed, proxies as the environment names them (`https_proxy`, `no_proxy`) but for this machine's own addresses.
///
/// ```swift
/// let loop = try CurlLoop(userAgent: "nexus/1.0")
/// let response = try await loop.exchange(HTTPRequest(url: "https://example.com/"))
/// let bytes = try await response.body.collect(upTo: 1 << 20)
/// ```
public final class CurlLoop: Sendable {
    private let settings: CurlSettings
    private let mailbox: Mailbox
    private let handles: HandlePool
    private let isOver = Milestone()

    /// - Parameters:
    ///   - userAgent: the `User-Agent` of every request, such as `nexus/1.0`.
    ///   - connections: transfers under way at once, and connections kept; more wait their turn, and their time limits
    ///     start with their turn.
    ///   - certificates: a PEM file of the authorities to trust in place of the system's.
    /// - Throws: ``TransportError/invalidRequest(_:)`` for a user agent that splits a line,
    ///   ``TransportError/outOfResources(_:)``.
    public init(
        userAgent: String, connections: Int = 1024, certificates: String? = nil
    ) throws(TransportError) {
        guard userAgent.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalidRequest("the user agent holds a line break, NUL or another control character")
        }
        guard Self.curlIsReady else { throw .outOfResources("memory") }
        settings = CurlSettings(userAgent: userAgent, certificates: certificates)
        handles = HandlePool(capacity: max(1, connections))
        mailbox = try Mailbox()
        try LoopThread(mailbox: mailbox, handles: handles, isOver: isOver, connections: max(1, connections)).launch()
    }

    deinit {
        mailbox.seal()
    }

    /// Sends the request, once, and returns when the final head of the answer is in, whatever its status.
    ///
    /// Cancelling the task closes the transfer at once.
    /// - Throws: every ``TransportError`` but ``TransportError/truncated(host:received:)``, which only a body can be.
    public func exchange(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !Task.isCancelled else { throw .cancelled }
        let handle = try handles.take()
        let destination = try handle.configure(request, settings: settings)
        let transfer = Transfer(handle: handle, host: destination.host, limits: request.limits, mailbox: mailbox)
        let arrival = try await withTaskCancellationHandler {
            await transfer.start()
        } onCancel: {
            transfer.cancel()
        }.get()
        return HTTPResponse(
            status: arrival.head.status, headers: arrival.head.headers, headReceivedAt: arrival.at,
            body: HTTPBody(transfer: transfer, loop: self))
    }

    /// Fails every transfer under way and every later one with ``TransportError/shutDown``, closes all connections
    /// and returns when the thread has let go of everything. Dropping the last reference does the same without waiting.
    public func shutDown() async {
        mailbox.seal()
        await isOver.wait()
    }

    private static let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Easy handles that wait for their next use.
final class HandlePool: Sendable {
    private let capacity: Int
    private let handles = Locked<[EasyHandle]>([])

    init(capacity: Int) {
        self.capacity = capacity
    }

    func take() throws(TransportError) -> EasyHandle {
        guard let handle = handles.withLock({ $0.popLast() }) ?? EasyHandle() else { throw .outOfResources("memory") }
        return handle
    }

    func put(_ handle: EasyHandle) {
        handle.forgetBody()
        handles.withLock { if $0.count < capacity { $0.append(handle) } }
    }
}

/// Something that happens once and can be waited for.
final class Milestone: Sendable {
    private struct State {
        var isReached = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func reach() {
        let waiters = state.withLock { state in
            state.isReached = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isReached = state.withLock { state in
                if !state.isReached { state.waiters.append(waiter) }
                return state.isReached
            }
            if isReached { waiter.resume() }
        }
    }
}
