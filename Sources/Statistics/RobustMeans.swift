import Glibc

/// Location and spread that a few outliers do not move.
public enum RobustMeans {
    /// The mean of what is left after the given share is cut from each end.
    ///
    /// - Parameters:
    ///   - values: in any order.
    ///   - share: 0 ..< 0.5; ⌊share · n⌋ values go at each end, as in scipy.
    /// - Returns: nil without values or for a share out of range.
    public static func trimmedMean(_ values: [Double], cutting share: Double = 0.1) -> Double? {
        guard share >= 0, share < 0.5, !values.isEmpty else { return nil }
        let cut = Int(share * Double(values.count))
        return Moments.mean(Array(values.sorted()[cut..<(values.count - cut)]))
    }

    /// The median distance from the median; nil without values.
    public static func medianDeviation(_ values: [Double]) -> Double? {
        Quantiles.median(values).flatMap { centre in Quantiles.median(values.map { abs($0 - centre) }) }
    }

    /// The n-th root of the product; nil without values or where one is not above 0.
    public static func geometricMean(_ values: [Double]) -> Double? {
        guard values.allSatisfy({ $0 > 0 }) else { return nil }
        return Moments.mean(values.map { log($0) }).map { exp($0) }
    }
}
