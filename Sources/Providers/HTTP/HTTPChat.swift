import Chat
import CurlTransport
import Wire

/// A dialect as values and functions: where to send a request, and how to print and read it.
struct Dialect: Sendable {
    var url: String
    var headers: [(String, String)]
    var printRequest: @Sendable (_ request: ChatRequest, _ stream: Bool) -> [UInt8]
    var readReply: @Sendable (_ body: [UInt8]) throws(ChatError) -> ChatReply
    var readError: @Sendable (_ status: Int, _ body: [UInt8]) -> ChatError
    var openStream: @Sendable () -> ChatStream
    /// Whether a body that begins as a JSON document cannot be this dialect's stream.
    var streamIsNoJSON: Bool
}

/// One exchange of a chat over HTTP: what all vendors' clients share.
///
/// Asks for a stream where the caller wants one or listens, else for the full answer. Every failure becomes a
/// `ChatError` whose message begins with the provider's name.
struct HTTPChat: Sendable {
    let provider: String
    let dialect: Dialect
    let loop: CurlLoop
    /// Most bytes of an answer.
    let maximumBodyBytes: Int
    let cost: @Sendable (TokenUsage?) -> NanoUSD?
    private let now: @Sendable () -> Double = WallClock.now

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let streams = call.request.stream || call.onDelta != nil
        var reply = try await streams ? stream(call) : whole(call)
        reply.cost = cost(reply.usage)
        return reply
    }

    /// The error with the provider's name before its message.
    private func named(_ error: ChatError) -> ChatError {
        guard error.kind != .cancelled else { return error }
        var error = error
        error.message = "\(provider): \(error.message)"
        return error
    }

    /// Runs a piece of reading and names its error. What a listener throws is not ours and keeps its words.
    private func naming<Value>(_ work: () throws(ChatError) -> Value) throws(ChatError) -> Value {
        do {
            return try work()
        } catch {
            throw named(error)
        }
    }

    // MARK: full answers

    private func whole(_ call: ChatCall) async throws(ChatError) -> ChatReply {
        let start = ContinuousClock.now
        let limits = call.context.limits
        let response = try await send(
            dialect.printRequest(call.request, false),
            limits: TransferLimits(
                firstByte: limits.total, idle: limits.total, total: limits.total, bodyBytes: maximumBodyBytes))
        let (body, end) = try await collect(response.body)
        var reply = try naming { () throws(ChatError) in try dialect.readReply(body) }
        reply.timing = ChatReply.Timing(total: end - start)
        reply.rateLimits = RateLimitHeaders.limits { response.headers[$0] }
        return reply
    }

    /// The rest of a body, and when its last byte came.
    private func collect(
        _ body: HTTPBody, after first: BodyChunk? = nil
    ) async throws(ChatError) -> (bytes: [UInt8], end: ContinuousClock.Instant) {
        var bytes = first?.bytes ?? []
        var end = first?.receivedAt ?? .now
        while let chunk = try await next(of: body) {
            if bytes.isEmpty { bytes = chunk.bytes } else { bytes += chunk.bytes }
            end = chunk.receivedAt
        }
        return (bytes, end)
    }

    // MARK: streams

    private func stream(_ call: ChatCall) async throws(ChatError) -> ChatReply {
        let start = ContinuousClock.now
        let limits = call.context.limits
        let response = try await send(
            dialect.printRequest(call.request, true),
            limits: TransferLimits(
                firstByte: limits.firstToken, idle: limits.idle, bodyBytes: maximumBodyBytes))
        var stream = dialect.openStream()
        var reply: ChatReply
        guard let first = try await next(of: response.body) else {
            throw named(ChatError(.invalidResponse, "the answer is empty", status: response.status))
        }
        if dialect.streamIsNoJSON, beginsAsDocument(first.bytes) {
            reply = try await unstreamed(response.body, first: first, start: start, call)
        } else {
            try await read(response.body, first: first, start: start, into: &stream, call)
            reply = try naming { () throws(ChatError) in try stream.reply() }
            reply.timing = ChatReply.Timing(
                total: (stream.lastReceivedAt ?? .now) - start, firstToken: stream.firstContentAt.map { $0 - start })
        }
        reply.rateLimits = RateLimitHeaders.limits { response.headers[$0] }
        return reply
    }

    private func read(
        _ body: HTTPBody, first: BodyChunk, start: ContinuousClock.Instant, into stream: inout ChatStream,
        _ call: ChatCall
    ) async throws(ChatError) {
        var chunk: BodyChunk? = first
        while let received = chunk {
            stream.feed(received.bytes, receivedAt: received.receivedAt)
            try await pass(from: &stream, to: call)
            try checkProgress(of: stream, at: received.receivedAt, start: start, limits: call.context.limits)
            do {
                chunk = try await next(of: body)
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
        while let delta = try naming({ () throws(ChatError) in try stream.next() }) { try await call.onDelta?(delta) }
    }

    /// The transport watches silence; here stands that bytes without events, a drip, are no progress either.
    private func checkProgress(
        of stream: ChatStream, at instant: ContinuousClock.Instant, start: ContinuousClock.Instant, limits: CallLimits
    ) throws(ChatError) {
        guard !stream.isWhole else { return }
        if stream.firstContentAt == nil, instant - start > limits.firstToken {
            throw named(ChatError(.timeout, "no content came within \(limits.firstToken)"))
        }
        if let last = stream.lastEventAt, instant - last > limits.idle {
            throw named(ChatError(.timeout, "no event of the stream came for \(limits.idle)"))
        }
    }

    /// A full answer, or a page, where a stream was asked for.
    private func unstreamed(
        _ body: HTTPBody, first: BodyChunk, start: ContinuousClock.Instant, _ call: ChatCall
    ) async throws(ChatError) -> ChatReply {
        let (bytes, end) = try await collect(body, after: first)
        var reply = try naming { () throws(ChatError) in try dialect.readReply(bytes) }
        reply.timing = ChatReply.Timing(total: end - start, firstToken: end - start)
        if !reply.text.isEmpty { try await call.onDelta?(.text(reply.text, receivedAt: end)) }
        return reply
    }

    private func beginsAsDocument(_ bytes: [UInt8]) -> Bool {
        let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return start == UInt8(ascii: "{") || start == UInt8(ascii: "[") || start == UInt8(ascii: "<")
    }

    // MARK: the exchange

    /// Sends a body and returns the response where its status says that an answer follows.
    private func send(_ body: [UInt8], limits: TransferLimits) async throws(ChatError) -> HTTPResponse {
        let request = HTTPRequest(
            url: dialect.url, method: "POST", headers: dialect.headers, body: body, limits: limits)
        let response: HTTPResponse
        do {
            response = try await loop.exchange(request)
        } catch {
            throw named(ChatError(error))
        }
        guard response.status / 100 == 2 else { throw named(try await refusal(response)) }
        return response
    }

    /// What an error status says. A body that does not come in whole leaves the status alone to speak.
    private func refusal(_ response: HTTPResponse) async throws(ChatError) -> ChatError {
        var body: [UInt8] = []
        do {
            body = try await response.body.collect(upTo: 1 << 20)
        } catch {
            if error == .cancelled { throw ChatError(error) }
        }
        var error = dialect.readError(response.status, body)
        error.retryAfter = RateLimitHeaders.retryAfter({ response.headers[$0] }, now: now())
        return error
    }

    private func next(of body: HTTPBody) async throws(ChatError) -> BodyChunk? {
        do {
            return try await body.next()
        } catch {
            throw named(ChatError(error))
        }
    }
}
