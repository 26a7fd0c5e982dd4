import Chat
import Foundation
import Retrieval
import Store
import Testing

@testable import Gateway

struct KnowledgeTests {
    /// Embeds a text by whether it holds some words, and counts the texts it got.
    private final class WordEmbedding: EmbeddingModel {
        let name: String
        let dimensions: Int? = 3
        let words: [String]
        let asked = Locked(0)
        let failsAfter: Int

        init(_ name: String, words: [String], failsAfter: Int = .max) {
            self.name = name
            self.words = words
            self.failsAfter = failsAfter
        }

        func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
            let texts = request.inputs.map { if case .text(let text) = $0 { text } else { "" } }
            let total = asked.withLock { count in
                count += texts.count
                return count
            }
            if total > failsAfter { throw ChatError(.unreachable, "no room") }
            return EmbeddingReply(
                vectors: texts.map { text in words.map { text.contains($0) ? 1 : 0.1 } }, model: name)
        }
    }

    private let path = FileManager.default.temporaryDirectory.appending(path: "nexus-kb-\(UUID().uuidString).db").path

    private func knowledge(_ models: WordEmbedding...) throws -> Knowledge {
        Knowledge(
            store: try RunStore(writing: path),
            model: { name throws(ChatError) in
                guard let model = models.first(where: { $0.name == name }) else { throw ChatError(.notFound, name) }
                return model
            }, nowMilliseconds: { 1_000 })
    }

    private let documents = [
        SourceDocument(
            id: "a", title: "Wings", text: "A wing lifts an aeroplane.", metadata: [.init(key: "year", value: 2020)]),
        SourceDocument(id: "b", text: "Cats hunt by night, and sleep all day."),
        SourceDocument(id: "c", text: "A dog guards the house."),
    ]

    @Test func `documents are found by words, spelling and both, with their places`() async throws {
        let knowledge = try knowledge()
        let outcome = try await knowledge.add(documents, to: CollectionSettings(name: "docs"))
        #expect(outcome.added == 3 && outcome.chunks == 3 && outcome.embedded == 0)
        for mode in SearchMode.allCases {
            let found = try await knowledge.search(SearchQuery(text: "hunting cats", mode: mode), in: "docs")
            #expect(found.first?.source.documentID == "b")
            #expect(found.first?.source.chunk.range == 0..<38)
        }
        let filter = MetadataFilter.equals("year", 2020)
        let found = try await knowledge.search(SearchQuery(text: "cats wing", filter: filter), in: "docs")
        #expect(found.map(\.source.documentID) == ["a"])
    }

    @Test func `what is there already and the same costs nothing; what changed takes its place`() async throws {
        let knowledge = try knowledge()
        _ = try await knowledge.add(documents, to: CollectionSettings(name: "docs"))
        let version = try knowledge.version(of: "docs")
        let again = try await knowledge.add(documents, to: CollectionSettings(name: "docs"))
        #expect(again.unchanged == 3 && again.added == 0 && again.chunks == 0)
        #expect(try knowledge.version(of: "docs") == version)
        var changed = documents[2]
        changed.text = "A parrot guards the house."
        let third = try await knowledge.add([changed], to: CollectionSettings(name: "docs"))
        #expect(third.replaced == 1)
        let found = try await knowledge.search(SearchQuery(text: "dog", mode: .lexical), in: "docs")
        #expect(found.isEmpty, "the index follows the store")
    }

    @Test func `a model's vectors are made once, and again when the model changes`() async throws {
        let (first, second) = (
            WordEmbedding("m/1", words: ["wing", "Cats", "dog"]), WordEmbedding("m/2", words: ["dog", "wing", "Cats"])
        )
        let knowledge = try knowledge(first, second)
        let outcome = try await knowledge.add(documents, to: CollectionSettings(name: "docs", model: "m/1"))
        #expect(outcome.embedded == 3)
        #expect(try await knowledge.add(documents, to: CollectionSettings(name: "docs")).embedded == 0)
        let query = SearchQuery(text: "Cats", mode: .vector, topK: 1)
        #expect(try await knowledge.search(query, in: "docs").map(\.source.documentID) == ["b"])
        #expect(first.asked.withLock { $0 } == 4, "three chunks and a query")
        #expect(try await knowledge.add([], to: CollectionSettings(name: "docs", model: "m/2")).embedded == 3)
        #expect(try await knowledge.search(query, in: "docs").map(\.source.documentID) == ["b"])
        #expect(first.asked.withLock { $0 } == 4 && second.asked.withLock { $0 } == 4)
    }

    @Test func `a model that fails leaves the documents, and says what is missing`() async throws {
        let model = WordEmbedding("m/1", words: ["wing", "Cats", "dog"], failsAfter: 2)
        let knowledge = try knowledge(model)
        await #expect(throws: KnowledgeError.self) {
            _ = try await knowledge.add(documents, to: CollectionSettings(name: "docs", model: "m/1"))
        }
        #expect(try await knowledge.search(SearchQuery(text: "cats", mode: .lexical), in: "docs").count == 1)
        do {
            _ = try await knowledge.search(SearchQuery(text: "cats"), in: "docs")
            Issue.record("searched without vectors")
        } catch {
            #expect(error.description.contains("3 chunks have no vectors of m/1 yet"))
        }
    }

    @Test func `chunks whose vectors are not there yet are found by their words`() async throws {
        let knowledge = try knowledge(WordEmbedding("m/1", words: ["wing", "Cats", "dog"]))
        _ = try await knowledge.add(documents, to: CollectionSettings(name: "docs", model: "m/1"))
        let new = SourceDocument(id: "d", text: "Parrots talk.")
        let outcome = try await knowledge.add([new], to: CollectionSettings(name: "docs"), embeds: false)
        #expect(outcome.embedded == 0 && outcome.toEmbed == 1)
        let found = try await knowledge.search(SearchQuery(text: "parrots", topK: 4), in: "docs")
        #expect(found.contains { $0.source.documentID == "d" })
        #expect(try await knowledge.add([], to: CollectionSettings(name: "docs")).embedded == 1)
    }

    @Test func `a caller is answered from its own collection, else from the operator's, never from another's`()
        async throws
    {
        let knowledge = try knowledge()
        for owner in [nil, "a", "b"] {
            let text = SourceDocument(id: owner ?? "shared", text: "Cats hunt by night.")
            _ = try await knowledge.add([text], to: CollectionSettings(name: "docs", owner: owner))
        }
        _ = try await knowledge.add(documents, to: CollectionSettings(name: "secret", owner: "a"))
        let sources = KnowledgeSources([knowledge])
        for (caller, expected) in [("a", "a"), ("b", "b"), ("c", "shared"), (nil, "shared")] {
            let found = try await sources.search(SearchQuery(text: "cats"), in: "docs", for: caller)
            #expect(found.map(\.source.documentID) == [expected])
        }
        #expect(try sources.find("secret", for: "a")?.collection == CollectionName("secret", of: "a"))
        #expect(try sources.names(for: "b") == ["docs"] && sources.isMade("secret"))
        for caller in ["b", nil] {
            #expect(try sources.find("secret", for: caller) == nil)
            do {
                _ = try await sources.search(SearchQuery(text: "cats"), in: "secrte", for: caller)
                Issue.record("found what is not there")
            } catch {
                #expect(error.description == "there is no collection 'secrte'", "no other's name is told")
            }
        }
    }

    @Test func `documents whose ids only look alike are two`() async throws {
        let knowledge = try knowledge()
        let alike = [
            SourceDocument(id: "caf\u{E9}", text: "Cats sleep."), SourceDocument(id: "cafe\u{301}", text: "Cats hunt."),
        ]
        #expect(try await knowledge.add(alike, to: CollectionSettings(name: "docs")).added == 2)
        let query = SearchQuery(text: "cats", mode: .lexical, isOnePerDocument: true)
        #expect(try await knowledge.search(query, in: "docs").count == 2)
    }

    @Test func `a query's vector of another length than the collection's is refused`() async throws {
        _ = try await knowledge(WordEmbedding("m/1", words: ["wing", "Cats", "dog"]))
            .add(documents, to: CollectionSettings(name: "docs", model: "m/1"))
        let other = try knowledge(WordEmbedding("m/1", words: ["wing", "Cats"]))
        do {
            _ = try await other.search(SearchQuery(text: "Cats"), in: "docs")
            Issue.record("compared vectors of different lengths")
        } catch {
            #expect(error.description.contains("m/1: found a vector of 2 dimensions; expected 3"))
        }
    }

    @Test func `settings that a collection was made without are refused, names that are not there answered`()
        async throws
    {
        let knowledge = try knowledge()
        _ = try await knowledge.add(documents, to: CollectionSettings(name: "docs"))
        do {
            _ = try await knowledge.add([], to: CollectionSettings(name: "docs", chunkSize: 500))
            Issue.record("cut two ways")
        } catch {
            #expect(error.description.hasPrefix("collection 'docs': the chunk size is 2000, found 500"))
        }
        do {
            _ = try await knowledge.search(SearchQuery(text: "x"), in: "dosc")
            Issue.record("found a collection that is not there")
        } catch {
            #expect(error.description == "there is no collection 'dosc'; did you mean 'docs'?")
        }
    }
}
