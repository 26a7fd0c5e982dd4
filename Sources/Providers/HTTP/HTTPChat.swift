import Chat
import CurlTransport
import Wire

/// A dialect of chat as values and functions: where to send a request, and how to print and read it.
struct Dialect: Sendable {
    var url: @Sendable (_ stream: Bool) -> String
    var headers: [(String, String)]
    var printRequest: @Sendable (_ request: ChatRequest, _ stream: Bool) throws(ChatError) -> PrintedRequest
    var readReply: @Sendable (_ body: [UInt8]) throws(ChatError) -> ChatReply
    var readError: @Sendable (_ status: Int, _ body: [UInt8]) -> ChatError
    /// Nil where the dialect does not stream: then a listener gets the answer in one piece.
    var openStream: (@Sendable () -> ChatStream)?
    /// Whether a body that begins as a JSON document cannot be this dialect's stream.
    var streamIsNoJSON: Bool
}

/// One exchange of a chat over HTTP: what all vendors' clients share.
///
/// Asks for a stream where the caller wants one or listens, else for the full answer.
struct HTTPChat: ChatModel {
    private let dialect: Dialect
    private let connection: VendorConnection
    private let cost: @Sendable (_ usage: TokenUsage, _ secondsSince1970: Double) -> NanoUSD?

    init(at endpoint: Endpoint, dialect: Dialect) {
        self.dialect = dialect
        cost = endpoint.cost
        connection = VendorConnection(
            provider: endpoint.provider, headers: dialect.headers, loop: endpoint.access.loop,
            maximumBodyBytes: endpoint.access.maximumBodyBytes, readError: dialect.readError)
    }

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let asked = connection.now()
        let wantsStream = call.request.stream || call.onDelta != nil
        let stream = wantsStream ? dialect.openStream?() : nil
        let printed = try connection.naming { () throws(ChatError) in
            try dialect.printRequest(call.request, stream != nil)
        }
        var reply: ChatReply
        if let stream {
            reply = try await streamed(printed.bytes, through: stream, call)
        } else {
            reply = try await whole(printed.bytes, call)
        }
        reply.warnings = printed.warnings + reply.warnings
        reply.cost = reply.usage.flatMap { cost($0, asked) }
        return reply
    }

    // MARK: full answers

    private func whole(_ body: [UInt8], _ call: ChatCall) async throws(ChatError) -> ChatReply {
        let start = ContinuousClock.now
        let limits = call.context.limits
        let response = try await connection.send(
            body, to: dialect.url(false),
            limits: TransferLimits(
                firstByte: limits.total, idle: limits.total, total: limits.total,
                bodyBytes: connection.maximumBodyBytes), traceParent: call.trace.upstreamTraceParent)
        let (bytes, end) = try await connection.collect(response.body)
        var reply = try connection.naming { () throws(ChatError) in try dialect.readReply(bytes) }
        reply.timing = ChatReply.Timing(total: end - start)
        reply.rateLimits = rateLimits(response)
        try await hand(reply, to: call, at: end)
        return reply
    }

    private func hand(_ reply: ChatReply, to call: ChatCall, at end: ContinuousClock.Instant) async throws(ChatError) {
        guard let onDelta = call.onDelta else { return }
        for piece in reply.pieces { try await onDelta(Delta(piece, receivedAt: end)) }
    }

    private func rateLimits(_ response: HTTPResponse) -> RateLimits? {
        let headers = response.headers
        // Most answers name none, and looking for each of them costs more than all else that is read of the head.
        guard RateLimitHeaders.prefixes.contains(where: headers.containsName) else { return nil }
        return RateLimitHeaders.limits({ headers[$0] }, now: connection.now())
    }

    // MARK: streams

    private func streamed(
        _ body: [UInt8], through stream: ChatStream, _ call: ChatCall
    ) async throws(ChatError) -> ChatReply {
        let start = ContinuousClock.now
        let limits = call.context.limits
        let response = try await connection.send(
            body, to: dialect.url(true),
            limits: TransferLimits(
                firstByte: limits.firstToken, idle: limits.idle, bodyBytes: connection.maximumBodyBytes),
            traceParent: call.trace.upstreamTraceParent)
        var stream = stream
        var reply: ChatReply
        guard let first = try await connection.next(of: response.body) else {
            throw connection.named(ChatError(.invalidResponse, "the answer is empty", status: response.status))
        }
        if dialect.streamIsNoJSON, beginsAsDocument(first.bytes) {
            reply = try await unstreamed(response.body, first: first, start: start, call)
        } else {
            do throws(ChatError) {
                try await read(response.body, first: first, start: start, into: &stream, call)
            } catch {
                if let usage = stream.usage { noteSpent(usage, call.trace) }
                throw error
            }
            reply = try connection.naming { () throws(ChatError) in try stream.reply() }
            reply.timing = ChatReply.Timing(
                total: (stream.lastReceivedAt ?? .now) - start, firstToken: stream.firstContentAt.map { $0 - start })
        }
        reply.rateLimits = rateLimits(response)
        return reply
    }

    /// What a stream had cost when it broke, or when its client left.
    private func noteSpent(_ usage: TokenUsage, _ trace: Trace) {
        let cost = cost(usage, connection.now())
        trace.note { notes in
            notes.spent = usage
            notes.spentCost = cost
        }
    }

    private func read(
        _ body: HTTPBody, first: BodyChunk, start: ContinuousClock.Instant, into stream: inout ChatStream,
        _ call: ChatCall
    ) async throws(ChatError) {
        // The task's cancellation is seen to once for the whole stream.
        let outcome: Result<Void, ChatError> = await withTaskCancellationHandler {
            do throws(ChatError) {
                return .success(try await readGuarded(body, first: first, start: start, into: &stream, call))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            body.cancel()
        }
        try outcome.get()
    }

    private func readGuarded(
        _ body: HTTPBody, first: BodyChunk, start: ContinuousClock.Instant, into stream: inout ChatStream,
        _ call: ChatCall
    ) async throws(ChatError) {
        var chunk: BodyChunk? = first
        while let received = chunk {
            stream.feed(received.bytes, receivedAt: received.receivedAt)
            try await pass(from: &stream, to: call)
            try checkProgress(of: stream, at: received.receivedAt, start: start, limits: call.context.limits)
            do {
                chunk = try await connection.next(of: body, isGuarded: true)
            } catch {
                // The vendor said that the answer is whole: how the connection ends afterwards changes nothing.
                guard stream.isWhole, error.kind != .cancelled else { throw error }
                chunk = nil
            }
        }
        stream.end()
        try await pass(from: &stream, to: call)
    }

    private func pass(from stream: inout ChatStream, to call: ChatCall) async throws(ChatError) {
        while let delta = try connection.naming({ () throws(ChatError) in try stream.next() }) {
            try await call.onDelta?(delta)
        }
    }

    /// The transport watches silence; here stands that bytes without events, a drip, are no progress either.
    private func checkProgress(
        of stream: ChatStream, at instant: ContinuousClock.Instant, start: ContinuousClock.Instant, limits: CallLimits
    ) throws(ChatError) {
        guard !stream.isWhole else { return }
        if stream.firstContentAt == nil, instant - start > limits.firstToken {
            throw connection.named(ChatError(.timeout, "no content came within \(limits.firstToken)"))
        }
        if let last = stream.lastEventAt, instant - last > limits.idle {
            throw connection.named(ChatError(.timeout, "no event of the stream came for \(limits.idle)"))
        }
    }

    /// A full answer, or a page, where a stream was asked for.
    private func unstreamed(
        _ body: HTTPBody, first: BodyChunk, start: ContinuousClock.Instant, _ call: ChatCall
    ) async throws(ChatError) -> ChatReply {
        let (bytes, end) = try await connection.collect(body, after: first)
        var reply = try connection.naming { () throws(ChatError) in try dialect.readReply(bytes) }
        reply.timing = ChatReply.Timing(total: end - start, firstToken: end - start)
        try await hand(reply, to: call, at: end)
        return reply
    }

    private func beginsAsDocument(_ bytes: [UInt8]) -> Bool {
        let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return start == UInt8(ascii: "{") || start == UInt8(ascii: "[") || start == UInt8(ascii: "<")
    }
}
