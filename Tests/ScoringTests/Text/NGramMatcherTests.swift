import Testing

@testable import Scoring

@Suite struct NGramMatcherTests {
    /// Clipped matches counted with dictionaries.
    private func plain(_ output: [Int32], _ references: [[Int32]], order: Int) -> Double {
        func counts(_ ids: [Int32]) -> [[Int32]: Int] {
            var counts: [[Int32]: Int] = [:]
            for start in 0..<max(0, ids.count - order + 1) {
                counts[Array(ids[start..<(start + order)]), default: 0] += 1
            }
            return counts
        }
        var most: [[Int32]: Int] = [:]
        for reference in references { most.merge(counts(reference)) { max($0, $1) } }
        return Double(counts(output).reduce(0) { $0 + min($1.value, most[$1.key] ?? 0) })
    }

    @Test(arguments: 0..<200)
    func `matches of all orders are those of plain counting`(seed: Int) {
        var random = Lehmer(seed: UInt64(seed))
        let vocabulary = 1 + random.below(6)
        func text() -> [Int32] { (0..<random.below(30)).map { _ in Int32(random.below(vocabulary)) } }
        let output = text()
        let references = (0...random.below(3)).map { _ in text() }
        var ids = output
        var ranges: [Range<Int>] = []
        for reference in references {
            ranges.append(ids.count..<(ids.count + reference.count))
            ids += reference
        }
        var matches = [Double](repeating: -1, count: 6)
        NGramMatcher().count(
            ids, vocabulary: vocabulary, output: 0..<output.count, references: ranges, orders: 6, into: &matches)
        #expect(matches == (1...6).map { plain(output, references, order: $0) })
    }

    @Test func `one matcher may be used again for longer and shorter texts`() {
        let matcher = NGramMatcher()
        var matches = [0.0, 0.0]
        for count in [3, 500, 2, 0, 1000] {
            let ids = [Int32](repeating: 0, count: 2 * count)
            matcher.count(
                ids, vocabulary: 1, output: 0..<count, references: CollectionOfOne(count..<(2 * count)), orders: 2,
                into: &matches)
            #expect(matches == [Double(count), Double(max(0, count - 1))])
        }
    }
}
