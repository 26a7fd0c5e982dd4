/// Distances between sequences of numbers: of scalars, of words.
enum EditDistance {
    /// Most pairs of elements, one of each sequence, that are compared: a second or two of work.
    static let mostPairs = 1 << 36

    /// The fewest insertions, deletions and substitutions that turn one sequence into the other.
    ///
    /// Works on 64 rows at a time: one bit a row for where the distance grows and one for where it falls (Myers, "A
    /// Fast Bit-Vector Algorithm for Approximate String Matching", 1999, in the form of Hyyrö 2003). Time is a 64th
    /// of the product of the lengths, memory linear.
    /// - Throws: where there are more than `mostPairs`.
    static func levenshtein(_ one: [Int32], _ other: [Int32]) throws(MetricError) -> Int {
        var (long, short) = one.count >= other.count ? (one[...], other[...]) : (other[...], one[...])
        while let last = short.last, last == long.last {
            long.removeLast()
            short.removeLast()
        }
        while let first = short.first, first == long.first {
            long.removeFirst()
            short.removeFirst()
        }
        guard !short.isEmpty else { return long.count }
        guard long.count.multipliedReportingOverflow(by: short.count).partialValue <= mostPairs else {
            throw MetricError("texts of \(one.count) and \(other.count) units are too long for an edit distance")
        }
        let numbers = DenseNumbers(short)
        let columns = long.map { numbers[$0] }
        let rows = short.map { numbers[$0] }
        var masks = [UInt64](repeating: 0, count: numbers.count)
        // How the distance changes from column to column at the lower edge of the block above; +1 above the first.
        var edges = [Int8](repeating: 1, count: columns.count)
        var distance = rows.count
        for start in stride(from: 0, to: rows.count, by: 64) {
            let block = rows[start..<min(start + 64, rows.count)]
            let change = advance(block, along: columns, &masks, &edges)
            if block.endIndex == rows.count { distance += change }
        }
        return distance
    }

    /// Small numbers for the elements of one sequence; all others share the last.
    private struct DenseNumbers {
        private var known: [Int32: Int] = [:]
        var count: Int { known.count + 1 }

        init(_ elements: ArraySlice<Int32>) {
            for element in elements where known[element] == nil { known[element] = known.count }
        }

        subscript(element: Int32) -> Int { known[element] ?? known.count }
    }

    /// Works one block of up to 64 rows off, along all columns.
    /// - Parameters:
    ///   - masks: where each element stands in the block; all zero on entry and return.
    ///   - edges: changes at the upper edge on entry, at the lower edge on return.
    /// - Returns: the sum of the changes along the lower edge.
    private static func advance(
        _ rows: ArraySlice<Int>, along columns: [Int], _ masks: inout [UInt64], _ edges: inout [Int8]
    ) -> Int {
        for (bit, element) in rows.enumerated() { masks[element] |= 1 << UInt64(bit) }
        defer { for element in rows { masks[element] = 0 } }
        let last = UInt64(1) << UInt64(rows.count - 1)
        var rising = ~UInt64(0)
        var falling = UInt64(0)
        var sum = 0
        for (index, element) in columns.enumerated() {
            let edge = edges[index]
            var equal = masks[element]
            let vertical = equal | falling
            if edge < 0 { equal |= 1 }
            let horizontal = (((equal & rising) &+ rising) ^ rising) | equal
            var up = falling | ~(horizontal | rising)
            var down = rising & horizontal
            let change: Int8 = up & last != 0 ? 1 : down & last != 0 ? -1 : 0
            up = up << 1 | (edge > 0 ? 1 : 0)
            down = down << 1 | (edge < 0 ? 1 : 0)
            rising = down | ~(vertical | up)
            falling = up & vertical
            edges[index] = change
            sum += Int(change)
        }
        return sum
    }

    /// The fewest insertions and deletions that turn one sequence into the other.
    static func indel(_ one: [Int32], _ other: [Int32]) throws(MetricError) -> Int {
        // Numbers are made small first: the common subsequence has a table of them.
        var known: [Int32: Int32] = [:]
        var ids: [Int32] = []
        for element in one + other {
            let number = known[element] ?? Int32(truncatingIfNeeded: known.count)
            known[element] = number
            ids.append(number)
        }
        // A pointer holds only within its closure, which cannot throw a typed error.
        let room = Room<Int32>(capacity: ids.count + 1)
        room.base.update(from: ids, count: ids.count)
        let common = try CommonSubsequence().length(
            room.base, vocabulary: known.count, 0..<one.count, one.count..<ids.count)
        return one.count + other.count - 2 * common
    }

    /// The distance divided by the longer length, from 0 (equal) to 1; 0 for two empty sequences.
    static func normalized(_ distance: Int, _ one: Int, _ other: Int) -> Double {
        max(one, other) == 0 ? 0 : Double(distance) / Double(max(one, other))
    }
}
