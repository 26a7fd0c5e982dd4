/// The mean and spread of a sample, computed so that values near 10^8 keep their digits.
public struct Moments: Sendable, Equatable {
    /// How many values.
    public let count: Int
    /// The arithmetic mean; nil without values.
    public let mean: Double?
    /// The unbiased variance (divided by n − 1); nil for fewer than two values.
    public let variance: Double?

    /// The square root of the unbiased variance; nil for fewer than two values.
    public var standardDeviation: Double? { variance?.squareRoot() }

    /// The standard error of the mean, sd / √n; nil for fewer than two values.
    public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }

    /// Measures `values`, in two passes with the rounding of the first put right by the second.
    public init(_ values: [Double]) {
        count = values.count
        guard let centre = Moments.mean(values) else {
            mean = nil
            variance = nil
            return
        }
        mean = centre
        guard values.count > 1 else {
            variance = nil
            return
        }
        var squares = 0.0
        var rest = 0.0
        for value in values {
            let deviation = value - centre
            squares += deviation * deviation
            rest += deviation
        }
        variance = max(0, squares - rest * rest / Double(count)) / Double(count - 1)
    }

    /// The arithmetic mean, its rounding error put right by a second pass; nil without values.
    static func mean(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let n = Double(values.count)
        let first = values.reduce(0, +) / n
        guard first.isFinite else { return first }
        return first + values.reduce(0) { $0 + ($1 - first) } / n
    }

    /// Whether the values do not differ by more than rounding: then a t statistic would be noise over nothing.
    var hasNoSpread: Bool {
        guard let mean, let standardDeviation else { return true }
        return standardDeviation <= 1e-13 * abs(mean)
    }
}
