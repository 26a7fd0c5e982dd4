/// An answer whose head is in and whose body may still be on its way.
public struct HTTPResponse: Sendable {
    /// The final status, 200…999: interim (1xx) heads are passed over, redirects (3xx) are handed on, never followed.
    public let status: Int
    public let headers: HTTPHeaders
    /// When the end of the head was read from the socket.
    public let headReceivedAt: ContinuousClock.Instant
    public let body: HTTPBody
}

/// A piece of a body as it was read from the socket, and when.
public struct BodyChunk: Sendable, Equatable {
    public let bytes: [UInt8]
    /// When these bytes were read from the socket, before any waiting in our own buffer.
    public let receivedAt: ContinuousClock.Instant

    public init(bytes: [UInt8], receivedAt: ContinuousClock.Instant) {
        self.bytes = bytes
        self.receivedAt = receivedAt
    }
}

/// The body of an answer, pulled piece by piece by one reader.
///
/// What the reader does not pull is not read from the socket either, beyond 256 KiB. Dropping the body before its end
/// closes the transfer; so does cancelling the task that waits for a piece.
///
/// ```swift
/// while let chunk = try await response.body.next() { parser.feed(chunk.bytes) }
/// ```
public final class HTTPBody: Sendable {
    private let transfer: Transfer
    /// Keeps the loop alive for as long as somebody reads.
    private let loop: CurlLoop

    init(transfer: Transfer, loop: CurlLoop) {
        self.transfer = transfer
        self.loop = loop
    }

    deinit {
        if !transfer.isOver { transfer.cancel() }
    }

    /// The next piece, never empty; `nil` at the whole and proper end, and ever after.
    ///
    /// Pieces that came before a failure are handed out before it is thrown. One reader at a time: a second call
    /// while the first still waits is a programming error.
    /// - Throws: every failure of the transfer but those of its start; a body cut short is
    ///   ``TransportError/truncated(host:received:)``.
    public func next() async throws(TransportError) -> BodyChunk? {
        // What is here already is not waited for.
        if !Task.isCancelled, let ready = transfer.readyChunk() { return try ready.get() }
        return try await withTaskCancellationHandler {
            await transfer.nextChunk()
        } onCancel: {
            transfer.cancel()
        }.get()
    }

    /// As ``next()``, for who calls ``cancel()`` when the task is cancelled: around a whole stream that costs less than
    /// around each of its pieces.
    public func nextUnguarded() async throws(TransportError) -> BodyChunk? {
        try await transfer.nextChunk().get()
    }

    /// Closes the transfer: who waits for a piece gets ``TransportError/cancelled``.
    public func cancel() { transfer.cancel() }

    /// The rest of the body in one piece.
    /// - Parameter limit: bytes; a longer body closes the transfer.
    /// - Throws: what ``next()`` throws, and ``TransportError/tooLarge(part:limit:)``.
    public func collect(upTo limit: Int) async throws(TransportError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await next() {
            guard chunk.bytes.count <= limit - bytes.count else {
                transfer.cancel()
                throw .tooLarge(part: .body, limit: limit)
            }
            if bytes.isEmpty { bytes = chunk.bytes } else { bytes += chunk.bytes }
        }
        return bytes
    }

    /// When the steps of the exchange were done; `nil` until the body's last piece has come, and after a failure.
    public var timings: TransferTimings? { transfer.timings }
}
