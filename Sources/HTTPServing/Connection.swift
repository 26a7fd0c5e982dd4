import Chat
public import NIOCore

/// One client's connection: it waits by the event loop's clock, notices the client leaving while an answer waits, and
/// can break off as real networks do.
///
/// A channel handler between HTTP and Hummingbird; it changes nothing that passes.
public final class Connection: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    public typealias InboundIn = Never

    /// How a wait ended.
    public enum Wake: Sendable {
        /// At the time it was for.
        case due
        /// The client closed or reset the connection.
        case left
        /// The server stops.
        case stopping
    }

    private struct Waiter {
        var continuation: CheckedContinuation<Wake, Never>
        var number: Int
        var endsWhenStopping: Bool
        var timer: Scheduled<Void>?
    }

    private struct State {
        var waiter: Waiter?
        var waits = 0
        var hasLeft = false
        /// The server is asked to stop: answers under way may end.
        var isStopping = false
        /// The server is stopped: nothing more may be waited for.
        var isStopped = false
        /// Who waits for the client to leave.
        var watch: Watch?
        /// Since when the first request's head is waited for; nil once it is here.
        var waitsForHead: NIODeadline? = .now()
        /// Since when it waits for another request.
        var isResting: NIODeadline?
        /// A body that is being received: since when, and how much of it is here.
        var body: (since: NIODeadline, bytes: Int)?
        /// Since when the client takes nothing of what is written.
        var isStalled: NIODeadline?

        func wake(_ endsWhenStopping: Bool) -> Wake? {
            hasLeft ? .left : isStopped || (isStopping && endsWhenStopping) ? .stopping : nil
        }
    }

    /// The longest wait that a graceful stop lets run out.
    private static let grace = TimeAmount.seconds(10)

    private let state: Locked<State>
    private let register: Connections

    public init(_ register: Connections, hasLeft: Bool = false) {
        self.register = register
        state = Locked(State(hasLeft: hasLeft))
    }

    // MARK: patience

    /// The longest wait for the head of the first request.
    static let patienceForHead = TimeAmount.seconds(10)
    /// A body may take so long, and a second more for every so many bytes of it.
    static let patienceForBody = TimeAmount.seconds(10)
    static let slowestBytesPerSecond = 16_384
    /// How much of an answer the kernel may hold.
    static let kernelBufferBytes = 131_072
    /// The same of a stream, and how much may wait in this process before who writes has to wait.
    static let streamBufferBytes = 32_768
    static let waterMarks = ChannelOptions.Types.WriteBufferWaterMark(low: 16_384, high: 32_768)
    /// The longest time between two requests.
    static let patienceForNext = TimeAmount.seconds(75)
    /// The longest time that a client takes nothing of an answer.
    static let patienceForReader = TimeAmount.seconds(60)

    /// Whether the client has had its time: for a request's head or body, or to read what waits for it.
    /// - Parameter seconds: from now.
    func isOverdue(in seconds: Int64 = 0) -> Bool {
        let now = NIODeadline.now() + .seconds(seconds)
        return state.withLock { state in
            if let since = state.waitsForHead, now - since > Connection.patienceForHead { return true }
            if let since = state.isResting, now - since > Connection.patienceForNext { return true }
            if let since = state.isStalled, now - since > Connection.patienceForReader { return true }
            guard let body = state.body else { return false }
            let earned = TimeAmount.seconds(Int64(body.bytes / Connection.slowestBytesPerSecond))
            return now - body.since > Connection.patienceForBody + earned
        }
    }

    /// The head of a request is here.
    func heard() {
        state.withLock { state in
            state.waitsForHead = nil
            state.isResting = nil
        }
    }

    /// The answer is written; another request may come.
    func rests() {
        state.withLock { state in
            if state.waitsForHead == nil { state.isResting = .now() }
        }
    }

    /// How much of a body has come, 0 as it begins and nil once all of it has: a body that comes too slowly closes the
    /// connection.
    func receives(_ bytes: Int?) {
        state.withLock { state in
            let since = bytes == 0 ? nil : state.body?.since
            state.body = bytes.map { (since ?? .now(), $0) }
        }
    }

    public var hasLeft: Bool { state.withLock { $0.hasLeft } }

    /// Waits until the client leaves, the server is stopped hard, or the task is cancelled. One wait at a time.
    public func left() async {
        let watch = Watch()
        let isOver = state.withLock { state in
            state.watch = watch
            return state.hasLeft || state.isStopped
        }
        if isOver { return }
        await withTaskCancellationHandler {
            await watch.wait()
        } onCancel: {
            watch.end()
        }
    }

    /// Waits until `deadline`, or until the client leaves or the server stops.
    /// - Parameter endsWhenStopping: whether a graceful stop ends the wait; nil: where it is one of over ten seconds. A
    ///   hard stop always does.
    public func wait(
        until deadline: NIODeadline, on loop: any EventLoop, endsWhenStopping: Bool? = nil
    ) async -> Wake {
        let endsWhenStopping = endsWhenStopping ?? (deadline - .now() > Connection.grace)
        if deadline <= .now() { return state.withLock { $0.wake(endsWhenStopping) } ?? .due }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (early, number) = state.withLock { state -> (Wake?, Int) in
                    if let early = state.wake(endsWhenStopping) { return (early, 0) }
                    state.waits += 1
                    state.waiter = Waiter(
                        continuation: continuation, number: state.waits, endsWhenStopping: endsWhenStopping)
                    return (nil, state.waits)
                }
                if let early { return continuation.resume(returning: early) }
                let timer = loop.scheduleTask(deadline: deadline) { self.resume(.due) { $0.number == number } }
                let isOver = state.withLock { state in
                    guard state.waiter?.number == number else { return true }
                    state.waiter?.timer = timer
                    return false
                }
                if isOver { timer.cancel() }
            }
        } onCancel: {
            stop()
        }
    }

    /// Ends the wait under way, and every later one at once.
    func stop() {
        let watch = state.withLock { state in
            state.isStopped = true
            return state.watch
        }
        watch?.end()
        resume(.stopping) { _ in true }
    }

    private func resume(_ wake: Wake, if condition: (Waiter) -> Bool) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiter, condition(waiter) else { return nil }
            state.waiter = nil
            return waiter
        }
        if wake != .due { waiter?.timer?.cancel() }
        waiter?.continuation.resume(returning: wake)
    }

    // MARK: What the channel tells

    public func handlerAdded(context: ChannelHandlerContext) {
        register.add(self, for: context.channel)
        // The operating system must not gather small pieces of a stream.
        try? context.channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
        // Nor shall it take megabytes of a stream whose reader is slow: the upstream would not be held back.
        try? context.channel.syncOptions?.setOption(
            .socketOption(.so_sndbuf), value: Connection.kernelBufferBytes)
        try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: Connection.waterMarks)
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        register.remove(context.channel)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard()
        context.fireChannelRead(data)
    }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        state.withLock { $0.isStalled = isWritable ? nil : .now() }
        context.fireChannelWritabilityChanged()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError { leave() }
        context.fireErrorCaught(error)
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closing = event as? ChannelEvent, closing == .inputClosed { leave() }
        if event is ChannelShouldQuiesceEvent {
            state.withLock { $0.isStopping = true }
            resume(.stopping) { $0.endsWhenStopping }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        let watch = state.withLock { state in
            state.hasLeft = true
            return state.watch
        }
        watch?.end()
        resume(.left) { _ in true }
    }
}

/// One wait that ends once, whoever ends it.
private final class Watch: Sendable {
    private struct State {
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiter = waiter }
                return state.isOver
            }
            if isOver { waiter.resume() }
        }
    }

    func end() {
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}

extension Channel {
    /// Closes the connection with RST: what was not read by then is lost to the client.
    public func reset() async {
        // The members of the C structure `linger`: on, for no time.
        let linger: (CInt, CInt) = (1, 0)
        let socket = self as? any SocketOptionProvider
        try? await socket?.unsafeSetSocketOption(level: .socket, name: .so_linger, value: linger).get()
        try? await close(mode: .all).get()
    }

    /// Closes the connection after what was written.
    public func cut() async {
        // Writes are handed to the loop in order: once this runs, the kernel has them.
        try? await eventLoop.submit {}.get()
        try? await close(mode: .all).get()
    }
}
