import Chat
import HTTPTypes
public import Hummingbird
public import NIOCore
import NIOHTTP1

/// How far the answer under way has come.
struct AnswerProgress {
    var head: HTTPRequestHead?
    var framing: BodyFraming?
    /// The connection ends behind it.
    var closes = false
    var isFinished = false
}

/// The way out for the answer to one request, for who writes it piece by piece instead of returning it.
///
/// What is written while the loop is busy leaves together. One answer a request: who begins one here returns whatever
/// response it likes, for it is not looked at.
public struct Outlet: Sendable {
    let conversation: Conversation

    /// Writes the head. The body has no length that is known.
    public func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        conversation.onLoop {
            conversation.narrow()
            conversation.begin(status, fields)
        }
    }

    /// Writes a whole answer.
    public func answer(_ status: HTTPResponse.Status, _ fields: PrintedFields, _ body: [UInt8]) {
        conversation.onLoop { conversation.answer(status, fields, body) }
    }

    /// Writes a piece of the body; waits while the client is behind.
    /// - Throws: `Gone` where there is no client any more.
    public func write(_ bytes: [UInt8]) async throws(Gone) {
        try await conversation.write(bytes)
    }

    /// Ends the answer. One that is begun and not finished when its responder returns is cut.
    public func finish() {
        conversation.onLoop { conversation.finish() }
    }
}

/// The client is gone.
public struct Gone: Error {}

// MARK: serving

extension Conversation {
    /// Answers requests until there are none any more.
    func serve<Responder: HTTPResponder>(_ responder: Responder) async where Responder.Context == ConnectionContext {
        var context = ConnectionContext(channel: channel, outlet: Outlet(conversation: self))
        while let incoming = await next() {
            let closes = isEnding || !incoming.head.isKeepAlive || incoming.asksForUpgrade
            answer = AnswerProgress(head: incoming.head, closes: closes)
            context.wholeBody = incoming.wholeBody
            await respond(to: incoming, responder, context)
            context.wholeBody = nil
            if answer.closes || isEnding || incoming.fault != nil { break }
        }
        end()
    }

    private func respond<Responder: HTTPResponder>(
        to incoming: IncomingRequest, _ responder: Responder, _ context: ConnectionContext
    ) async where Responder.Context == ConnectionContext {
        guard let request = incoming.request else {
            answer.closes = true
            begin(.badRequest, [.contentLength: "0"])
            return finish()
        }
        var response: Response
        do {
            response = try await responder.respond(to: request, context: context)
        } catch {
            response = Response(status: .internalServerError)
        }
        if answer.framing == nil {
            answer.closes = answer.closes || response.headers[.connection] == "close" || incoming.fault != nil
            begin(response.status, response.headers)
            do {
                try await response.body.write(BodyWriter(conversation: self))
            } catch {
                // An answer that breaks off must not look like a whole one.
                answer.closes = true
                flushOutgoing()
                channel.close(promise: nil)
            }
        }
        if !answer.isFinished {
            answer.closes = true
            flushOutgoing()
            channel.close(promise: nil)
        }
    }
}

// MARK: writing

extension Conversation {
    func onLoop(_ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { work() } else { loop.execute(work) }
    }

    /// Has the kernel hold little of what is written from now on: a stream's upstream shall be held back soon where its
    /// reader is slow.
    func narrow() {
        guard !isNarrow else { return }
        isNarrow = true
        try? channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: Connection.streamBufferBytes)
    }

    func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        guard answer.framing == nil, let head = answer.head else { return }
        answer.framing = AnswerHead.write(
            status, fields, to: head, letterhead, closes: answer.closes, &outgoing)
        if case .close? = answer.framing { answer.closes = true }
        flushLater()
    }

    func answer(_ status: HTTPResponse.Status, _ fields: PrintedFields, _ body: [UInt8]) {
        guard answer.framing == nil, let head = answer.head else { return }
        answer.framing = AnswerHead.write(
            status, fields, length: body.count, to: head, letterhead, closes: answer.closes, &outgoing)
        append(body)
        finish()
    }

    func write(_ bytes: [UInt8]) async throws(Gone) {
        guard !bytes.isEmpty else { return }
        if loop.inEventLoop {
            append(bytes)
        } else {
            // Whoever writes from elsewhere waits until the loop has it.
            try? await loop.submit { self.append(bytes) }.get()
        }
        guard channel.isActive else { throw Gone() }
        if channel.isWritable { return }
        await withUnsafeContinuation { writer in
            onLoop {
                let isReady = self.channel.isWritable || !self.channel.isActive
                if isReady { writer.resume() } else { self.writers.append(writer) }
            }
        }
        guard channel.isActive else { throw Gone() }
    }

    /// How much is gathered at most before it is written.
    private static let portion = 16_384
    /// The most that a chunk's own size takes beside it, and the last one behind.
    private static let mostFraming = 32

    private func append(_ bytes: [UInt8]) {
        guard let framing = answer.framing, framing != .none, !bytes.isEmpty else { return }
        // Buffers are as large as powers of two: one byte more would take twice the memory.
        if outgoing.count + bytes.count + Conversation.mostFraming > Conversation.portion { flushOutgoing() }
        if case .chunks = framing {
            outgoing.append(contentsOf: String(bytes.count, radix: 16).utf8)
            outgoing.append("\r\n")
            outgoing.append(contentsOf: bytes)
            outgoing.append("\r\n")
        } else {
            outgoing.append(contentsOf: bytes)
        }
        if outgoing.count >= Conversation.portion { flushOutgoing() } else { flushLater() }
    }

    func finish() {
        guard let framing = answer.framing, !answer.isFinished else { return }
        answer.isFinished = true
        if case .chunks = framing { outgoing.append("0\r\n\r\n") }
        // Answers of one turn leave one behind the other: whoever reads them is woken once, not for each.
        flushLater()
    }

    /// Writes what is gathered once the work of this turn is done.
    private func flushLater() {
        guard !isFlushDue else { return }
        isFlushDue = true
        loop.execute {
            if self.isFlushDue { self.flushOutgoing() }
        }
    }
}

/// The body of a response on its way out.
private struct BodyWriter: ResponseBodyWriter {
    let conversation: Conversation

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await conversation.write(Array(buffer.readableBytesView))
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { conversation.finish() }
}
