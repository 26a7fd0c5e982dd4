import Chat
import NIOCore
import NIOWebSocket

/// The end of a WebSocket's handlers: messages stop here until somebody takes them. It is used on the connection's loop
/// alone, but for what says otherwise.
final class WebSocketHandler: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    /// Whether the server stops; may be asked from anywhere.
    let isStopping = Locked(false)
    private let channel: any Channel
    private let limits: WebSocket.Limits
    private var context: ChannelHandlerContext?
    private var inbox: [String] = []
    private var reader: UnsafeContinuation<String?, Never>?
    private var writers: [UnsafeContinuation<Void, Never>] = []
    private var isReadHeld = false
    private var isFlushDue = false
    /// Nothing more is taken from the client.
    private var isDeaf = false
    /// The close frame is sent: nothing more is.
    private var isMute = false
    private var lastHeard = NIODeadline.now()
    private var round: RepeatedTask?

    /// While so many messages wait, nothing is read.
    private static let mostMessages = 16

    init(_ channel: any Channel, _ limits: WebSocket.Limits) {
        self.channel = channel
        self.limits = limits
    }

    private var loop: any EventLoop { channel.eventLoop }

    // MARK: the owner's side

    func next() async -> String? {
        await withUnsafeContinuation { continuation in
            onLoop {
                if !self.inbox.isEmpty {
                    continuation.resume(returning: self.inbox.removeFirst())
                    self.releaseRead()
                } else if self.isDeaf || self.isStopping.withLock({ $0 }) {
                    continuation.resume(returning: nil)
                } else {
                    self.reader = continuation
                }
            }
        }
    }

    func send(_ text: String) async throws(Gone) {
        let isTaken: Bool = await withUnsafeContinuation { continuation in
            onLoop {
                guard let context = self.context, !self.isMute, self.channel.isActive else {
                    return continuation.resume(returning: false)
                }
                let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
                context.write(self.wrapOutboundOut(frame), promise: nil)
                self.flushLater()
                continuation.resume(returning: true)
            }
        }
        guard isTaken else { throw Gone() }
        if channel.isWritable { return }
        await withUnsafeContinuation { writer in
            onLoop {
                let goesOn = self.channel.isWritable || !self.channel.isActive
                if goesOn { writer.resume() } else { self.writers.append(writer) }
            }
        }
        guard channel.isActive else { throw Gone() }
    }

    func close(_ code: UInt16, _ reason: String) {
        onLoop { self.end(WebSocketErrorCode(codeNumber: Int(code)), reason) }
    }

    private func onLoop(_ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { work() } else { loop.execute(work) }
    }

    // MARK: what comes in

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let pingAfter = TimeAmount(limits.pingAfter)
        let each = TimeAmount.nanoseconds(max(1_000_000, pingAfter.nanoseconds / 2))
        round = loop.scheduleRepeatedTask(initialDelay: each, delay: each) { [weak self] _ in self?.look() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        silence()
    }

    /// Asks a client that is silent whether it is there, and sends it away where it does not answer.
    private func look() {
        let silent = NIODeadline.now() - lastHeard
        if silent >= TimeAmount(limits.idle) { return end(.normalClosure, "idle") }
        if silent >= TimeAmount(limits.pingAfter) { control(.ping, ByteBuffer()) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        lastHeard = .now()
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            guard let text = String(validating: frame.unmaskedData.readableBytesView, as: UTF8.self) else {
                return end(.dataInconsistentWithMessage, "not UTF-8")
            }
            take(text)
        case .ping: control(.pong, frame.unmaskedData)
        case .pong: break
        case .connectionClose: end(WebSocketHandler.code(of: frame) ?? .normalClosure, "")
        case .binary: end(.unacceptableData, "text frames only")
        default: end(.protocolError, "unknown frame")
        }
    }

    /// What a close frame says; it is said back.
    private static func code(of frame: WebSocketFrame) -> WebSocketErrorCode? {
        var data = frame.unmaskedData
        return data.readWebSocketErrorCode()
    }

    private func take(_ text: String) {
        if let reader {
            self.reader = nil
            return reader.resume(returning: text)
        }
        inbox.append(text)
    }

    func read(context: ChannelHandlerContext) {
        if inbox.count >= WebSocketHandler.mostMessages, !isDeaf { isReadHeld = true } else { context.read() }
    }

    private func releaseRead() {
        guard isReadHeld, inbox.count < WebSocketHandler.mostMessages || isDeaf else { return }
        isReadHeld = false
        context?.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength, NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge,
            NIOWebSocketFrameAggregator.Error.tooManyFragments:
            end(.messageTooLarge, "at most \(limits.messageBytes) bytes")
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error, is WebSocketViolation:
            end(.protocolError, "")
        default:
            context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { wakeWriters() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isMute = true
        silence()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isStopping.withLock { $0 = true }
            wakeReader()
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: the end

    private func end(_ code: WebSocketErrorCode, _ reason: String) {
        if !isMute, let context {
            var data = ByteBuffer()
            data.write(webSocketErrorCode: code)
            data.writeString(reason)
            let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
            context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        }
        isMute = true
        silence()
    }

    /// Takes nothing more, and tells whoever waits.
    private func silence() {
        isDeaf = true
        inbox = []
        round?.cancel()
        round = nil
        wakeReader()
        wakeWriters()
        releaseRead()
    }

    private func wakeReader() {
        let reader = reader
        self.reader = nil
        reader?.resume(returning: nil)
    }

    private func wakeWriters() {
        let woken = writers
        writers = []
        for writer in woken { writer.resume() }
    }

    // MARK: writing

    /// A frame that is no message; a client that does not read is sent none, or they would gather without bound.
    private func control(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard !isMute, let context, channel.isWritable else { return }
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
        flushLater()
    }

    /// What is written in one turn of the loop leaves together.
    private func flushLater() {
        guard !isFlushDue else { return }
        isFlushDue = true
        loop.execute {
            self.isFlushDue = false
            self.context?.flush()
        }
    }
}
