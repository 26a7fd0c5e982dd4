import Testing

@testable import Scoring

@Suite struct CommonSubsequenceTests {
    /// Lengths by the table of the textbook.
    private func table(_ one: [Int32], _ other: [Int32]) -> [[Int]] {
        var table = [[Int]](repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
        for i in one.indices {
            for j in other.indices {
                table[i + 1][j + 1] = one[i] == other[j] ? table[i][j] + 1 : max(table[i][j + 1], table[i + 1][j])
            }
        }
        return table
    }

    /// The positions that the textbook's way back through the table takes.
    private func back(_ one: [Int32], _ other: [Int32]) -> Set<Int> {
        let table = table(one, other)
        var (i, j) = (one.count, other.count)
        var found: Set<Int> = []
        while i > 0, j > 0 {
            if one[i - 1] == other[j - 1] {
                found.insert(i - 1)
                (i, j) = (i - 1, j - 1)
            } else if table[i][j - 1] > table[i - 1][j] {
                j -= 1
            } else {
                i -= 1
            }
        }
        return found
    }

    @Test(arguments: [0, 1, 5, 63, 64, 65, 128, 200])
    func `lengths and positions are those of the table, across the borders of words`(length: Int) throws {
        var random = Lehmer(seed: UInt64(length))
        let subsequence = CommonSubsequence()
        for other in [0, 1, 7, 64, 130] {
            let one = (0..<length).map { _ in Int32(random.below(4)) }
            let two = (0..<other).map { _ in Int32(random.below(4)) }
            let ids = one + two
            let marks = UnsafeMutablePointer<Bool>.allocate(capacity: length + 1)
            defer { marks.deallocate() }
            marks.initialize(repeating: false, count: length + 1)
            let range = length..<(length + other)
            try ids.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                #expect(
                    try subsequence.length(base, vocabulary: 4, 0..<length, range) == table(one, two)[length][other])
                try subsequence.mark(base, vocabulary: 4, reference: 0..<length, output: range, into: marks)
            }
            #expect(Set((0..<length).filter { marks[$0] }) == back(one, two))
        }
    }

    @Test func `lines too long to be aligned are refused in words`() throws {
        let ids = [Int32](repeating: 0, count: 120_000)
        let error = #expect(throws: MetricError.self) {
            var mark = false
            try ids.withUnsafeBufferPointer { buffer in
                try CommonSubsequence().mark(
                    buffer.baseAddress!, vocabulary: 1, reference: 0..<60_000, output: 60_000..<120_000, into: &mark)
            }
        }
        #expect(
            error?.message == "a line of 60000 tokens is too long to be aligned with one of 60000 for ROUGE-Lsum")
    }
}
