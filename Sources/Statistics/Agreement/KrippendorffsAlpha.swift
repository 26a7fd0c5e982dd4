/// Krippendorff's alpha: agreement of any number of raters on any scale, with ratings missing.
///
/// Source: Klaus Krippendorff, *Computing Krippendorff's alpha-reliability*, 2011.
public struct KrippendorffsAlpha: Sendable, Equatable {
    /// What the numbers of a rating mean.
    public enum Scale: String, Sendable, CaseIterable {
        /// Names alone.
        case nominal
        /// An order.
        case ordinal
        /// Distances.
        case interval
        /// Distances from a zero.
        case ratio
    }

    /// At most 1; 0 is chance.
    public let value: Double
    /// Items with at least two ratings.
    public let items: Int
    /// Ratings on them.
    public let ratings: Int
    /// The scale used.
    public let scale: Scale

    /// Measures a table of ratings.
    ///
    /// - Parameters:
    ///   - ratings: a row a rater, a column an item; nil where a rater has not rated it.
    ///   - scale: what the numbers mean.
    /// - Returns: nil where no item has two ratings, rows differ in length or all ratings are equal, where disagreement
    ///   is not possible.
    public init?(_ ratings: [[Double?]], scale: Scale) {
        guard let count = ratings.first?.count, ratings.allSatisfy({ $0.count == count }) else { return nil }
        let units = (0..<count).map { item in ratings.compactMap { $0[item] } }.filter { $0.count > 1 }
        guard units.joined().allSatisfy(\.isFinite) else { return nil }
        let values = Set(units.joined()).sorted()
        guard values.count > 1 else { return nil }
        let place = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        let k = values.count
        var coincidences = [Double](repeating: 0, count: k * k)
        for unit in units {
            var counts = [Double](repeating: 0, count: k)
            for rating in unit { counts[place[rating] ?? 0] += 1 }
            let used = counts.indices.filter { counts[$0] > 0 }
            for a in used {
                for b in used {
                    let pairs = counts[a] * (a == b ? counts[b] - 1 : counts[b])
                    coincidences[a * k + b] += pairs / Double(unit.count - 1)
                }
            }
        }
        let totals = (0..<k).map { row in (0..<k).reduce(0) { $0 + coincidences[row * k + $1] } }
        let all = totals.reduce(0, +)
        var (observed, expected) = (0.0, 0.0)
        for a in 0..<k {
            for b in 0..<k where a != b {
                let distance = Self.distance(a, b, values, totals, scale)
                observed += coincidences[a * k + b] * distance
                expected += totals[a] * totals[b] * distance
            }
        }
        guard expected > 0 else { return nil }
        value = 1 - observed * (all - 1) / expected
        items = units.count
        self.ratings = units.reduce(0) { $0 + $1.count }
        self.scale = scale
    }

    /// The squared difference of two values on the scale.
    private static func distance(
        _ a: Int, _ b: Int, _ values: [Double], _ totals: [Double], _ scale: Scale
    ) -> Double {
        let root: Double
        switch scale {
        case .nominal: root = 1
        case .ordinal: root = totals[min(a, b)...max(a, b)].reduce(0, +) - (totals[a] + totals[b]) / 2
        case .interval: root = values[a] - values[b]
        case .ratio:
            let sum = values[a] + values[b]
            root = sum == 0 ? 0 : (values[a] - values[b]) / sum
        }
        return root * root
    }
}
