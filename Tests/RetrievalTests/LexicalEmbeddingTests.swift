import Chat
import Testing

@testable import Retrieval

struct LexicalEmbeddingTests {
    private func likeness(_ a: String, _ b: String, corpus: [String] = []) -> Double {
        let embedding = LexicalEmbedding(corpus: corpus)
        let (x, y) = (embedding.vector(of: a).map(Double.init), embedding.vector(of: b).map(Double.init))
        let product = { (x: [Double], y: [Double]) in zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        let lengths = (product(x, x) * product(y, y)).squareRoot()
        return lengths > 0 ? (product(x, y) / lengths * 1e9).rounded() / 1e9 : 0
    }

    @Test func `a text is like itself whatever its case and spacing, and unlike another`() {
        #expect(likeness("The cat sat.", "  the CAT\n sat. ") == 1)
        #expect(abs(likeness("The cat sat on the mat.", "Zügig wuchs Holz vor Burg Jyll.")) < 0.15)
    }

    @Test func `the nearer the spelling, the more alike`() {
        let text = "The council approved the budget on Monday."
        let near = likeness(text, "The council approved its budget on Tuesday.")
        let far = likeness(text, "On Monday nobody approved of anything.")
        #expect(near > far && far > 0 && near < 1)
    }

    @Test func `what stands in every text of the corpus weighs less`() {
        let corpus = (0..<40).map { "In summary, it can be said: \($0)" }
        let (a, b) = ("In summary, it can be said: gold", "In summary, it can be said: iron")
        #expect(likeness(a, b, corpus: corpus) < likeness(a, b))
        let names = [corpus, []].map { LexicalEmbedding(corpus: $0).name }
        #expect(names[0] != names[1], "vectors of two corpora are not comparable, and so not of one name")
    }

    @Test func `scripts of all kinds are seen; an empty text is like nothing`() {
        #expect(likeness("北京今天下雨了", "北京今天下雪了") > 0.3)
        #expect(likeness("", "") == 0 && likeness(" ", "text") == 0)
    }

    @Test func `vectors have the length that the model states`() async throws {
        let embedding = LexicalEmbedding(corpus: ["a"])
        let vectors = try await embedding.embed(["one", "two"])
        #expect(vectors.map(\.count) == [8192, 8192] && embedding.dimensions == 8192)
    }
}
