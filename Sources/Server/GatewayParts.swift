public import Chat

/// What a gateway has besides its models, for the routes under `/api`: handed in by whoever assembles it.
///
/// A part that is nil is not there, and its routes say so.
public struct GatewayParts: Sendable {
    /// The program's version, as `GET /api/admin/system` tells it.
    public var version: String
    public var conversations: (any ConversationShelf)?
    public var knowledge: (any KnowledgeShelf)?
    public var cache: (any CacheShelf)?
    public var training: (any TrainingShelf)?
    /// Looks after the parts in use; it answers within seconds, whatever they do.
    public var checks: (@Sendable () async -> [HealthCheck])?

    public init(
        version: String = "", conversations: (any ConversationShelf)? = nil, knowledge: (any KnowledgeShelf)? = nil,
        cache: (any CacheShelf)? = nil, training: (any TrainingShelf)? = nil,
        checks: (@Sendable () async -> [HealthCheck])? = nil
    ) {
        self.version = version
        self.conversations = conversations
        self.knowledge = knowledge
        self.cache = cache
        self.training = training
        self.checks = checks
    }
}

/// How one part does.
public struct HealthCheck: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case healthy
        /// It does not work, and requests are answered all the same, or some of them.
        case degraded
        /// It does not work, and nothing goes without it.
        case unhealthy
    }

    /// `database`, `cache`, `llm_openai` …
    public var name: String
    public var state: State

    public init(_ name: String, _ state: State) {
        self.name = name
        self.state = state
    }
}

// MARK: conversations

/// The conversations of all callers. A caller has no way to those of another.
///
/// All of it throws `ChatError.internal` with the code `out_of_resources` where the store cannot be read or written.
public protocol ConversationShelf: Sendable {
    /// Nil where the caller has no such conversation.
    func summary(_ id: String, caller: String?) async throws(ChatError) -> ConversationSummary?
    /// Oldest first; nil where the caller has no such conversation.
    func turns(_ id: String, caller: String?) async throws(ChatError) -> [ConversationTurn]?
    /// Whether there was one.
    func remove(_ id: String, caller: String?) async throws(ChatError) -> Bool
    /// How many conversations the caller has, and how many turns are in them.
    func counts(caller: String?) async throws(ChatError) -> (conversations: Int, turns: Int)
}

/// A conversation without its turns; times are milliseconds since 1970, UTC.
public struct ConversationSummary: Sendable, Hashable {
    public var startedAtMilliseconds: Int64
    /// When its last answer was whole.
    public var usedAtMilliseconds: Int64
    public var expiresAtMilliseconds: Int64
    public var turns: Int
    /// What all of it takes of a prompt, by an estimate.
    public var tokens: Int

    public init(
        startedAtMilliseconds: Int64, usedAtMilliseconds: Int64, expiresAtMilliseconds: Int64, turns: Int, tokens: Int
    ) {
        self.startedAtMilliseconds = startedAtMilliseconds
        self.usedAtMilliseconds = usedAtMilliseconds
        self.expiresAtMilliseconds = expiresAtMilliseconds
        self.turns = turns
        self.tokens = tokens
    }
}

/// A question with its answer.
public struct ConversationTurn: Sendable, Hashable {
    public var question: String
    public var answer: String
    /// Who answered.
    public var model: String
    /// When the answer was whole: milliseconds since 1970, UTC.
    public var atMilliseconds: Int64

    public init(question: String, answer: String, model: String, atMilliseconds: Int64) {
        self.question = question
        self.answer = answer
        self.model = model
        self.atMilliseconds = atMilliseconds
    }
}

// MARK: knowledge and cache

/// The knowledge base. What a caller made is its own: no other finds it, is answered from it or removes it. What
/// nobody's key made is there for all to be answered from, and can be listed; who runs the gateway changes it.
///
/// All of it throws `ChatError`: `.notFound` for a collection that is not there, `.invalidRequest` for what cannot be
/// taken, `.internal` with `out_of_resources` where the store fails, and what an embedding model throws.
public protocol KnowledgeShelf: Sendable {
    /// Takes documents in; those that are there and the same cost nothing.
    /// - Returns: the outcome's members, as the answer tells them.
    func ingest(_ documents: KnowledgeIngest, caller: String?) async throws(ChatError) -> [JSONValue.Member]
    /// The documents of a collection in the order in which they came; nil is the standard one.
    func documents(
        of collection: String?, caller: String?
    ) async throws(ChatError) -> (collection: String, documents: [JSONValue])
    /// Whether there was one.
    func remove(_ id: String, from collection: String?, caller: String?) async throws(ChatError) -> Bool
    /// How far a job is that `ingest` began; nil where the caller has none of the id.
    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue?
}

/// Documents on their way into the knowledge base.
public struct KnowledgeIngest: Sendable, Hashable {
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case text, markdown, html
    }

    public struct Document: Sendable, Hashable {
        /// Nil is one made of the text.
        public var id: String?
        public var title: String?
        public var text: String
        public var metadata: [JSONValue.Member]
    }

    /// Nil is the standard one.
    public var collection: String?
    /// The embedding model; nil keeps what the collection has.
    public var model: String?
    public var format: Format
    /// Not empty.
    public var documents: [Document]
}

/// The cache of answers.
public protocol CacheShelf: Sendable {
    /// Its figures, as the answer tells them.
    func statistics() async throws(ChatError) -> [JSONValue.Member]
    /// Forgets the caller's answers.
    /// - Returns: how many there were.
    func clear(caller: String?) async throws(ChatError) -> Int
}
