public import Chat
public import Store

/// Why the knowledge base cannot do what was asked.
public enum KnowledgeError: Error, Sendable, CustomStringConvertible {
    /// The store refused.
    case store(StoreError)
    /// The embedding model gave no vectors.
    case embedding(model: String, ChatError)
    /// Vectors of another length than those before them.
    case dimensions(model: String, found: Int, expected: Int)
    /// The collection was made with other settings; `setting` is one that differs.
    case settings(collection: String, setting: String, found: String, expected: String)
    /// Some chunks of the collection have no vectors of its model yet.
    case notEmbedded(collection: String, model: String, missing: Int)

    public var description: String {
        switch self {
        case .store(let error): error.description
        case .embedding(let model, let error): "\(model): no vectors: \(error.message)"
        case .dimensions(let model, let found, let expected):
            "\(model): found a vector of \(found) dimensions; expected \(expected), as those before it"
        case .settings(let collection, let setting, let found, let expected):
            "collection '\(collection)': \(setting) is \(expected), found \(found); its documents were cut that way: "
                + "remove the collection to begin anew, or leave the setting out"
        case .notEmbedded(let collection, let model, let missing):
            "collection '\(collection)': \(missing) chunks have no vectors of \(model) yet; "
                + "run nexus kb add --collection \(collection) again, or search with --mode lexical"
        }
    }
}
