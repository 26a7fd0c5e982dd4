/// Agreement of several raters beyond chance, each item rated by the same number of raters.
///
/// Source: Joseph Fleiss, *Measuring nominal scale agreement among many raters*, 1971; Justus Randolph, *Free-marginal
/// multirater kappa*, 2005.
public struct FleissKappa: Sendable, Equatable {
    /// Chance from how often each category was used; nil where only one was.
    public let value: Double?
    /// Chance from categories being equally likely (Randolph's kappa).
    public let freeMarginal: Double
    /// Items.
    public let n: Int
    /// Ratings of an item.
    public let raters: Int

    /// Measures a table of counts.
    ///
    /// - Parameter counts: a row an item, a column a category: how many raters chose it.
    /// - Returns: nil without items, for fewer than two raters or categories, or where items have different numbers of
    ///   ratings.
    public init?(counts: [[Int]]) {
        guard let first = counts.first, first.count > 1,
            counts.allSatisfy({ $0.count == first.count && $0.allSatisfy { (0...1_000_000).contains($0) } })
        else { return nil }
        let raters = first.reduce(0, +)
        guard raters > 1, counts.allSatisfy({ $0.reduce(0, +) == raters }) else { return nil }
        let (items, width) = (Double(counts.count), Double(raters))
        let agreement =
            counts.reduce(0.0) { sum, row in
                sum + (row.reduce(0.0) { $0 + Double($1) * Double($1) } - width) / (width * (width - 1))
            } / items
        let chance = first.indices.reduce(0.0) { sum, category in
            let share = counts.reduce(0.0) { $0 + Double($1[category]) } / (items * width)
            return sum + share * share
        }
        let even = 1 / Double(first.count)
        value = chance < 1 - 1e-12 ? (agreement - chance) / (1 - chance) : nil
        freeMarginal = (agreement - even) / (1 - even)
        n = counts.count
        self.raters = raters
    }
}
