import Chat
import Retrieval
import Store

/// A request as it is compared with others: its last message's text, and a vector of it, within all that is else.
struct SemanticQuestion: Sendable {
    var scope: CacheKey
    var owner: CacheOwner
    var text: String
    /// The embedding model's full name.
    var model: String
    var vector: UnitVector

    var meaning: CacheMeaning {
        CacheMeaning(scope: scope.bytes, model: model, text: text, vector: vector.components)
    }

    /// In longer texts a word is too little of the whole for any likeness to tell.
    static let longestText = 2_000

    /// The text that a request is compared by: of its last message, if that is a user's and nothing but text.
    /// - Returns: nil where it is none, empty, or longer than `longestText` Unicode scalars.
    static func text(of request: ChatRequest) -> String? {
        guard let last = request.messages.last, last.role == .user, let text = plainText(last.content),
            text.unicodeScalars.prefix(longestText + 1).count <= longestText,
            text.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
        else { return nil }
        return text
    }

    private static func plainText(_ content: JSONValue) -> String? {
        if let text = content.stringValue { return text }
        guard let parts = content.arrayValue, parts.count == 1, parts[0]["type"]?.stringValue == "text",
            parts[0].objectValue?.count == 2
        else { return nil }
        return parts[0]["text"]?.stringValue
    }
}
