import Chat
import Providers
import Retrieval
import Scoring
import Store
import Testing

@testable import Experiments

/// Embeds texts as a script says and counts the texts it got.
private final class ScriptedEmbedding: EmbeddingModel {
    let name = "test/embedding"
    var dimensions: Int? { nil }
    private let answer: @Sendable (String) throws(ChatError) -> [Float]
    private let asked = Locked<[String]>([])
    var texts: [String] { asked.withLock { $0 } }

    init(_ answer: @escaping @Sendable (String) throws(ChatError) -> [Float]) { self.answer = answer }

    func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
        var vectors: [[Float]] = []
        for case .text(let text) in request.inputs {
            asked.withLock { $0.append(text) }
            vectors.append(try answer(text))
        }
        return EmbeddingReply(vectors: vectors, model: name)
    }
}

struct SemanticSimilarityTests {
    private func vocabulary(_ model: (any EmbeddingModel)?) -> Vocabulary {
        var vocabulary = SpecFixtures.vocabulary
        vocabulary.metrics.append(
            SemanticSimilarity.definition { name throws(MetricError) in
                guard let model, model.name == name else {
                    throw MetricError("no embedding model '\(name)'", parameter: "model")
                }
                return model
            })
        return vocabulary
    }

    private static let byModel = "metrics: [{semantic_similarity: {model: test/embedding}}]"

    @Test func `without a model the column says that spelling is compared, and vectors stay with the run`() async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(
                samples: 3, "repeats: 2", metrics: "metrics: [semantic_similarity]", vocabulary: vocabulary(nil),
                in: folder)
            #expect(try await run.run(ScriptedRun.right()) == .finished)
            let trials = try run.store.trials(of: ScriptedRun.id)
            #expect(trials.count == 6)
            #expect(trials.allSatisfy { $0.scores.map(\.measure) == ["lexical_similarity"] })
            #expect(trials.allSatisfy { $0.scores.map(\.value) == [1] })
            let figure = try run.summary().variants[0].figures[0]
            #expect(figure.metric == "lexical_similarity" && figure.value == 1 && figure.n == 3)
            let references = run.dataset.flatMap(\.references)
            let stored = try run.store.vectors(
                of: references.map(VectorShelf.hash), model: LexicalEmbedding(corpus: references).name,
                for: ScriptedRun.id)
            #expect(stored.count == 3 && stored.values.allSatisfy { $0.count == 8192 })
        }
    }

    @Test func `each text is embedded once a run, and the most alike reference counts`() async throws {
        try await ScriptedRun.withFolder { folder in
            let model = ScriptedEmbedding { text in text == "a0" ? [1, 0] : text == "b" ? [0.6, 0.8] : [0, 1] }
            let run = try await ScriptedRun(
                samples: 1, "repeats: 4", metrics: Self.byModel, vocabulary: vocabulary(model),
                reference: { _ in "[far, a0]" }, in: folder)
            let answers = Scripted([.text("b"), .text("b"), .text("b"), .text("b")])
            #expect(try await run.run(answers) == .finished)
            let scores = try run.store.trials(of: ScriptedRun.id).flatMap(\.scores)
            #expect(scores.map(\.measure) == Array(repeating: "semantic_similarity", count: 4))
            #expect(scores.allSatisfy { abs(($0.value ?? 0) - 0.8) < 1e-6 })
            #expect(Set(model.texts) == ["b", "far", "a0"])
        }
    }

    @Test(arguments: [
        ("no embedding: slow down", ScriptedEmbedding { _ throws(ChatError) in throw ChatError(.rateLimited, "slow down") }),
        ("no embedding: test/embedding gave vectors of several lengths", ScriptedEmbedding { text in text == "a0" ? [1] : [1, 2] }),
    ])
    private func `a model that does not answer leaves the trial unscored, with the reason`(
        reason: String, model: ScriptedEmbedding
    ) async throws {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(
                samples: 1, "", metrics: Self.byModel, vocabulary: vocabulary(model), in: folder)
            #expect(try await run.run(Scripted([.text("other")])) == .finished)
            let score = try #require(try run.store.trials(of: ScriptedRun.id).first?.scores.first)
            #expect(score.value == nil && score.note == reason)
        }
    }

    @Test func `an unknown model is a fault of the spec, at its place`() throws {
        let text = SpecFixtures.spec(metrics: "metrics:\n  - semantic_similarity: {model: none/such}")
        let error = #expect(throws: SpecError.self) {
            try SpecReader(vocabulary: vocabulary(nil)).parse(text, file: "spec.yaml")
        }
        #expect(error?.faults.first?.description.contains("no embedding model 'none/such'") == true)
    }
}
