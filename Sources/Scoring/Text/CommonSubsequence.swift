/// The longest common subsequence of two token sequences, by bit-parallel rows.
///
/// Row i holds one bit a column: 0 where the length of the longest common subsequence grows by one. A row follows from
/// the one above by a few operations on 64 columns at a time (Hyyrö, "Bit-Parallel LCS-length Computation Revisited",
/// 2004). Blocks of 64 columns are worked off one after the other, with a carry kept a row, so that `length` needs
/// memory linear in the tokens.
final class CommonSubsequence {
    /// Most words of row memory that `mark` takes: 256 MiB.
    private static let maximumWords = 1 << 25

    private let masks = Room<UInt64>(capacity: 256)
    private let carries = Room<Bool>(capacity: 256)
    private let rows = Room<UInt64>(capacity: 256)

    /// The length of the longest common subsequence. Time is a 64th of the product of the lengths.
    /// - Parameter vocabulary: tokens' numbers are below it.
    /// - Throws: where the product of the lengths is beyond a second or two of work.
    func length(
        _ ids: UnsafePointer<Int32>, vocabulary: Int, _ one: Range<Int>, _ other: Range<Int>
    ) throws(MetricError) -> Int {
        guard one.count.multipliedReportingOverflow(by: other.count).partialValue <= EditDistance.mostPairs else {
            throw MetricError("texts of \(one.count) and \(other.count) tokens are too long for a common subsequence")
        }
        let (down, across) = one.count >= other.count ? (one, other) : (other, one)
        let masks = clearMasks(vocabulary)
        let carries = clearCarries(down.count)
        var length = 0
        for block in stride(from: across.lowerBound, to: across.upperBound, by: 64) {
            let columns = block..<min(block + 64, across.upperBound)
            Self.set(masks, ids, columns)
            var bits = ~UInt64(0)
            for row in 0..<down.count {
                bits = Self.next(bits, masks[Int(ids[down.lowerBound + row])], &carries[row])
            }
            length += (~bits & Self.low(columns.count)).nonzeroBitCount
            Self.reset(masks, ids, columns)
        }
        return length
    }

    /// Marks the positions of `reference` that belong to its longest common subsequence with `output`, one of possibly
    /// many: read back from the end, at a mismatch along the output where that is strictly longer, else along the
    /// reference.
    /// - Parameter marks: set to true at the positions found, the reference's first token at index 0.
    /// - Throws: where the two are too long for the memory that the way back needs.
    func mark(
        _ ids: UnsafePointer<Int32>, vocabulary: Int, reference: Range<Int>, output: Range<Int>,
        into marks: UnsafeMutablePointer<Bool>
    ) throws(MetricError) {
        guard !reference.isEmpty, !output.isEmpty else { return }
        let words = (output.count + 63) / 64
        guard (reference.count + 1) * words <= Self.maximumWords else {
            throw MetricError(
                "a line of \(output.count) tokens is too long to be aligned with one of \(reference.count) "
                    + "for ROUGE-Lsum"
            )
        }
        let rows = fillRows(ids, vocabulary: vocabulary, reference: reference, output: output, words: words)
        var down = reference.count
        var across = output.count
        // Lengths of the longest common subsequence at (down, across) and at (down - 1, across).
        var here = Self.zeros(rows + down * words, below: across)
        var above = Self.zeros(rows + (down - 1) * words, below: across)
        while down > 0, across > 0 {
            let left = here - Self.zero(rows + down * words, across - 1)
            let aboveLeft = above - Self.zero(rows + (down - 1) * words, across - 1)
            let isMatch = ids[reference.lowerBound + down - 1] == ids[output.lowerBound + across - 1]
            if !isMatch, left > above {
                across -= 1
                here = left
                above = aboveLeft
                continue
            }
            if isMatch {
                marks[down - 1] = true
                across -= 1
                here = aboveLeft
            } else {
                here = above
            }
            down -= 1
            above = down > 0 ? Self.zeros(rows + (down - 1) * words, below: across) : 0
        }
    }

    /// All rows, `words` words each, the one of no reference token first.
    private func fillRows(
        _ ids: UnsafePointer<Int32>, vocabulary: Int, reference: Range<Int>, output: Range<Int>, words: Int
    ) -> UnsafePointer<UInt64> {
        let masks = clearMasks(vocabulary)
        let carries = clearCarries(reference.count)
        let rows = self.rows.reserve((reference.count + 1) * words)
        for word in 0..<words {
            let start = output.lowerBound + word * 64
            let columns = start..<min(start + 64, output.upperBound)
            Self.set(masks, ids, columns)
            var bits = ~UInt64(0)
            rows[word] = bits
            for row in 0..<reference.count {
                bits = Self.next(bits, masks[Int(ids[reference.lowerBound + row])], &carries[row])
                rows[(row + 1) * words + word] = bits
            }
            Self.reset(masks, ids, columns)
        }
        return UnsafePointer(rows)
    }

    private func clearMasks(_ vocabulary: Int) -> UnsafeMutablePointer<UInt64> {
        let masks = self.masks.reserve(vocabulary)
        masks.update(repeating: 0, count: vocabulary)
        return masks
    }

    private func clearCarries(_ rows: Int) -> UnsafeMutablePointer<Bool> {
        let carries = self.carries.reserve(rows)
        carries.update(repeating: false, count: rows)
        return carries
    }

    /// Marks in each token's mask the columns where it stands.
    @inline(__always)
    private static func set(_ masks: UnsafeMutablePointer<UInt64>, _ ids: UnsafePointer<Int32>, _ columns: Range<Int>) {
        for column in columns { masks[Int(ids[column])] |= 1 << UInt64(column - columns.lowerBound) }
    }

    @inline(__always)
    private static func reset(_ masks: UnsafeMutablePointer<UInt64>, _ ids: UnsafePointer<Int32>, _ columns: Range<Int>)
    {
        for column in columns { masks[Int(ids[column])] = 0 }
    }

    /// The next row of a block, from the row above, the mask of the row's token and the carry out of the block before.
    @inline(__always)
    private static func next(_ bits: UInt64, _ mask: UInt64, _ carry: inout Bool) -> UInt64 {
        let (partial, first) = bits.addingReportingOverflow(bits & mask)
        let (sum, second) = partial.addingReportingOverflow(carry ? 1 : 0)
        carry = first || second
        return sum | (bits & ~mask)
    }

    /// The lowest `count` bits, for a count from 1 to 64.
    @inline(__always)
    private static func low(_ count: Int) -> UInt64 { ~0 >> UInt64(64 - count) }

    @inline(__always)
    private static func zero(_ row: UnsafePointer<UInt64>, _ column: Int) -> Int {
        row[column / 64] >> UInt64(column % 64) & 1 == 0 ? 1 : 0
    }

    /// Zero bits among the first `count` columns.
    private static func zeros(_ row: UnsafePointer<UInt64>, below count: Int) -> Int {
        var zeros = 0
        for word in 0..<(count / 64) { zeros += (~row[word]).nonzeroBitCount }
        let rest = count % 64
        return rest == 0 ? zeros : zeros + (~row[count / 64] & low(rest)).nonzeroBitCount
    }
}
