import Chat
import Foundation
import Scoring
import Testing

@testable import Retrieval

/// Real collections: how well each mode ranks, against bm25s 0.3.16 with Snowball stemming (`scripts/bench retrieval`).
@Suite(.enabled(if: Collections.folder != nil, "no public data: set NEXUS_DATA_DIR or put shared/data beside the checkout"))
struct RankingAcceptanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var language: Language
        /// nDCG@10 of bm25s, the best of with and without titles and stop words.
        var reference: Double
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "cranfield", language: .english, reference: 0.3726),
        Case(name: "xquad_en", language: .english, reference: 0.9683),
        Case(name: "xquad_es", language: .spanish, reference: 0.9637),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: cases)
    func `hybrid ranks better than bm25s, and than words or vectors alone`(item: Case) throws {
        let collection = try Collections.read(item.name)
        #expect(Language(of: collection.sample) == item.language)
        let figures = Dictionary(
            uniqueKeysWithValues: SearchMode.allCases.map { ($0, collection.ndcg($0, language: item.language)) })
        let hybrid = try #require(figures[.hybrid])
        #expect(hybrid > item.reference + 0.001, "hybrid \(hybrid)")
        #expect(hybrid > figures[.lexical, default: 1] && hybrid > figures[.vector, default: 1], "\(figures)")
    }
}

/// A collection of documents with questions and what answers them.
struct Collections {
    var documents: [(id: String, title: String, text: String)] = []
    var queries: [(id: String, text: String)] = []
    var relevance: [String: [String: Double]] = [:]

    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
        let path = ProcessInfo.processInfo.environment["NEXUS_DATA_DIR"].map { URL(filePath: $0) } ?? root
        return FileManager.default.fileExists(atPath: path.path) ? path : nil
    }()

    private static func rows(_ path: String) throws -> [JSONValue] {
        let file = try #require(folder).appending(path: path)
        return try String(contentsOf: file, encoding: .utf8).utf8.split(separator: 0x0A).map { try JSONValue.parse($0) }
    }

    static func read(_ name: String) throws -> Collections {
        var collection = Collections()
        let isCranfield = name == "cranfield"
        for row in try rows("\(name)/documents.jsonl") {
            let fields = ["id", "title", "text"].map { row[$0]?.stringValue ?? "" }
            collection.documents.append((fields[0], fields[1], fields[2]))
        }
        for row in try rows("\(name)/\(isCranfield ? "queries" : "questions").jsonl") {
            let id = try #require(row["id"]?.stringValue)
            collection.queries.append((id, try #require((row["text"] ?? row["question"])?.stringValue)))
            if let document = row["document_id"]?.stringValue { collection.relevance[id] = [document: 1] }
        }
        for row in isCranfield ? try rows("cranfield/qrels.jsonl") : [] {
            let query = try #require(row["query_id"]?.stringValue)
            let document = try #require(row["document_id"]?.stringValue)
            collection.relevance[query, default: [:]][document] = 5 - (row["relevance"]?.doubleValue ?? 5)
        }
        return collection
    }

    var sample: String { documents.prefix(50).map(\.text).joined(separator: "\n") }

    /// Mean nDCG@10.
    func ndcg(_ mode: SearchMode, language: Language) -> Double {
        var index = KnowledgeIndex(language: language)
        for document in documents {
            for chunk in Chunker().chunks(of: document.text) {
                index.add(IndexedChunk(documentID: document.id, title: document.title, chunk: chunk))
            }
        }
        index.prepare()
        let scores = queries.map { query in
            let found = index.search(SearchQuery(text: query.text, mode: mode, topK: 10, isOnePerDocument: true))
            return RetrievalMetrics(
                ranking: found.map(\.source.documentID), relevance: relevance[query.id, default: [:]]
            ).ndcg(at: 10) ?? 0
        }
        return scores.reduce(0, +) / Double(scores.count)
    }
}
