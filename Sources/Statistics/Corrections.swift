import Glibc

/// A correction for many comparisons: what makes a family of tests as trustworthy as one.
public enum Correction: String, Sendable, CaseIterable, Codable {
    /// Step-down Bonferroni: the default. Source: Sture Holm, *A simple sequentially rejective multiple test
    /// procedure*, 1979.
    case holm
    /// p times the number of tests.
    case bonferroni
    /// The false discovery rate, for exploring. Source: Yoav Benjamini and Yosef Hochberg, *Controlling the false
    /// discovery rate*, 1995.
    case bh
    /// The false discovery rate under any dependence. Source: Yoav Benjamini and Daniel Yekutieli, *The control of the
    /// false discovery rate in multiple testing under dependency*, 2001.
    case by
    /// Step-down Šidák, statsmodels' default; for independent or positively dependent tests.
    case holmSidak = "holm-sidak"
    /// The p-values as they are.
    case none
}

/// p-values of a family after a correction.
public struct AdjustedPValues: Sendable, Equatable {
    /// The adjusted p-values in the order given; nil where there was no p-value.
    public let values: [Double?]
    /// How many tests the correction counted: those with a p-value.
    public let familySize: Int
    /// The correction used.
    public let correction: Correction

    /// Corrects a family.
    ///
    /// - Parameters:
    ///   - pValues: 0...1; nil for a test that could not be done: it stays nil and does not count.
    ///   - correction: how.
    /// O(n log n).
    public init(_ pValues: [Double?], correction: Correction) {
        let tested = pValues.indices.filter { pValues[$0].map { !$0.isNaN } ?? false }
        let raw = tested.map { min(1, max(0, pValues[$0] ?? 1)) }
        let adjusted = Self.adjusted(raw, correction)
        var values = [Double?](repeating: nil, count: pValues.count)
        for (index, value) in zip(tested, adjusted) { values[index] = value }
        self.values = values
        self.correction = correction
        familySize = tested.count
    }

    private static func adjusted(_ p: [Double], _ correction: Correction) -> [Double] {
        let m = Double(p.count)
        switch correction {
        case .none: return p
        case .bonferroni: return p.map { min(1, $0 * m) }
        case .holm: return stepDown(p) { value, left in value * left }
        case .holmSidak: return stepDown(p) { value, left in -expm1(left * log1p(-value)) }
        case .bh: return stepUp(p, scale: 1)
        case .by: return stepUp(p, scale: (1...max(1, p.count)).reduce(0) { $0 + 1 / Double($1) })
        }
    }

    /// From the smallest p up: each at least the one before.
    private static func stepDown(_ p: [Double], _ adjust: (_ value: Double, _ left: Double) -> Double) -> [Double] {
        var result = p
        var largest = 0.0
        for (place, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
            largest = max(largest, min(1, adjust(p[index], Double(p.count - place))))
            result[index] = largest
        }
        return result
    }

    /// From the largest p down: each at most the one after.
    private static func stepUp(_ p: [Double], scale: Double) -> [Double] {
        var result = p
        var smallest = 1.0
        for (place, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated().reversed() {
            smallest = min(smallest, p[index] * scale * Double(p.count) / Double(place + 1))
            result[index] = smallest
        }
        return result
    }
}
