/// Whatever answers a prompt: a provider's client, the gateway's pipeline around one, a recorded run, a baseline, the
/// scripted double.
///
/// The one promise is a function from a call to the whole reply. Text on the way goes to `call.onDelta`; a model that
/// cannot stream may hand over everything in one delta, or none. Cancelling the task ends the call with
/// `ChatError.cancelled` and releases what it holds upstream.
public protocol ChatModel: Sendable {
    /// Answers one call.
    /// - Throws: `ChatError`; a reply that was cut, refused by the transport or could not be read is never returned
    ///   as text.
    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply
}

/// One call: the request, and what belongs to this attempt alone.
///
/// Stages hand it on from one to the next: what is large in it is shared until one of them changes it.
public struct ChatCall: Sendable {
    @inlinable public var request: ChatRequest {
        _read { yield sharedRequest.value }
        _modify {
            if !isKnownUniquelyReferenced(&sharedRequest) { sharedRequest = Shared(sharedRequest.value) }
            yield &sharedRequest.value
        }
    }
    @inlinable public var context: CallContext {
        _read { yield sharedContext.value }
        _modify {
            if !isKnownUniquelyReferenced(&sharedContext) { sharedContext = Shared(sharedContext.value) }
            yield &sharedContext.value
        }
    }
    /// The record of what each stage did.
    public var trace: Trace
    /// Takes each piece of the answer as it arrives, or nil where nobody listens. The model waits until it returns:
    /// that is the back-pressure. What it throws ends the call.
    public var onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)?
    @usableFromInline var sharedRequest: Shared<ChatRequest>
    @usableFromInline var sharedContext: Shared<CallContext>

    /// A value that several calls may refer to; who changes it has it alone.
    @usableFromInline final class Shared<Value: Sendable>: @unchecked Sendable {
        // What is shared is only read, so that no two accesses can overlap unseen by the compiler.
        @usableFromInline @exclusivity(unchecked) var value: Value

        @inlinable init(_ value: Value) { self.value = value }
    }

    public init(
        _ request: ChatRequest, context: CallContext = CallContext(), trace: Trace = Trace(),
        onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)? = nil
    ) {
        sharedRequest = Shared(request)
        sharedContext = Shared(context)
        self.trace = trace
        self.onDelta = onDelta
    }
}

/// Who asks and what for: what stages and offline models may look at besides the request. It never reaches a provider.
public struct CallContext: Sendable, Hashable {
    /// The sample of an eval, or nil outside of one.
    public var sampleID: String?
    /// The repeat of the sample, from 0. Repeats never share a cache entry.
    public var repeatIndex: Int
    /// The sample's fields as text, for models that read one of them (`input: document`).
    public var variables: [String: String]
    /// The authenticated caller; caches and sessions are partitioned by it.
    public var caller: String?
    public var session: String?
    /// Whether the session begins with this call, under an id of ours: then it has no history.
    public var beginsSession = false
    /// The arm of an experiment, or the variant of an eval.
    public var arm: String?
    /// What the model's name stands for where it may come to stand for another (an alias, an address of the
    /// configuration): part of cache keys. Nil where the name says it all.
    public var modelIdentity: String?
    /// The run's own partition of a cache, where it has one.
    public var cachePartition: String?
    /// What the caller asked of the answer cache; nil leaves it to the pipeline.
    public var cacheUse: CacheUse?
    /// What the caller asked of retrieval; nil leaves it to the pipeline.
    public var retrievalUse: RetrievalUse?
    /// The collection that the answer may rest on, with its version; nil where there is none. What is remembered of
    /// answers holds for that alone.
    public var knowledge: String?
    /// Whether the caller wants to know why the cache had an answer or none.
    public var explainsCache = false
    /// How long this attempt may take.
    public var limits: CallLimits

    public enum CacheUse: String, Sendable, Hashable, CaseIterable {
        case off, exact, semantic
    }

    public enum RetrievalUse: Sendable, Hashable {
        case off
        /// From this collection, whichever the pipeline has.
        case collection(String)
    }

    public init(
        sampleID: String? = nil, repeatIndex: Int = 0, variables: [String: String] = [:], caller: String? = nil,
        session: String? = nil, arm: String? = nil, cachePartition: String? = nil, cacheUse: CacheUse? = nil,
        retrievalUse: RetrievalUse? = nil, limits: CallLimits = CallLimits()
    ) {
        self.sampleID = sampleID
        self.repeatIndex = repeatIndex
        self.variables = variables
        self.caller = caller
        self.session = session
        self.arm = arm
        self.cachePartition = cachePartition
        self.cacheUse = cacheUse
        self.retrievalUse = retrievalUse
        self.limits = limits
    }
}

/// How long one attempt may take before it ends in `ChatError.Kind.timeout`.
public struct CallLimits: Sendable, Hashable {
    /// A full answer, from the call to its end. A stream has no such limit.
    public var total: Duration
    /// The first byte of a stream's answer.
    public var firstToken: Duration
    /// The longest silence inside a stream.
    public var idle: Duration

    public init(total: Duration = .seconds(60), firstToken: Duration = .seconds(20), idle: Duration = .seconds(15)) {
        self.total = total
        self.firstToken = firstToken
        self.idle = idle
    }
}

/// A piece of an answer on its way.
public struct Delta: Sendable {
    public enum Kind: Sendable, Hashable {
        case text(String)
        case reasoning(String)
        /// A piece of a tool call: the first piece of an index carries id and name, later ones append to `arguments`.
        case toolCall(index: Int, id: String?, name: String?, arguments: String)
    }

    public var kind: Kind
    /// When the bytes were read from the socket, before any parsing: time to first token holds no work of ours.
    public var receivedAt: ContinuousClock.Instant
    /// The event that the piece came in, after those without a piece that came before it, for passing them on
    /// untouched; none where the piece before came in the same event. Nil where they cannot be passed on: a stage that
    /// changes text takes them from every piece of the answer.
    public var wireEvents: WireEvents?

    public init(_ kind: Kind, receivedAt: ContinuousClock.Instant, wireEvents: WireEvents? = nil) {
        self.kind = kind
        self.receivedAt = receivedAt
        self.wireEvents = wireEvents
    }

    public static func text(_ text: String, receivedAt: ContinuousClock.Instant) -> Delta {
        Delta(.text(text), receivedAt: receivedAt)
    }
}
