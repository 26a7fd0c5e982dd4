import Testing

@testable import Scoring

@Suite struct EditDistanceTests {
    /// The distance by the table of the textbook.
    private func plain(_ one: [Int32], _ other: [Int32]) -> Int {
        var row = Array(0...other.count)
        for (index, element) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let best = min(diagonal + (other[column] == element ? 0 : 1), row[column] + 1, row[column + 1] + 1)
                diagonal = row[column + 1]
                row[column + 1] = best
            }
        }
        return row[other.count]
    }

    @Test(arguments: [0, 1, 3, 63, 64, 65, 127, 129, 200])
    func `distances are those of the table, across the borders of words`(length: Int) throws {
        var random = Lehmer(seed: UInt64(length + 1))
        for other in [0, 1, 10, 64, 100, 190] {
            for vocabulary in [1, 2, 5, 1000] {
                let one = (0..<length).map { _ in Int32(random.below(vocabulary)) }
                let two = (0..<other).map { _ in Int32(random.below(vocabulary)) }
                #expect(try EditDistance.levenshtein(one, two) == plain(one, two), "\(length) \(other) \(vocabulary)")
            }
        }
    }

    @Test func `insertions and deletions alone cost two for a substitution`() throws {
        #expect(try EditDistance.indel([1, 2, 3], [1, 9, 3]) == 2)
        #expect(try EditDistance.indel([], [1, 2]) == 2)
        #expect(try EditDistance.indel([], []) == 0)
    }

    @Test func `texts too long are refused before anything is computed`() {
        let long = [Int32](repeating: 1, count: 300_000)
        let other = [Int32](repeating: 2, count: 300_000)
        let error = #expect(throws: MetricError.self) { try EditDistance.levenshtein(long, other) }
        #expect(error?.message == "texts of 300000 and 300000 units are too long for an edit distance")
        #expect(throws: MetricError.self) { try EditDistance.indel(long, other) }
    }

    @Test func `long texts with little in common are still fast`() throws {
        let one = (0..<20_000).map { Int32($0 % 101) }
        let other = (0..<20_000).map { Int32($0 % 103) }
        #expect(try EditDistance.levenshtein(one, other) > 0)
    }
}
