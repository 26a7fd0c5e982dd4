import Testing

@testable import Retrieval

struct BM25IndexTests {
    private let texts = ["a cat sat", "a dog sat on a cat", "birds fly", "a cat"]

    private func index(_ texts: [String]) -> BM25Index {
        var index = BM25Index()
        for text in texts { index.add(text.split(separator: " ").map(String.init)) }
        return index
    }

    @Test func `scores are BM25's with Lucene's idf`() {
        // bm25s 0.3.16, method="lucene", k1=1.2, b=0.75: retrieve over these four texts for "cat sat"
        let scores = index(texts).scores(of: ["cat", "sat"])
        let expected: [Float] = [0.492696, 0.354485, 0.000000, 0.192397]
        for (score, want) in zip(scores, expected) { #expect(abs(score - want) < 1e-5) }
    }

    @Test func `the best come first, equals in the order they came, strangers not at all`() {
        let index = index(["x y", "z", "x y", "y x"])
        #expect(index.search(["x"], top: 10).map(\.entry) == [0, 2, 3])
        #expect(index.search(["x"], top: 2).map(\.entry) == [0, 2])
        #expect(index.search(["nobody"], top: 5).isEmpty && index.search([], top: 5).isEmpty)
        #expect(index.search(["x"], top: 0).isEmpty && BM25Index().search(["x"], top: 3).isEmpty)
    }

    @Test func `an index from which texts were removed ranks as one that never had them`() {
        var shrunk = index(texts + ["a cat cat cat", "dogs"])
        shrunk.remove(5, terms: ["dogs"])
        shrunk.remove(4, terms: ["a", "cat", "cat", "cat"])
        shrunk.remove(4, terms: ["a", "cat"])
        #expect(shrunk.count == 4)
        let fresh = index(texts)
        #expect(Array(shrunk.scores(of: ["cat", "dog"]).prefix(4)) == fresh.scores(of: ["cat", "dog"]))
    }
}
