public import Chat

/// A named set of documents that are searched together.
public struct KnowledgeCollection: Sendable, Hashable {
    public var name: String
    /// The fingerprint of the key that it belongs to; "" for the operator's own.
    public var owner: String
    /// The language that its words are stemmed in, by its code ("en"); "und" for none.
    public var language: String
    /// The embedding model's full name; nil where vectors come without a model.
    public var model: String?
    /// The most characters of a chunk, and how many it repeats of the one before it.
    public var chunkSize: Int
    public var chunkOverlap: Int
    /// Rises with every change of what can be found. A new collection begins with the time at which it was made, so
    /// that it is never taken for an older one of its name.
    public var version: Int64

    /// Its name with its owner.
    public var id: CollectionName { CollectionName(name, of: owner) }

    public init(
        name: String, owner: String = "", language: String, model: String? = nil, chunkSize: Int, chunkOverlap: Int,
        version: Int64 = 0
    ) {
        self.name = name
        self.owner = owner
        self.language = language
        self.model = model
        self.chunkSize = chunkSize
        self.chunkOverlap = chunkOverlap
        self.version = version
    }
}

/// A collection with how much is in it.
public struct KnowledgeSummary: Sendable, Hashable {
    public var collection: KnowledgeCollection
    public var documents: Int
    public var chunks: Int
    /// Chunks that still want a vector of the collection's model; 0 where it has none.
    public var chunksToEmbed: Int
}

/// A document as it is stored.
public struct KnowledgeDocument: Sendable, Hashable {
    /// Unique in its collection.
    public var id: String
    /// "" where it has none.
    public var title: String
    public var text: String
    public var metadata: JSONValue
    /// SHA-256 of everything that decides what is stored of it.
    public var hash: [UInt8]
    /// Milliseconds since 1970, UTC.
    public var addedAtMilliseconds: Int64
    public var chunks: [KnowledgeChunk]

    public init(
        id: String, title: String, text: String, metadata: JSONValue, hash: [UInt8], addedAtMilliseconds: Int64,
        chunks: [KnowledgeChunk]
    ) {
        self.id = id
        self.title = title
        self.text = text
        self.metadata = metadata
        self.hash = hash
        self.addedAtMilliseconds = addedAtMilliseconds
        self.chunks = chunks
    }
}

/// A piece of a document's text.
public struct KnowledgeChunk: Sendable, Hashable {
    public var number: Int
    /// In the document's text, in Unicode code points.
    public var range: Range<Int>
    public var headings: [String]
    /// Of the collection's model; nil where it was not embedded by it yet.
    public var vector: [Float]?

    public init(number: Int, range: Range<Int>, headings: [String], vector: [Float]? = nil) {
        self.number = number
        self.range = range
        self.headings = headings
        self.vector = vector
    }
}

/// A document of a list.
public struct KnowledgeDocumentSummary: Sendable, Hashable {
    public var id: String
    public var title: String
    public var metadata: JSONValue
    public var characters: Int
    public var chunks: Int
    public var addedAtMilliseconds: Int64
}

/// The vector that a chunk was given.
public struct KnowledgeVector: Sendable, Hashable {
    public var documentID: String
    /// The hash of the document as it was embedded: one that has changed since keeps no vector of its past.
    public var documentHash: [UInt8]
    public var chunk: Int
    public var values: [Float]

    public init(documentID: String, documentHash: [UInt8], chunk: Int, values: [Float]) {
        self.documentID = documentID
        self.documentHash = documentHash
        self.chunk = chunk
        self.values = values
    }
}
