/// Which columns of some rows resampling has to add up: of those that differ by one number throughout, the first.
///
/// Sufficient statistics repeat themselves: the reference's length stands with both systems, and an output of n
/// characters has n − 1 pairs of them and n − 2 triples. Where as many rows are drawn as there are, the sum of a column
/// that is another plus 3 is that one's sum plus 3 a row, to the last bit: only whole numbers are reckoned so.
struct DistinctColumns {
    /// The columns that are added up, in rising order.
    private(set) var kept: [Int] = []
    /// For each column the place in `kept` of the one that it follows; −1 where all rows have the same number.
    private var places: [Int] = []
    /// What each row adds to the column besides.
    private var offsets: [Double] = []

    /// - Parameters:
    ///   - allowsOffsets: whether a column may follow another at a distance; not so where the number of rows added up
    ///     is random: then only equal columns, and zeros, are left out.
    ///   - value: the value of a row's column.
    init(count: Int, width: Int, allowsOffsets: Bool, value: (_ row: Int, _ column: Int) -> Double) {
        var exact: [Bool] = []
        for column in 0..<width {
            // A distance may be reckoned where every sum on the way is a whole number that a double holds.
            let size = RowSize(count: count, width: 1) { row, _ in value(row, column) }
            exact.append(allowsOffsets && size.isWhole && size.largest * Double(count) < 0x1p52)
            let first = count > 0 ? value(0, column) : 0
            if exact[column] || first == 0, (0..<count).allSatisfy({ value($0, column) == first }) {
                places.append(-1)
                offsets.append(first)
                continue
            }
            let twin = kept.indices.first { place in
                let other = kept[place]
                let distance = first - value(0, other)
                guard distance == 0 || exact[column] && exact[other] else { return false }
                return (0..<count).allSatisfy { value($0, column) - value($0, other) == distance }
            }
            places.append(twin ?? kept.count)
            offsets.append(twin.map { first - value(0, kept[$0]) } ?? 0)
            if twin == nil { kept.append(column) }
        }
    }

    /// Writes the sums of all columns.
    /// - Parameters:
    ///   - sums: of the columns kept.
    ///   - rows: how many rows were added up; of no account without offsets.
    ///   - all: room for as many as there are columns.
    @inline(__always)
    func spread(_ sums: UnsafePointer<Double>, rows: Int, into all: UnsafeMutablePointer<Double>) {
        for column in places.indices {
            let place = places[column]
            all[column] = (place < 0 ? 0 : sums[place]) + offsets[column] * Double(rows)
        }
    }
}
