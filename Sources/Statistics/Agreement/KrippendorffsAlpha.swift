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

    /// Measures a table of ratings: linear in their number, on a ratio scale quadratic in the values that differ.
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
        var totals = [Double](repeating: 0, count: values.count)
        for rating in units.joined() { totals[place[rating] ?? 0] += 1 }
        let all = totals.reduce(0, +)
        let distances = Distances(scale, values, totals)
        let expected = distances.sum(values.indices, counts: totals)
        var observed = 0.0
        for unit in units {
            let places = unit.map { place[$0] ?? 0 }
            observed += distances.sum(places, counts: places.map { _ in 1 }) / Double(unit.count - 1)
        }
        guard expected > 0 else { return nil }
        value = 1 - observed * (all - 1) / expected
        items = units.count
        self.ratings = units.reduce(0) { $0 + $1.count }
        self.scale = scale
    }

    /// The squared differences of the values on a scale.
    private struct Distances {
        private let scale: Scale
        /// Where each value stands on its scale: of an order, in the middle of those rated so.
        private let positions: [Double]

        init(_ scale: Scale, _ values: [Double], _ totals: [Double]) {
            self.scale = scale
            guard scale == .ordinal else {
                positions = values
                return
            }
            var below = 0.0
            positions = totals.map { total in
                below += total
                return below - total / 2
            }
        }

        /// The sum over all ordered pairs of ratings. Linear in their number, but for ratios, whose squares do not
        /// come apart.
        /// - Parameter counts: how many ratings are at each place.
        func sum(_ places: some Collection<Int>, counts: [Double]) -> Double {
            let all = counts.reduce(0, +)
            switch scale {
            case .nominal:
                var same: [Int: Double] = [:]
                for (place, count) in zip(places, counts) { same[place, default: 0] += count }
                return all * all - same.values.reduce(0) { $0 + $1 * $1 }
            case .ordinal, .interval:
                // Σ Σ (x − y)² = 2 (n Σ x² − (Σ x)²), counted from the mean
                guard let first = places.first else { return 0 }
                let start = positions[first]
                let centre = start + zip(places, counts).reduce(0) { $0 + (positions[$1.0] - start) * $1.1 } / all
                var (sum, squares) = (0.0, 0.0)
                for (place, count) in zip(places, counts) {
                    let gap = positions[place] - centre
                    sum += count * gap
                    squares += count * gap * gap
                }
                return 2 * max(0, all * squares - sum * sum)
            case .ratio:
                var total = 0.0
                for (a, one) in zip(places, counts) {
                    for (b, other) in zip(places, counts) {
                        let size = positions[a] + positions[b]
                        let root = size == 0 ? 0 : (positions[a] - positions[b]) / size
                        total += one * other * root * root
                    }
                }
                return total
            }
        }
    }
}
