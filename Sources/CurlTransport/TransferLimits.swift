/// How long an exchange may take and how large its answer may be. Every limit must be above zero.
///
/// A full answer is bounded by ``total``. A stream has no total: it ends by ``firstByte``, ``idle`` or ``bodyBytes``.
public struct TransferLimits: Sendable, Equatable {
    /// For finding the host, connecting to it and agreeing on TLS together.
    public var connect: Duration
    /// From the connection being ready until the first byte of the body, or until the end of an answer without one.
    ///
    /// It covers sending the request and the answer's head too: a server that sends its head at once and then thinks
    /// is given the same time as one that thinks first, so this is the limit on the time to the first token.
    public var firstByte: Duration
    /// Between two arrivals of body bytes. It does not run while the transfer stands still because *we* read too
    /// slowly.
    public var idle: Duration
    /// For the exchange from start to end; `nil`: no such limit.
    public var total: Duration?
    /// Bytes of the body, as handed on.
    public var bodyBytes: Int
    /// Bytes of the head: status lines, fields, interim (1xx) heads and trailers together.
    public var headBytes: Int
    /// Number of header fields, interim heads and trailers included.
    public var headFields: Int

    public init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(60), idle: Duration = .seconds(30),
        total: Duration? = nil, bodyBytes: Int = 16 << 20, headBytes: Int = 64 << 10, headFields: Int = 256
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
        self.bodyBytes = bodyBytes
        self.headBytes = headBytes
        self.headFields = headFields
    }

    /// The name of the first limit that is not above zero; `nil` when all are.
    var faultyLimit: String? {
        if connect <= .zero { return "connect" }
        if firstByte <= .zero { return "firstByte" }
        if idle <= .zero { return "idle" }
        if let total, total <= .zero { return "total" }
        if bodyBytes <= 0 { return "bodyBytes" }
        if headBytes <= 0 { return "headBytes" }
        return headFields <= 0 ? "headFields" : nil
    }
}
