public import Chat

/// A chunk of a document as an index knows it.
public struct IndexedChunk: Sendable, Hashable {
    public var documentID: String
    /// The document's title; "" where it has none. It counts as text of every chunk.
    public var title: String
    public var chunk: Chunk
    public var metadata: [String: JSONValue]

    public init(documentID: String, title: String = "", chunk: Chunk, metadata: [String: JSONValue] = [:]) {
        self.documentID = documentID
        self.title = title
        self.chunk = chunk
        self.metadata = metadata
    }

    /// What is looked up and embedded: the title, as much of it as of a heading, the headings above and the text.
    /// Underscores of titles are spaces.
    public var searchedText: String {
        let title = String(String.UnicodeScalarView(title.unicodeScalars.prefix(Heading.longest)))
        let above = ([title] + chunk.headings.filter { !chunk.text.contains($0) }).map {
            $0.replacing("_", with: " ")
        }
        return (above.filter { !$0.isEmpty } + [chunk.text]).joined(separator: "\n")
    }
}

/// A chunk that a search found.
public struct Passage: Sendable, Hashable {
    public var source: IndexedChunk
    /// The more, the better. `lexical`: BM25, from 0; `vector`: the cosine; `hybrid`: the fused score.
    public var score: Float

    public init(source: IndexedChunk, score: Float) {
        self.source = source
        self.score = score
    }

    public var citation: Citation {
        Citation(
            documentID: source.documentID, title: source.title, chunk: source.chunk.number, range: source.chunk.range,
            score: score)
    }
}

/// Where a passage stands: what an answer says about what it rests on.
public struct Citation: Sendable, Hashable {
    public var documentID: String
    public var title: String
    /// The chunk's number in its document, from 0.
    public var chunk: Int
    /// In the document's text, in Unicode scalars (code points).
    public var range: Range<Int>
    public var score: Float

    public init(documentID: String, title: String, chunk: Int, range: Range<Int>, score: Float) {
        self.documentID = documentID
        self.title = title
        self.chunk = chunk
        self.range = range
        self.score = score
    }

    /// `{"document_id", "title"?, "chunk", "start", "end", "score"}`
    public var json: JSONValue {
        .object([
            "document_id": .string(documentID),
            "title": title.isEmpty ? nil : .string(title),
            "chunk": .number(chunk),
            "start": .number(range.lowerBound),
            "end": .number(range.upperBound),
            "score": .number(Double(score)),
        ])
    }
}
