/// When the steps of one exchange were done, each counted from its start.
///
/// A step that was not needed (on a connection used again, without TLS) took nothing and stands at or near zero.
public struct TransferTimings: Sendable, Equatable {
    /// The host's address was known.
    public let nameLookup: Duration
    /// The TCP connection stood.
    public let connect: Duration
    /// TLS was agreed on; zero without TLS and on a connection used again.
    public let tls: Duration
    /// The first byte of the answer's head came.
    public let firstByte: Duration
    /// The last byte of the answer came.
    public let total: Duration
    /// Whether the exchange went over a connection that an earlier one had opened.
    public let reusedConnection: Bool

    public init(
        nameLookup: Duration, connect: Duration, tls: Duration, firstByte: Duration, total: Duration,
        reusedConnection: Bool
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
        self.reusedConnection = reusedConnection
    }
}
