public import Chat
import Crypto
import Retrieval

/// A document as it is given to the knowledge base: text, its markup gone.
public struct SourceDocument: Sendable, Hashable {
    /// Unique in its collection; a document of the same id takes the place of an older one.
    public var id: String
    /// "" where it has none. Indexed with the text.
    public var title: String
    public var text: String
    /// What searches can be filtered by.
    public var metadata: [JSONValue.Member]

    public init(id: String, title: String = "", text: String, metadata: [JSONValue.Member] = []) {
        self.id = id
        self.title = title
        self.text = text
        self.metadata = metadata
    }

    /// An id for a document that comes without one: equal texts have equal ids.
    public static func id(ofText text: String) -> String {
        let digits = SHA256.hash(data: Array(text.utf8)).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "doc_" + digits.joined()
    }

    /// SHA-256 of all of it and of how it is cut.
    func hash(cutBy chunker: Chunker) -> [UInt8] {
        let whole = JSONValue.array([
            .string(id), .string(title), .string(text), .object(metadata), .number(chunker.size),
            .number(chunker.overlap),
        ])
        return [UInt8](SHA256.hash(data: whole.canonicalBytes))
    }
}
