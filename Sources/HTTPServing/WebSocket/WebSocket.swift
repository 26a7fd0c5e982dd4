import Chat
public import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One client's WebSocket (RFC 6455), from its handshake to its end: text messages in both directions.
///
/// Pings are answered, fragments joined, and what breaks the protocol ends it, without its owner.
public struct WebSocket: Sendable {
    let handler: WebSocketHandler

    /// What one may hold and how long it may be silent.
    public struct Limits: Sendable, Hashable {
        /// The largest message that is taken; a larger one ends the socket with 1009.
        public var messageBytes: Int
        /// A client that was not heard for so long is sent a ping.
        public var pingAfter: Duration
        /// One that was not heard for so long is sent away.
        public var idle: Duration

        public init(
            messageBytes: Int = 1 << 20, pingAfter: Duration = .seconds(30), idle: Duration = .seconds(75)
        ) {
            self.messageBytes = messageBytes
            self.pingAfter = pingAfter
            self.idle = idle
        }
    }

    /// The next message; nil once there is none any more: the socket is closed, or the server stops. Messages that wait
    /// are kept to a few, and while there are as many nothing is read. One reader at a time.
    public func next() async -> String? { await handler.next() }

    /// Whether the server stops, and the socket shall be closed once what is under way has ended.
    public var isStopping: Bool { handler.isStopping.withLock { $0 } }

    /// Sends a message; waits while the client is behind.
    /// - Throws: `Gone` where there is no client any more.
    public func send(_ text: String) async throws(Gone) { try await handler.send(text) }

    /// Ends it, where it has not ended yet; nothing is sent behind this.
    /// - Parameters:
    ///   - code: RFC 6455, section 7.4.1: 1000, 1001, 1007, 1008 …
    ///   - reason: at most 120 bytes.
    public func close(_ code: UInt16, _ reason: String = "") { handler.close(code, reason) }
}

/// Why a request does not become a WebSocket.
public enum WebSocketFault: Error, Sendable, Hashable {
    /// It asks for none.
    case notAsked
    /// It asks for another version than 13.
    case version
    /// Its handshake is not as the standard has it.
    case malformed
}

extension Outlet {
    /// Makes the connection of this request a WebSocket. The responder returns once that has ended; whatever response
    /// it returns then is not looked at, and the connection is closed.
    /// - Parameter fields: further fields of the answer's head.
    public func webSocket(
        _ fields: HTTPFields, _ limits: WebSocket.Limits = WebSocket.Limits()
    ) async throws(WebSocketFault) -> WebSocket {
        try WebSocketHandshake.check(conversation)
        return WebSocket(handler: try await WebSocketHandshake.run(conversation, fields, limits))
    }
}

/// The handshake (RFC 6455, section 4.2), and the change of the connection's handlers.
private enum WebSocketHandshake {
    static func check(_ conversation: Conversation) throws(WebSocketFault) {
        guard let head = conversation.answer.head else { throw .malformed }
        let asks = words(head, "Upgrade").contains("websocket") && words(head, "Connection").contains("upgrade")
        guard head.method == .GET, head.version == .http1_1, asks else { throw .notAsked }
        guard head.headers["Sec-WebSocket-Version"] == ["13"] else { throw .version }
        // 16 bytes in base64.
        let key = head.headers["Sec-WebSocket-Key"]
        guard key.count == 1, key[0].utf8.count == 24, key[0].hasSuffix("==") else { throw .malformed }
        // What comes behind a handshake before its answer is no frame of ours.
        guard conversation.isAloneWithRequest else { throw .malformed }
    }

    private static func words(_ head: HTTPRequestHead, _ name: String) -> [String] {
        head.headers[canonicalForm: name].map { $0.lowercased() }
    }

    static func run(
        _ conversation: Conversation, _ fields: HTTPFields, _ limits: WebSocket.Limits
    ) async throws(WebSocketFault) -> WebSocketHandler {
        guard let head = conversation.answer.head else { throw .malformed }
        let channel = conversation.channel
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        do {
            let answer = try await upgrader.buildUpgradeResponse(
                channel: channel, upgradeRequest: head, initialResponseHeaders: [:]).get()
            let handler = WebSocketHandler(channel, limits)
            let move: @Sendable () throws -> Void = {
                conversation.begin(answer, fields)
                try WebSocketHandshake.replaceHandlers(conversation, handler, limits)
            }
            if channel.eventLoop.inEventLoop { try move() } else { try await channel.eventLoop.submit(move).get() }
            return handler
        } catch {
            throw .malformed
        }
    }

    private static func replaceHandlers(
        _ conversation: Conversation, _ handler: WebSocketHandler, _ limits: WebSocket.Limits
    ) throws {
        let pipeline = conversation.channel.pipeline.syncOperations
        let http = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.messageBytes))
        // Fragments may be small, but not many: each of them is held until the last has come.
        let whole = NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024, maxAccumulatedFrameSize: limits.messageBytes)
        try pipeline.addHandlers(
            [frames, WebSocketFrameRules(), whole, WebSocketFrameEncoder(), handler],
            position: .after(conversation.connection))
        // Frames that came with the handshake go on to their decoder.
        pipeline.removeHandler(http, promise: nil)
    }
}

extension Conversation {
    /// Answers the handshake: the last that this conversation writes.
    fileprivate func begin(_ headers: HTTPHeaders, _ fields: HTTPFields) {
        outgoing.append(contentsOf: "HTTP/1.1 101 Switching Protocols\r\n".utf8)
        for (name, value) in headers { outgoing.append(contentsOf: "\(name): \(value)\r\n".utf8) }
        for field in fields { outgoing.append(contentsOf: "\(field.name.rawName): \(field.value)\r\n".utf8) }
        outgoing.append(contentsOf: "\r\n".utf8)
        answer.framing = BodyFraming.none
        answer.isFinished = true
        answer.closes = true
        flushOutgoing()
        narrow()
    }
}

/// What every frame of a client must be, before fragments are joined: masked (RFC 6455, section 5.1), and without bits
/// that no extension gave a meaning (section 5.2).
private final class WebSocketFrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return context.fireErrorCaught(WebSocketViolation())
        }
        context.fireChannelRead(data)
    }
}

/// A frame that no client may send.
struct WebSocketViolation: Error {}
