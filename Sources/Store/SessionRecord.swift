/// Whose conversation it is: an id is its caller's own.
public struct SessionOwner: Sendable, Hashable {
    /// The fingerprint of the caller's key; nil where no keys are set.
    public var caller: String?
    public var id: String

    public init(caller: String?, id: String) {
        self.caller = caller
        self.id = id
    }
}

/// A question with its answer.
public struct SessionTurn: Sendable, Hashable {
    /// Rises with every turn of the store, whatever its session.
    public var number: Int64
    /// When the answer was whole: milliseconds since 1970, UTC.
    public var atMilliseconds: Int64
    /// Who answered, as the vendor names it.
    public var model: String
    /// What question and answer take of a prompt, by an estimate.
    public var tokens: Int
    public var question: String
    public var answer: String

    public init(
        number: Int64, atMilliseconds: Int64, model: String, tokens: Int, question: String, answer: String
    ) {
        self.number = number
        self.atMilliseconds = atMilliseconds
        self.model = model
        self.tokens = tokens
        self.question = question
        self.answer = answer
    }
}

/// A conversation without its turns.
public struct SessionRecord: Sendable, Hashable {
    public var id: String
    /// Milliseconds since 1970, UTC, as the other two.
    public var createdAtMilliseconds: Int64
    /// When its last turn ended.
    public var usedAtMilliseconds: Int64
    /// From then on it is forgotten, unless it is used before.
    public var expiresAtMilliseconds: Int64
    public var turns: Int
    /// Of all turns, by an estimate.
    public var tokens: Int
}
