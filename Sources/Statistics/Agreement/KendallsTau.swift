extension Correlation {
    /// How the p-value of Kendall's tau is got.
    public enum KendallMethod: String, Sendable, CaseIterable {
        /// Exact for up to 33 items without ties, asymptotic otherwise (as in scipy).
        case automatic
        /// From the number of permutations with so few inversions; no ties allowed.
        case exact
        /// From the normal approximation with the correction for ties.
        case asymptotic
    }

    /// Kendall's tau-b: pairs of items in the same order less pairs in the opposite one. O(n log n).
    ///
    /// - Parameters:
    ///   - x: finite values.
    ///   - y: as many finite values.
    ///   - method: how the p-value is got.
    /// - Returns: nil for fewer than two items, lists of different length or a list of equal values. The test is not
    ///   testable where an exact p-value is asked for in spite of ties.
    ///
    /// Source: Maurice Kendall, *Rank correlation methods*, 1948; William Knight, *A computer method for calculating
    /// Kendall's tau with ungrouped data*, 1966.
    public static func kendall(_ x: [Double], _ y: [Double], method: KendallMethod = .automatic) -> Correlation? {
        guard x.count == y.count, x.count > 1 else { return nil }
        let counts = PairCounts(x, y)
        let spread = (counts.pairs - counts.tiedX).squareRoot() * (counts.pairs - counts.tiedY).squareRoot()
        guard spread > 0 else { return nil }
        let tau = min(1, max(-1, counts.surplus / spread))
        let noTies = counts.tiedX == 0 && counts.tiedY == 0
        let exact: Bool
        switch method {
        case .automatic: exact = noTies && x.count <= 33
        case .exact: exact = true
        case .asymptotic: exact = false
        }
        let test: TestResult
        if exact, !noTies {
            test = .notTestable("kendall", n: x.count, "an exact p-value needs values without ties")
        } else {
            test = TestResult(
                name: "kendall", statisticName: "τ", statistic: tau,
                pValue: exact ? counts.exactPValue : counts.asymptoticPValue, n: x.count,
                detail: exact ? "exact" : "normal approximation")
        }
        return Correlation(name: "Kendall's tau-b", coefficient: tau, test: test, interval: nil)
    }
}

/// Pairs of items by how two lists order them.
private struct PairCounts {
    let n: Int
    /// All pairs.
    let pairs: Double
    let tiedX: Double
    let tiedY: Double
    /// Concordant − discordant.
    let surplus: Double
    private let discordant: Double
    private let groupsX: [Int]
    private let groupsY: [Int]

    init(_ x: [Double], _ y: [Double]) {
        n = x.count
        let order = x.indices.sorted { x[$0] < x[$1] || (x[$0] == x[$1] && y[$0] < y[$1]) }
        var tiedBoth = 0.0
        var run = 1.0
        for place in 1..<order.count {
            let (a, b) = (order[place - 1], order[place])
            run = x[a] == x[b] && y[a] == y[b] ? run + 1 : 1
            tiedBoth += run - 1
        }
        func tied(_ groups: [Int]) -> Double { groups.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 } }
        groupsX = Ranks(x).groups
        groupsY = Ranks(y).groups
        pairs = Double(n) * Double(n - 1) / 2
        tiedX = tied(groupsX)
        tiedY = tied(groupsY)
        var values = order.map { y[$0] }
        var buffer = values
        discordant = Double(Self.inversions(&values, &buffer, 0, values.count))
        surplus = pairs - tiedX - tiedY + tiedBoth - 2 * discordant
    }

    /// Pairs in the wrong order, counted while sorting by merging.
    private static func inversions(_ values: inout [Double], _ buffer: inout [Double], _ low: Int, _ high: Int) -> Int {
        guard high - low > 1 else { return 0 }
        let middle = low + (high - low) / 2
        var count = inversions(&values, &buffer, low, middle) + inversions(&values, &buffer, middle, high)
        var (left, right) = (low, middle)
        for place in low..<high {
            if right == high || (left < middle && values[left] <= values[right]) {
                buffer[place] = values[left]
                left += 1
            } else {
                buffer[place] = values[right]
                right += 1
                count += middle - left
            }
        }
        for place in low..<high { values[place] = buffer[place] }
        return count
    }

    var asymptoticPValue: Double {
        func sum(_ groups: [Int], _ term: (Double) -> Double) -> Double { groups.reduce(0) { $0 + term(Double($1)) } }
        let size = Double(n)
        let ordered = size * (size - 1)
        let weight: (Double) -> Double = { $0 * ($0 - 1) * (2 * $0 + 5) }
        let triple: (Double) -> Double = { $0 * ($0 - 1) * ($0 - 2) }
        var variance = (ordered * (2 * size + 5) - sum(groupsX, weight) - sum(groupsY, weight)) / 18
        variance += 2 * tiedX * tiedY / ordered
        if n > 2 { variance += sum(groupsX, triple) * sum(groupsY, triple) / (9 * ordered * (size - 2)) }
        guard variance > 0 else { return 1 }
        return Alternative.twoSided.pValue(z: surplus / variance.squareRoot())
    }

    /// Twice the share of permutations with at most so many inversions.
    var exactPValue: Double {
        let least = Int(min(discordant, pairs - discordant))
        guard 2 * Double(least) < pairs else { return 1 }
        var shares = [Double](repeating: 0, count: least + 1)
        shares[0] = 1
        for item in 2...max(2, n) {
            // inserting an item adds 0 ..< item inversions, each equally likely
            var window = 0.0
            var next = shares
            for count in 0...least {
                window += shares[count]
                if count >= item { window -= shares[count - item] }
                next[count] = max(0, window) / Double(item)
            }
            shares = next
        }
        return min(1, 2 * shares.reduce(0, +))
    }
}
