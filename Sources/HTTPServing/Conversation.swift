import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// One client's requests on one connection and their answers, one after another.
///
/// The last handler of a connection: requests stop here, and a task that serves the connection takes them one by one
/// (`next`). All of it happens on the connection's loop, the task included, so that a request costs no change of
/// threads and no queue. While too much waits here, nothing is read from the socket.
final class Conversation: ChannelDuplexHandler, RemovableChannelHandler, ServerChildChannelValue, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let channel: any Channel
    let connection: Connection
    let letterhead: Letterhead
    /// Requests that wait for being answered, the next one first.
    private var queue: [IncomingRequest] = []
    /// The one that is answered.
    private var current: IncomingRequest?
    /// The one whose end is not here yet.
    private var arriving: IncomingRequest?
    private var waiter: UnsafeContinuation<IncomingRequest?, Never>?
    private var context: ChannelHandlerContext?
    private var isReadHeld = false
    /// Nothing more comes from the client.
    private(set) var isInputOver = false
    /// What else comes is not looked at.
    private var isDeaf = false
    /// The server stops: the answer under way is the last.
    private(set) var isEnding = false
    /// The answer that is written.
    var answer = AnswerProgress()
    /// What is to be written at the loop's next turn.
    var outgoing: [UInt8] = []
    var isFlushDue = false
    /// Whether the kernel was told to hold little.
    var isNarrow = false
    /// Who waits for the client to have read.
    var writers: [UnsafeContinuation<Void, Never>] = []

    /// While more than this waits, nothing is read.
    private static let mostBytes = 65_536
    private static let mostRequests = 16

    init(_ channel: any Channel, connection: Connection, letterhead: Letterhead) {
        self.channel = channel
        self.connection = connection
        self.letterhead = letterhead
    }

    var loop: any EventLoop { channel.eventLoop }

    // MARK: the task's side

    /// The next request; nil once there is none any more.
    func next() async -> IncomingRequest? {
        current?.drop()
        current = nil
        if !queue.isEmpty {
            current = queue.removeFirst()
            releaseRead()
            return current
        }
        if isInputOver || isEnding { return nil }
        connection.rests()
        return await withUnsafeContinuation { waiter = $0 }
    }

    /// Whether the request that is answered is here whole, and nothing behind it.
    var isAloneWithRequest: Bool { queue.isEmpty && arriving == nil && current?.isWhole == true && !isDeaf }

    /// Ends the connection: what is written goes out, and the client has a moment to read it and to close.
    func end() {
        isDeaf = true
        current?.drop()
        releaseRead()
        flushOutgoing()
        channel.close(mode: .output).whenComplete { _ in
            guard !self.isInputOver else { return self.channel.close(promise: nil) }
            self.loop.scheduleTask(in: Conversation.farewell) { self.channel.close(promise: nil) }
        }
    }

    /// How long a connection stays open behind its last answer, so that the client hears it before the end.
    private static let farewell = TimeAmount.seconds(1)

    // MARK: what comes in

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            let request = IncomingRequest(head) { [weak self] in self?.releaseRead() }
            arriving = request
            queue.append(request)
        case .body(let part):
            arriving?.append(part)
        case .end:
            arriving?.end()
            arriving = nil
            offer()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { offer() }

    func read(context: ChannelHandlerContext) {
        if isFull { isReadHeld = true } else { context.read() }
    }

    private var isFull: Bool {
        !isDeaf && ((arriving?.waiting ?? 0) > Conversation.mostBytes || queue.count > Conversation.mostRequests)
    }

    private func releaseRead() {
        guard isReadHeld, !isFull else { return }
        isReadHeld = false
        context?.read()
    }

    private func offer() {
        guard let waiter else { return }
        if !queue.isEmpty {
            current = queue.removeFirst()
        } else if !isInputOver {
            return
        }
        self.waiter = nil
        waiter.resume(returning: current)
    }

    private func endInput(_ fault: IncomingRequest.Fault) {
        isInputOver = true
        arriving?.end(fault)
        arriving = nil
        offer()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            if isDeaf { context.close(promise: nil) }
            endInput(.cut)
        } else if event is ChannelShouldQuiesceEvent {
            isEnding = true
            if waiter != nil, arriving == nil { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isDeaf else { return context.close(promise: nil) }
        // What cannot be read has no head to answer to: it is answered as one that came in HTTP/1.1.
        if arriving == nil { queue.append(IncomingRequest(Conversation.unreadable) {}) }
        isDeaf = true
        endInput(.malformed)
    }

    private static let unreadable = HTTPRequestHead(version: .http1_1, method: .RAW(value: ""), uri: "")

    func channelInactive(context: ChannelHandlerContext) {
        endInput(.cut)
        wakeWriters()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { wakeWriters() }
    }

    private func wakeWriters() {
        let woken = writers
        writers = []
        for writer in woken { writer.resume() }
    }

    func flushOutgoing() {
        isFlushDue = false
        guard !outgoing.isEmpty else { return }
        let bytes = channel.allocator.buffer(bytes: outgoing)
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= Conversation.keptCapacity)
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// How much memory a connection keeps for what it will write.
    private static let keptCapacity = 4_096
}
