/// Kendall's tau-b of items of which some count several times, for resampling: sorted once, then O(n log n) a weighting
/// with no sorting at all.
///
/// An item of weight 3 counts as three items with the same values. Surplus and ties are counted as by
/// `Correlation.kendall`; the running counts are kept in a tree of partial sums (Peter Fenwick, *A new data structure
/// for cumulative frequency tables*, 1994).
struct WeightedKendall {
    /// Items by x, then the end of the run of equal x that each begins; the last has the count.
    private let order: [Int32]
    private let runs: [Int32]
    /// The rank of each item's y among the distinct values, from 1.
    private let ranks: [Int32]
    private let distinct: Int

    /// - Parameters:
    ///   - x: finite values.
    ///   - y: as many.
    init(_ x: [Double], _ y: [Double]) {
        let byX = x.indices.sorted { x[$0] < x[$1] }
        order = byX.map { Int32(truncatingIfNeeded: $0) }
        var runs: [Int32] = []
        for place in byX.indices where place == 0 || x[byX[place]] != x[byX[place - 1]] {
            runs.append(Int32(truncatingIfNeeded: place))
        }
        self.runs = runs + [Int32(truncatingIfNeeded: byX.count)]
        let byY = y.indices.sorted { y[$0] < y[$1] }
        var ranks = [Int32](repeating: 0, count: y.count)
        var rank: Int32 = 0
        for place in byY.indices {
            if place == 0 || y[byY[place]] != y[byY[place - 1]] { rank += 1 }
            ranks[byY[place]] = rank
        }
        self.ranks = ranks
        distinct = Int(rank)
    }

    /// - Parameter weights: a whole number of at least 0 for each item.
    /// - Returns: nil where all x or all y that count are equal.
    func tau(_ weights: [Double]) -> Double? {
        var below = [Double](repeating: 0, count: distinct + 1)
        var ofRank = [Double](repeating: 0, count: distinct + 1)
        var (seen, surplus, tiedX) = (0.0, 0.0, 0.0)
        for run in 0..<max(0, runs.count - 1) {
            let items = order[Int(runs[run])..<Int(runs[run + 1])]
            var size = 0.0
            for item in items where weights[Int(item)] > 0 {
                let (weight, rank) = (weights[Int(item)], Int(ranks[Int(item)]))
                let less = Self.sum(below, through: rank - 1)
                surplus += weight * (less - (seen - less - ofRank[rank]))
                size += weight
            }
            for item in items where weights[Int(item)] > 0 {
                let (weight, rank) = (weights[Int(item)], Int(ranks[Int(item)]))
                ofRank[rank] += weight
                Self.add(weight, to: &below, at: rank)
            }
            seen += size
            tiedX += size * (size - 1) / 2
        }
        let pairs = seen * (seen - 1) / 2
        let tiedY = ofRank.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        let spread = (pairs - tiedX).squareRoot() * (pairs - tiedY).squareRoot()
        return spread > 0 ? min(1, max(-1, surplus / spread)) : nil
    }

    @inline(__always)
    private static func sum(_ tree: [Double], through rank: Int) -> Double {
        var (sum, place) = (0.0, rank)
        while place > 0 {
            sum += tree[place]
            place &= place - 1
        }
        return sum
    }

    @inline(__always)
    private static func add(_ weight: Double, to tree: inout [Double], at rank: Int) {
        var place = rank
        while place < tree.count {
            tree[place] += weight
            place += place & -place
        }
    }
}
