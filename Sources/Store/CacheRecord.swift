/// One answer in the exact cache.
public struct CacheRecord: Sendable, Hashable {
    /// SHA-256 of everything that decides the answer.
    public var key: [UInt8]
    /// Milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
    /// Milliseconds since 1970, UTC; nil never expires.
    public var expiresAtMilliseconds: Int64?
    /// The reply as JSON text, in whatever shape its owner gives it.
    public var reply: String

    public init(key: [UInt8], createdAtMilliseconds: Int64, expiresAtMilliseconds: Int64? = nil, reply: String) {
        self.key = key
        self.createdAtMilliseconds = createdAtMilliseconds
        self.expiresAtMilliseconds = expiresAtMilliseconds
        self.reply = reply
    }
}

/// How full the cache is.
public struct CacheStatistics: Sendable, Hashable {
    public var entries: Int
    /// Bytes of all replies.
    public var bytes: Int

    public init(entries: Int, bytes: Int) {
        self.entries = entries
        self.bytes = bytes
    }
}
