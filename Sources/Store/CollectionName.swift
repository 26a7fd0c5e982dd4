import Chat

/// Which collection of the knowledge base: a name is its owner's own, and the same name of another is another
/// collection.
///
///     try store.knowledgeCollection("docs")                                       // the operator's
///     try store.knowledgeCollection(CollectionName("docs", of: call.context.caller))
public struct CollectionName: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The fingerprint of the key that made it; "" for what was made by commands, or while no keys were set.
    public var owner: String
    public var name: String

    /// - Parameter owner: nil is nobody's key: the operator's own.
    public init(_ name: String, of owner: String? = nil) {
        self.name = name
        self.owner = owner ?? ""
    }

    public init(stringLiteral name: String) { self.init(name) }

    // Names that only look alike are two, as they are in the database.
    public static func == (one: CollectionName, other: CollectionName) -> Bool {
        one.owner == other.owner && ScalarText(one.name) == ScalarText(other.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(owner)
        hasher.combine(ScalarText(name))
    }
}
