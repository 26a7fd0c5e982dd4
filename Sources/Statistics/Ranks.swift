/// Ranks with ties sharing the mean of the places they take.
struct Ranks {
    /// The rank of each value, in the order of the input; 1 is the smallest.
    let values: [Double]
    /// Σ (t³ − t) over groups of t equal values: what ties take from the variance of rank sums.
    let tieTerm: Double
    /// The sizes of the groups of equal values, in rising order of value.
    let groups: [Int]
    /// Whether any two values are equal.
    var hasTies: Bool { tieTerm > 0 }

    init(_ sample: [Double]) {
        let order = sample.indices.sorted { sample[$0] < sample[$1] }
        var ranks = [Double](repeating: 0, count: sample.count)
        var sizes: [Int] = []
        var ties = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, sample[order[end]] == sample[order[start]] { end += 1 }
            let size = Double(end - start)
            for place in start..<end {
                ranks[order[place]] = (Double(start + 1) + Double(end)) / 2
            }
            ties += size * size * size - size
            sizes.append(end - start)
            start = end
        }
        values = ranks
        tieTerm = ties
        groups = sizes
    }
}
