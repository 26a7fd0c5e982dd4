import Chat
import NIOCore

/// One client's connection: it waits by the event loop's clock, notices the client leaving while an answer waits, and
/// can break off as real networks do.
///
/// A channel handler between HTTP and Hummingbird; it changes nothing that passes.
final class Connection: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Never

    /// How a wait ended.
    enum Wake: Sendable {
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

        func wake(_ endsWhenStopping: Bool) -> Wake? {
            hasLeft ? .left : isStopped || (isStopping && endsWhenStopping) ? .stopping : nil
        }
    }

    /// The longest wait that a graceful stop lets run out.
    private static let grace = TimeAmount.seconds(10)

    private let state: Locked<State>
    private let register: Connections

    init(_ register: Connections, hasLeft: Bool = false) {
        self.register = register
        state = Locked(State(hasLeft: hasLeft))
    }

    var hasLeft: Bool { state.withLock { $0.hasLeft } }

    /// Waits until `deadline`, or until the client leaves or the server stops.
    /// - Parameter endsWhenStopping: whether a graceful stop ends the wait, as it does any wait of over ten seconds;
    ///   a hard one always does.
    func wait(until deadline: NIODeadline, on loop: any EventLoop, endsWhenStopping: Bool = false) async -> Wake {
        let endsWhenStopping = endsWhenStopping || deadline - .now() > Connection.grace
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
        state.withLock { $0.isStopped = true }
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

    func handlerAdded(context: ChannelHandlerContext) {
        register.add(self, for: context.channel)
        // The operating system must not gather small pieces of a stream.
        try? context.channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        register.remove(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError { leave() }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closing = event as? ChannelEvent, closing == .inputClosed { leave() }
        if event is ChannelShouldQuiesceEvent {
            state.withLock { $0.isStopping = true }
            resume(.stopping) { $0.endsWhenStopping }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        state.withLock { $0.hasLeft = true }
        resume(.left) { _ in true }
    }
}

extension Channel {
    /// Closes the connection with RST: what was not read by then is lost to the client.
    func reset() async {
        // The members of the C structure `linger`: on, for no time.
        let linger: (CInt, CInt) = (1, 0)
        let socket = self as? any SocketOptionProvider
        try? await socket?.unsafeSetSocketOption(level: .socket, name: .so_linger, value: linger).get()
        try? await close(mode: .all).get()
    }

    /// Closes the connection after what was written.
    func cut() async {
        // Writes are handed to the loop in order: once this runs, the kernel has them.
        try? await eventLoop.submit {}.get()
        try? await close(mode: .all).get()
    }
}
