/// Agreement of two raters beyond chance: a judge against a human, or two judges.
///
/// Source: Jacob Cohen, *A coefficient of agreement for nominal scales*, 1960, and *Weighted kappa*, 1968; standard
/// error after Joseph Fleiss, Jacob Cohen and Brian Everitt, *Large sample standard errors of kappa and weighted
/// kappa*, 1969.
public struct CohensKappa: Sendable, Equatable {
    /// How far apart two categories are.
    public enum Weights: String, Sendable, CaseIterable {
        /// Any two different categories are equally far apart.
        case none
        /// By the number of categories between them.
        case linear
        /// By its square.
        case quadratic

        /// 1 for the same category, less the further apart two of `k` are.
        func agreement(_ i: Int, _ j: Int, of k: Int) -> Double {
            let distance = Double(abs(i - j)) / Double(k - 1)
            switch self {
            case .none: return i == j ? 1 : 0
            case .linear: return 1 - distance
            case .quadratic: return 1 - distance * distance
            }
        }
    }

    /// The coefficient, at most 1; 0 is chance.
    public let value: Double
    /// Its large-sample standard error.
    public let standardError: Double
    /// Share of items on which both agree exactly.
    public let accuracy: Double
    /// How many items.
    public let n: Int
    /// The weights used.
    public let weights: Weights

    /// Compares two raters item by item.
    ///
    /// - Parameters:
    ///   - first: category of each item, 0 ..< categories.
    ///   - second: likewise, as many items.
    ///   - categories: how many there are, in their order for weighted kappas.
    ///   - weights: how far apart two categories are.
    /// - Returns: nil without items, where lists differ in length, a category is out of range, or both raters put every
    ///   item into one category, where chance agreement is complete.
    public init?(_ first: [Int], _ second: [Int], categories: Int, weights: Weights = .none) {
        guard first.count == second.count, !first.isEmpty, categories > 1,
            (first + second).allSatisfy({ (0..<categories).contains($0) })
        else { return nil }
        let k = categories
        let total = Double(first.count)
        var shares = [Double](repeating: 0, count: k * k)
        for (a, b) in zip(first, second) { shares[a * k + b] += 1 / total }
        let rows = (0..<k).map { i in (0..<k).reduce(0) { $0 + shares[i * k + $1] } }
        let columns = (0..<k).map { j in (0..<k).reduce(0) { $0 + shares[$1 * k + j] } }
        func agreement(_ i: Int, _ j: Int) -> Double { weights.agreement(i, j, of: k) }
        var (observed, chance, exact) = (0.0, 0.0, 0.0)
        for i in 0..<k {
            exact += shares[i * k + i]
            for j in 0..<k {
                observed += agreement(i, j) * shares[i * k + j]
                chance += agreement(i, j) * rows[i] * columns[j]
            }
        }
        guard chance < 1 - 1e-12 else { return nil }
        let kappa = (observed - chance) / (1 - chance)
        let rowMeans = (0..<k).map { i in (0..<k).reduce(0) { $0 + agreement(i, $1) * columns[$1] } }
        let columnMeans = (0..<k).map { j in (0..<k).reduce(0) { $0 + agreement($1, j) * rows[$1] } }
        var squares = 0.0
        for i in 0..<k {
            for j in 0..<k {
                let term = agreement(i, j) - (rowMeans[i] + columnMeans[j]) * (1 - kappa)
                squares += shares[i * k + j] * term * term
            }
        }
        let centre = kappa - chance * (1 - kappa)
        value = kappa
        standardError = max(0, squares - centre * centre).squareRoot() / ((1 - chance) * total.squareRoot())
        accuracy = exact
        n = first.count
        self.weights = weights
    }

    /// The normal interval, cut to −1...1; nil where the standard error is 0 (perfect agreement).
    public func interval(level: Double = 0.95) -> Interval? {
        guard
            let result = Interval.t(
                estimate: value, standardError: standardError, degreesOfFreedom: .infinity, level: level,
                method: "kappa, large sample")
        else { return nil }
        var cut = result
        cut.low = max(-1, result.low)
        cut.high = min(1, result.high)
        return cut
    }
}
