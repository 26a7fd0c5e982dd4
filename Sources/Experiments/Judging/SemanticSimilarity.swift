public import Chat
import Retrieval
public import Scoring
import Store

/// How alike output and reference are by the cosine of their embeddings; of several references the most alike counts.
///
/// Without a model the embedded one compares spelling, not meaning, and the column says so: `lexical_similarity`.
public struct SemanticSimilarity: ModelMetric {
    /// The metric as specs name it, `semantic_similarity: {model: openai/text-embedding-3-small}`.
    /// - Parameter embeddings: what stands behind a model's name; throws where nothing does.
    public static func definition(
        embeddings: @escaping @Sendable (_ model: String) throws(MetricError) -> any EmbeddingModel
    ) -> MetricDefinition {
        MetricDefinition(
            name: "semantic_similarity",
            summary: "likeness by the cosine of embeddings, at most 1; without a model by spelling alone "
                + "(lexical_similarity)",
            parameters: [
                ParameterDefinition("model", .text, "the embedding model; absent: embedded, hashed character n-grams")
            ]
        ) { parameters throws(MetricError) in
            guard let name = parameters.text("model") else {
                return SemanticSimilarity(id: parameters.givenID ?? "lexical_similarity", model: nil)
            }
            return SemanticSimilarity(id: parameters.id, model: try embeddings(name))
        }
    }

    public let measures: [Measure]
    /// Nil is the embedded one, which is made from the run's references.
    private let model: (any EmbeddingModel)?
    /// Nil until there is a run.
    private var shelf: VectorShelf?

    init(id: String, model: (any EmbeddingModel)?) {
        self.model = model
        let isLexical = model == nil
        measures = [
            Measure.mean(
                id: id, title: isLexical ? "lexical similarity" : "semantic similarity", range: -1...1,
                signature: [
                    "embedding": model?.name
                        ?? "embedded, character n-grams hashed into \(LexicalEmbedding.places) places",
                    "weights": isLexical ? "idf of the references" : "none",
                ])
        ]
    }

    public func opened(for run: OpenRun) -> any ModelMetric {
        var opened = self
        let embedding = model ?? LexicalEmbedding(corpus: run.dataset.lazy.flatMap(\.references))
        opened.shelf = VectorShelf(model: embedding, run: run)
        return opened
    }

    public func ask(about segment: Segment) async throws(MetricError) -> [Scoring.SegmentStatistics] {
        guard let shelf else { return try statistics(of: segment) }
        guard !segment.references.isEmpty else { throw .noReference }
        let vectors: [[Float]]
        do {
            vectors = try await shelf.vectors(of: [segment.output] + segment.references)
        } catch {
            throw MetricError("no embedding: \((error as? ChatError)?.message ?? String(describing: error))")
        }
        let best = vectors.dropFirst().map { SemanticSimilarity.cosine(vectors[0], $0) }.max() ?? 0
        return [Scoring.SegmentStatistics([best, 1])]
    }

    /// The cosine of the angle between two vectors of equal length; 0 where one has none, as that of an empty text.
    static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            product += Double(x) * Double(y)
            first += Double(x) * Double(x)
            second += Double(y) * Double(y)
        }
        guard first > 0, second > 0 else { return 0 }
        // Of a text with itself exactly 1.
        return max(-1, min(1, product / (first * second).squareRoot()))
    }
}
