/// The matches that ROUGE-Lsum counts: for each line of the reference the union of its longest common subsequences
/// with all lines of the output (Lin 2004, section 3.2), a token counted no more often than both texts have it.
final class LineAlignment {
    private let marks = Room<Bool>(capacity: 256)
    private let left = Room<SIMD2<Int32>>(capacity: 256)

    /// - Parameters:
    ///   - vocabulary: tokens' numbers are below it.
    ///   - output: the output's lines, as ranges in `ids`.
    ///   - reference: the reference's.
    /// - Throws: where two lines are too long to be aligned.
    func hits(
        _ ids: UnsafePointer<Int32>, vocabulary: Int, output: [Range<Int>], reference: [Range<Int>],
        _ subsequence: CommonSubsequence
    ) throws(MetricError) -> Int {
        let left = self.left.reserve(max(1, vocabulary))
        left.update(repeating: .zero, count: vocabulary)
        for line in output {
            for position in line { left[Int(ids[position])].x += 1 }
        }
        for line in reference {
            for position in line { left[Int(ids[position])].y += 1 }
        }
        var hits = 0
        for line in reference {
            let marks = self.marks.reserve(line.count)
            marks.update(repeating: false, count: line.count)
            for other in output {
                try subsequence.mark(ids, vocabulary: vocabulary, reference: line, output: other, into: marks)
            }
            for offset in 0..<line.count where marks[offset] {
                let id = Int(ids[line.lowerBound + offset])
                guard left[id].x > 0, left[id].y > 0 else { continue }
                left[id] &-= .one
                hits += 1
            }
        }
        return hits
    }
}
