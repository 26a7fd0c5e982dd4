/// One answer in the cache.
public struct CacheRecord: Sendable, Hashable {
    /// SHA-256 of everything that decides the answer.
    public var key: [UInt8]
    /// Whose answer it is, as a digest; nil where nobody keeps track.
    public var owner: [UInt8]?
    /// Milliseconds since 1970, UTC.
    public var createdAtMilliseconds: Int64
    /// Milliseconds since 1970, UTC; nil never expires.
    public var expiresAtMilliseconds: Int64?
    /// The reply as JSON text, in whatever shape its owner gives it.
    public var reply: String
    /// What the request was, field by field, as JSON text; nil where nobody asks.
    public var fields: String?
    /// What requests like this one find it by; nil where only the same request does.
    public var meaning: CacheMeaning?

    public init(
        key: [UInt8], owner: [UInt8]? = nil, createdAtMilliseconds: Int64, expiresAtMilliseconds: Int64? = nil,
        reply: String, fields: String? = nil, meaning: CacheMeaning? = nil
    ) {
        self.key = key
        self.owner = owner
        self.createdAtMilliseconds = createdAtMilliseconds
        self.expiresAtMilliseconds = expiresAtMilliseconds
        self.reply = reply
        self.fields = fields
        self.meaning = meaning
    }
}

/// What an answer in the cache is found by besides its key.
public struct CacheMeaning: Sendable, Hashable {
    /// Digest of all of the request but the text.
    public var scope: [UInt8]
    /// The embedding model's full name: vectors of two models are never compared.
    public var model: String
    /// The last message, which the vector is of.
    public var text: String
    /// `[dimensions]`
    public var vector: [Float]

    public init(scope: [UInt8], model: String, text: String, vector: [Float]) {
        self.scope = scope
        self.model = model
        self.text = text
        self.vector = vector
    }
}

/// How full the cache is.
public struct CacheSize: Sendable, Hashable {
    public var entries: Int
    /// Bytes of all replies.
    public var bytes: Int

    public init(entries: Int, bytes: Int) {
        self.entries = entries
        self.bytes = bytes
    }
}

/// What cleaning the cache removed.
public struct CacheTrim: Sendable, Hashable {
    /// Answers out of date.
    public var expired: Int
    /// Answers above the bound, those unused for longest.
    public var evicted: Int

    public init(expired: Int = 0, evicted: Int = 0) {
        self.expired = expired
        self.evicted = evicted
    }
}
