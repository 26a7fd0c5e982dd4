import Chat
import CurlTransport
import Wire

/// What all exchanges with one vendor share: its name, its headers, how it tells errors. Every failure becomes a
/// `ChatError` whose message begins with the provider's name.
struct VendorConnection: Sendable {
    let provider: String
    let headers: [(String, String)]
    let loop: CurlLoop
    /// Most bytes of an answer.
    let maximumBodyBytes: Int
    let readError: @Sendable (_ status: Int, _ body: [UInt8]) -> ChatError
    let now: @Sendable () -> Double = WallClock.now

    /// The error with the provider's name before its message.
    func named(_ error: ChatError) -> ChatError {
        guard error.kind != .cancelled else { return error }
        var error = error
        error.message = "\(provider): \(error.message)"
        return error
    }

    /// Runs a piece of reading and names its error. What a listener throws is not ours and keeps its words.
    func naming<Value>(_ work: () throws(ChatError) -> Value) throws(ChatError) -> Value {
        do {
            return try work()
        } catch {
            throw named(error)
        }
    }

    /// Sends a body and returns the response where its status says that an answer follows.
    /// - Parameter traceParent: the header `traceparent`; nil sends none.
    func send(
        _ body: [UInt8], to url: String, limits: TransferLimits, method: String = "POST",
        headers more: [(String, String)] = [], traceParent: String? = nil
    ) async throws(ChatError) -> HTTPResponse {
        var request = HTTPRequest(url: url, method: method, headers: headers + more, body: body, limits: limits)
        if let traceParent { request.headers.append(("traceparent", traceParent)) }
        let response: HTTPResponse
        do {
            response = try await loop.exchange(request)
        } catch {
            throw named(ChatError(error))
        }
        guard response.status / 100 == 2 else { throw named(try await refusal(response)) }
        return response
    }

    /// The rest of a body, and when its last byte came.
    func collect(
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

    /// - Parameter isGuarded: whether somebody else sees to it that the task's cancellation closes the transfer.
    func next(of body: HTTPBody, isGuarded: Bool = false) async throws(ChatError) -> BodyChunk? {
        do {
            return isGuarded ? try await body.nextUnguarded() : try await body.next()
        } catch {
            throw named(ChatError(error))
        }
    }

    /// What an error status says. A body that does not come in whole leaves the status alone to speak.
    private func refusal(_ response: HTTPResponse) async throws(ChatError) -> ChatError {
        var body: [UInt8] = []
        do {
            body = try await response.body.collect(upTo: 1 << 20)
        } catch {
            if error == .cancelled { throw ChatError(error) }
        }
        var error = readError(response.status, body)
        error.retryAfter = RateLimitHeaders.retryAfter({ response.headers[$0] }, now: now()) ?? error.retryAfter
        error.retryAdvice = RateLimitHeaders.retryAdvice { response.headers[$0] }
        return error
    }
}
