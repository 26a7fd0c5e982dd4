/// The table of edit distances between an output, which changes, and a reference, filled near the diagonal alone.
///
/// Rows belong to the output's words, columns to the reference's. A row is filled for the columns less than 25 off the
/// place that its share of the output has in the reference; the last row reaches to its end.
final class BeamTable {
    /// How a cell came from one of its neighbours; in the order in which equal costs prefer them.
    enum Step {
        case match, substitution, deletion, insertion
    }

    private static let beam = 25
    private static let infinity: Int32 = 1 << 29

    private let cells = Room<Int32>(capacity: 4096)
    private let scratch = Room<Int32>(capacity: 4096)
    private let bounds = Room<SIMD2<Int32>>(capacity: 128)
    private let referenceWords = Room<Int32>(capacity: 128)
    @exclusivity(unchecked) private(set) var outputCount = 0
    @exclusivity(unchecked) private(set) var referenceCount = 0

    var reference: UnsafePointer<Int32> { UnsafePointer(referenceWords.base) }

    /// Sets the sizes, and with them which cells are filled. The output's length never changes under shifts.
    func prepare(output: Int, reference: UnsafePointer<Int32>, _ count: Int) {
        outputCount = output
        referenceCount = count
        referenceWords.reserve(count).update(from: reference, count: count)
        let size = (output + 1) * (count + 1)
        let cells = self.cells.reserve(size)
        let scratch = self.scratch.reserve(size)
        cells.update(repeating: Self.infinity, count: size)
        scratch.update(repeating: Self.infinity, count: size)
        for column in 0...count {
            cells[column] = Int32(truncatingIfNeeded: column)
            scratch[column] = Int32(truncatingIfNeeded: column)
        }
        let bounds = self.bounds.reserve(output + 1)
        let ratio = output > 0 ? Double(count) / Double(output) : 1
        let beam = Double(Self.beam) < ratio / 2 ? Int((ratio / 2 + Double(Self.beam)).rounded(.up)) : Self.beam
        for row in 0..<max(0, output) {
            let diagonal = Int((Double(row + 1) * ratio).rounded(.down))
            let end = row + 1 == output ? count + 1 : min(count + 1, diagonal + beam)
            bounds[row] = SIMD2(Int32(truncatingIfNeeded: max(0, diagonal - beam)), Int32(truncatingIfNeeded: end))
        }
    }

    /// Fills the table for an output.
    /// - Returns: the edit distance.
    func fill(_ words: UnsafePointer<Int32>) -> Int {
        let cells = self.cells.base
        for row in 0..<outputCount { fillRow(row, word: words[row], from: cells, to: cells) }
        return Int(cells[outputCount * (referenceCount + 1) + referenceCount])
    }

    /// The distance of another output whose first `start` words are those the table was filled for.
    func distance(_ words: UnsafePointer<Int32>, changedFrom start: Int) -> Int {
        let width = referenceCount + 1
        let scratch = self.scratch.base
        guard start < outputCount else { return Int(cells.base[outputCount * width + referenceCount]) }
        fillRow(start, word: words[start], from: cells.base, to: scratch)
        for row in (start + 1)..<max(start + 1, outputCount) {
            fillRow(row, word: words[row], from: scratch, to: scratch)
        }
        return Int(scratch[outputCount * width + referenceCount])
    }

    /// Fills the row behind row `row`, for the output's word there.
    @inline(__always)
    private func fillRow(
        _ row: Int, word: Int32, from source: UnsafePointer<Int32>, to target: UnsafeMutablePointer<Int32>
    ) {
        let width = referenceCount + 1
        let above = source + row * width
        let here = target + (row + 1) * width
        let reference = referenceWords.base
        var column = Int(bounds.base[row].x)
        let end = Int(bounds.base[row].y)
        guard column < end else { return }
        var left = Self.infinity
        if column == 0 {
            left = above[0] + 1
            here[0] = left
            column = 1
        }
        while column < end {
            let diagonal = above[column - 1] + (reference[column - 1] == word ? 0 : 1)
            left = min(min(diagonal, above[column] + 1), left + 1)
            here[column] = left
            column += 1
        }
    }

    /// How the cell came about, in the table filled last.
    func step(_ words: UnsafePointer<Int32>, _ row: Int, _ column: Int) -> Step {
        guard row > 0 else { return .insertion }
        guard column > 0 else { return .deletion }
        let width = referenceCount + 1
        let cells = self.cells.base
        let here = cells[row * width + column]
        let isMatch = words[row - 1] == referenceWords.base[column - 1]
        if cells[(row - 1) * width + column - 1] + (isMatch ? 0 : 1) == here { return isMatch ? .match : .substitution }
        return cells[(row - 1) * width + column] + 1 == here ? .deletion : .insertion
    }
}
