import Testing

@testable import Retrieval

struct VectorIndexTests {
    /// Numbers of a congruential generator, -1…1 (Lehmer, 48271 mod 2^31 − 1).
    private struct Numbers {
        var state: UInt64 = 42
        mutating func next() -> Float {
            state = state &* 48_271 % 2_147_483_647
            return Float(state) / 1_073_741_824 - 1
        }
        mutating func vector(_ count: Int) -> [Float] { (0..<count).map { _ in next() + next() } }
    }

    private func cosine(_ a: [Float], _ b: [Float]) -> Double {
        var (dot, x, y) = (0.0, 0.0, 0.0)
        for (a, b) in zip(a, b) {
            dot += Double(a) * Double(b)
            x += Double(a) * Double(a)
            y += Double(b) * Double(b)
        }
        return dot / (x * y).squareRoot()
    }

    @Test(arguments: [1, 5, 31, 32, 33, 384, 1000])
    func `scores are cosines, exactly as float32 and nearly as int8`(dimensions: Int) {
        var numbers = Numbers()
        let vectors = (0..<600).map { _ in numbers.vector(dimensions) }
        let query = numbers.vector(dimensions)
        let expected = vectors.map { cosine($0, query) }
        for (precision, tolerance) in [(VectorIndex.Precision.float32, 2e-6), (.int8, 0.02)] {
            var index = VectorIndex(dimensions: dimensions, precision: precision)
            for vector in vectors { index.add(vector) }
            for (score, want) in zip(index.scores(of: query), expected) {
                #expect(abs(Double(score) - want) < tolerance)
            }
        }
    }

    /// Clusters, doubles and vectors all but equal: where bytes alone go wrong.
    @Test func `float32 finds by way of bytes what reading every float finds`() {
        var numbers = Numbers()
        let centres = (0..<20).map { _ in numbers.vector(96) }
        var index = VectorIndex(dimensions: 96)
        for number in 0..<4_000 {
            let noise: Float = number.isMultiple(of: 3) ? 0 : number.isMultiple(of: 2) ? 0.001 : 0.3
            let centre = centres[number % 20]
            index.add(centre.map { $0 + noise * numbers.next() })
        }
        index.remove(40)
        for round in 0..<40 {
            let query = round.isMultiple(of: 2) ? centres[round / 2] : numbers.vector(96)
            let scores = index.scores(of: query)
            for k in [1, 10, 300] {
                let wanted = TopHits.best(k, of: scores) { entry, _ in entry != 40 && entry != 7 }
                #expect(index.search(query, top: k) { $0 != 7 } == wanted)
            }
        }
    }

    @Test func `int8 finds what float32 finds`() {
        var numbers = Numbers()
        var (exact, small) = (VectorIndex(dimensions: 384), VectorIndex(dimensions: 384, precision: .int8))
        for _ in 0..<5_000 {
            let vector = numbers.vector(384)
            exact.add(vector)
            small.add(vector)
        }
        var found = 0
        for _ in 0..<50 {
            let query = numbers.vector(384)
            let wanted = Set(exact.search(query, top: 10).map(\.entry))
            found += wanted.intersection(small.search(query, top: 10).map(\.entry)).count
        }
        #expect(found >= 475, "recall@10 of \(found) in 500")
    }

    @Test(arguments: VectorIndex.Precision.allCases)
    func `equals rank in order; removed and unwanted ones are not found`(precision: VectorIndex.Precision) {
        var index = VectorIndex(dimensions: 3, precision: precision)
        for _ in 0..<4 { index.add([1, 2, 3]) }
        index.add([-1, 0, 0])
        index.remove(1)
        index.remove(1)
        index.remove(99)
        #expect(index.search([2, 4, 6], top: 3).map(\.entry) == [0, 2, 3])
        #expect(index.search([2, 4, 6], top: 9) { $0 != 2 }.map(\.entry) == [0, 3, 4])
        #expect(index.count == 4 && index.capacity == 5)
    }

    @Test(arguments: VectorIndex.Precision.allCases)
    func `hostile vectors do no harm`(precision: VectorIndex.Precision) {
        var index = VectorIndex(dimensions: 2, precision: precision)
        for vector: [Float] in [[], [.nan, 1], [.infinity, 0], [0, 0], [1e38, 1e38], [1e-38, 0], [1, 2, 3]] {
            index.add(vector)
        }
        let scores = index.scores(of: [1, 1])
        #expect(scores.count == 7 && scores.allSatisfy { $0.isFinite })
        #expect(abs(scores[4] - 1) < 0.01 && abs(scores[5] - 0.7071) < 0.01)
        #expect(index.search([.nan, .nan], top: 1).map(\.score) == [0])
    }

    @Test func `the heap keeps the best whatever their order`() {
        var numbers = Numbers()
        let scores = (0..<2_000).map { _ in (numbers.next() * 50).rounded() }
        let expected = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        #expect(TopHits.best(100, of: scores) { _, _ in true }.map(\.entry) == Array(expected.prefix(100)))
        var top = TopHits(100)
        for entry in scores.indices.reversed() { top.offer(Hit(entry: entry, score: scores[entry])) }
        #expect(top.ranked.map(\.entry) == Array(expected.prefix(100)))
    }
}
