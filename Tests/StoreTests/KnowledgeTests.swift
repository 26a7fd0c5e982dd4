import Chat
import Foundation
import Store
import Testing

struct KnowledgeTests {
    let folder: ScratchFolder
    let store: RunStore

    init() throws {
        folder = try ScratchFolder()
        store = try RunStore(writing: folder.path("gateway.db"))
    }

    private func collection(_ name: String = "docs", model: String? = nil) -> KnowledgeCollection {
        KnowledgeCollection(name: name, language: "en", model: model, chunkSize: 100, chunkOverlap: 10, version: 5)
    }

    private func document(_ id: String, _ text: String = "One two.", hash: UInt8 = 1) -> KnowledgeDocument {
        KnowledgeDocument(
            id: id, title: "T\(id)", text: text, metadata: ["year": 2020], hash: [hash], addedAtMilliseconds: 7,
            chunks: [
                KnowledgeChunk(number: 0, range: 0..<4, headings: ["A"]),
                KnowledgeChunk(number: 1, range: 4..<8, headings: []),
            ])
    }

    private func all(_ name: CollectionName = "docs", missing: String? = nil) throws -> [KnowledgeDocument] {
        var found: [KnowledgeDocument] = []
        try store.forEachKnowledgeDocument(of: name, missingVectorsOf: missing) { found.append($0) }
        return found
    }

    @Test func `documents come back whole, in order, the later of an id in place of the earlier`() async throws {
        try await store.keep(collection())
        try await store.keep([document("a"), document("b", "a\u{0}b")], in: "docs")
        try await store.keep([document("a", "New.", hash: 2)], in: "docs")
        #expect(try all() == [document("b", "a\u{0}b"), document("a", "New.", hash: 2)])
        #expect(try store.knowledgeHash(of: "a", in: "docs") == [2])
        #expect(try store.knowledgeHash(of: "c", in: "docs") == nil)
        let listed = try store.knowledgeDocuments(of: "docs")
        #expect(listed.map(\.id) == ["b", "a"] && listed.map(\.chunks) == [2, 2] && listed[1].characters == 4)
    }

    @Test func `the version rises with every change`() async throws {
        try await store.keep(collection())
        #expect(try store.knowledgeCollection("docs")?.version == 5)
        try await store.keep([document("a")], in: "docs")
        #expect(try store.knowledgeCollection("docs")?.version == 6)
        #expect(try await store.removeDocument("a", from: "docs"))
        #expect(try await !store.removeDocument("a", from: "docs"))
        #expect(try store.knowledgeCollection("docs")?.version == 7)
        #expect(try all().isEmpty)
    }

    @Test func `vectors count for their model and the text that they were made of`() async throws {
        try await store.keep(collection(model: "m/1"))
        try await store.keep([document("a")], in: "docs")
        let vector = { (number: Int, hash: UInt8) in
            KnowledgeVector(documentID: "a", documentHash: [hash], chunk: number, values: [1, 0, Float(number)])
        }
        try await store.keep([vector(0, 1), vector(1, 9)], model: "m/1", in: "docs")
        #expect(try all()[0].chunks.map(\.vector) == [[1, 0, 0], nil])
        #expect(try store.knowledgeCollections().map(\.chunksToEmbed) == [1])
        try await store.keep([vector(1, 1)], model: "m/1", in: "docs")
        #expect(try all(missing: "m/1").isEmpty)
        #expect(try all(missing: "m/2")[0].chunks.map(\.vector) == [nil, nil])
    }

    @Test func `a name is its owner's own`() async throws {
        var (first, second) = (collection(), collection())
        (first.owner, second.owner) = ("a", "b")
        for one in [collection(), first, second] { try await store.keep(one) }
        try await store.keep([document("x", "Of a.")], in: CollectionName("docs", of: "a"))
        try await store.keep([document("x", "Of b.")], in: CollectionName("docs", of: "b"))
        #expect(try all(CollectionName("docs", of: "a")).map(\.text) == ["Of a."])
        #expect(try all().isEmpty && all(CollectionName("docs", of: "c")).isEmpty)
        #expect(try store.knowledgeCollections().map(\.collection.owner) == ["", "a", "b"])
        #expect(try store.knowledgeCollections(ofOwner: "b").map(\.documents) == [1])
        #expect(try await !store.removeDocument("x", from: "docs"))
        #expect(try await store.removeDocument("x", from: CollectionName("docs", of: "a")))
        #expect(try store.knowledgeDocuments(of: CollectionName("docs", of: "b")).map(\.id) == ["x"])
        #expect(try await store.removeCollection(CollectionName("docs", of: "a")))
        #expect(try store.knowledgeCollection(CollectionName("docs", of: "a")) == nil)
        #expect(try store.knowledgeCollection(CollectionName("docs", of: "b")) != nil)
        let reader = try RunStore(reading: folder.path("gateway.db"))
        #expect(try reader.knowledgeCollection(CollectionName("docs", of: "b"))?.owner == "b")
        #expect(
            try store.noSuchCollection(CollectionName("dosc", of: "c")).description == "there is no collection 'dosc'")
        #expect(
            try store.noSuchCollection(CollectionName("dosc", of: "b")).description
                == "there is no collection 'dosc'; did you mean 'docs'?")
    }

    @Test func `a collection goes with all that is in it; what is not there is said`() async throws {
        try await store.keep(collection())
        try await store.keep(collection("other"))
        try await store.keep([document("a")], in: "docs")
        #expect(try await store.removeCollection("docs"))
        #expect(try await !store.removeCollection("docs"))
        #expect(try store.knowledgeCollections().map(\.collection.name) == ["other"])
        #expect(try store.forEachKnowledgeDocument(of: "docs") { _ in } == nil)
        await #expect(throws: StoreError.noSuchCollection("docs", nearest: nil)) {
            try await store.keep([document("a")], in: "docs")
        }
        #expect(try RunStore(reading: folder.path("absent.db")).knowledgeCollections().isEmpty)
    }
}
