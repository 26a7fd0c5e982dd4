/// An interval estimate and the name of the method that gave it.
///
/// Where no honest interval exists (one value, no spread, too few values for the method) there is no `Interval` at all:
/// the functions return nil rather than an interval without width.
public struct Interval: Sendable, Equatable {
    /// The point estimate the interval belongs to; nil where the method gives bounds alone.
    public var estimate: Double?
    /// Lower bound.
    public var low: Double
    /// Upper bound.
    public var high: Double
    /// Confidence level as a fraction, such as 0.95.
    public var level: Double
    /// The method's name, for the report: "Wilson", "t (df 19)", "paired bootstrap, percentile".
    public var method: String
    /// Whether the sample is too small for the method's guarantee; gates on such an interval are inconclusive.
    public var approximate: Bool

    /// An interval with its bounds in order.
    public init(
        estimate: Double?, low: Double, high: Double, level: Double, method: String, approximate: Bool = false
    ) {
        self.estimate = estimate
        self.low = low
        self.high = high
        self.level = level
        self.method = method
        self.approximate = approximate
    }

    /// Distance between the bounds.
    public var width: Double { high - low }

    /// Whether `value` lies between the bounds, both included.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }

    /// The same interval on another scale: both bounds and the estimate times `factor`.
    public func scaled(by factor: Double) -> Interval {
        var result = self
        result.estimate = estimate.map { $0 * factor }
        result.low = min(low * factor, high * factor)
        result.high = max(low * factor, high * factor)
        return result
    }

    /// The standard normal quantile that leaves half of 1 − level on each side.
    static func normalMultiplier(_ level: Double) -> Double {
        Distributions.Normal.upperQuantile((1 - level) / 2)
    }

    /// Whether a level is a fraction strictly between 0 and 1.
    static func isLevel(_ level: Double) -> Bool { level > 0 && level < 1 }
}
