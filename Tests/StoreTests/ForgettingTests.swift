import Chat
import Foundation
import Store
import Testing

/// What is deleted is in no byte of the store's files.
struct ForgettingTests {
    private static let mark = "M4RK-do-not-keep-me"

    /// The files of a store in which the mark stands.
    private func holding(_ folder: ScratchFolder) throws -> [String] {
        try ["gateway.db", "gateway.db-wal", "gateway.db-journal"].filter { name in
            let url = URL(filePath: folder.path(name))
            guard FileManager.default.fileExists(atPath: url.path) else { return false }
            return try Data(contentsOf: url).firstRange(of: Data(Self.mark.utf8)) != nil
        }
    }

    /// Of several lengths, so that some stand beside others in a page and some fill many.
    private func documents() -> [KnowledgeDocument] {
        (0..<60).map { number in
            let text = String(repeating: Self.mark + " \(number) ", count: 1 << (number % 10))
            return KnowledgeDocument(
                id: "\(Self.mark)-\(number)", title: Self.mark, text: text, metadata: ["mark": .string(Self.mark)],
                hash: [1], addedAtMilliseconds: 1,
                chunks: [KnowledgeChunk(number: 0, range: 0..<10, headings: [Self.mark])])
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `documents that were removed are in no file of the store`(isWhole: Bool) async throws {
        let folder = try ScratchFolder()
        let store = try RunStore(writing: folder.path("gateway.db"))
        defer { store.close() }
        try await store.keep(KnowledgeCollection(name: "docs", language: "en", chunkSize: 100, chunkOverlap: 10))
        try await store.keep(documents(), in: "docs")
        #expect(try !holding(folder).isEmpty, "the test sees what is there")
        if isWhole {
            #expect(try await store.removeCollection("docs"))
        } else {
            for document in documents() { #expect(try await store.removeDocument(document.id, from: "docs")) }
        }
        #expect(try holding(folder) == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a conversation that was removed is in no file of the store`() async throws {
        let folder = try ScratchFolder()
        let store = try RunStore(writing: folder.path("gateway.db"))
        defer { store.close() }
        for number in 1...20 {
            let turn = SessionTurn(
                number: Int64(number), atMilliseconds: 0, model: "m", tokens: 1, question: "q \(Self.mark)",
                answer: String(repeating: Self.mark, count: number * 20))
            let owner = SessionOwner(caller: "key", id: number % 2 == 0 ? "a" : "b")
            let result = await withCheckedContinuation { continuation in
                store.append(turn, to: owner, expiresAtMilliseconds: 1_000) { continuation.resume(returning: $0) }
            }
            try result.get()
        }
        #expect(try !holding(folder).isEmpty)
        for id in ["a", "b"] { try await store.removeSession(SessionOwner(caller: "key", id: id)) }
        #expect(try holding(folder) == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func `somebody who reads meanwhile keeps nobody from deleting`() async throws {
        let folder = try ScratchFolder()
        let store = try RunStore(writing: folder.path("gateway.db"))
        defer { store.close() }
        try await store.keep(KnowledgeCollection(name: "docs", language: "en", chunkSize: 100, chunkOverlap: 10))
        try await store.keep(documents(), in: "docs")
        let reader = try RunStore(reading: folder.path("gateway.db"))
        var seen = 0
        try reader.forEachKnowledgeDocument(of: "docs") { _ in seen += 1 }
        #expect(try await store.removeCollection("docs"))
        #expect(try seen == 60 && reader.knowledgeCollections().isEmpty)
    }
}
