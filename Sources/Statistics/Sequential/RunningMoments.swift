/// The mean and variance of a stream, value by value, in constant memory.
///
/// Source: Barry Welford, *Note on a method for calculating corrected sums of squares and products*, 1962.
public struct RunningMoments: Sendable, Equatable {
    /// How many values so far.
    public private(set) var count = 0
    /// Their mean; 0 before the first.
    public private(set) var mean = 0.0
    private var squares = 0.0

    /// An empty stream.
    public init() {}

    /// The unbiased variance; nil for fewer than two values.
    public var variance: Double? { count > 1 ? squares / Double(count - 1) : nil }

    /// Takes a value in; one that is not finite is left out.
    public mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        let before = value - mean
        mean += before / Double(count)
        squares += before * (value - mean)
    }

    /// Takes in another stream as if its values had come here.
    public mutating func merge(_ other: RunningMoments) {
        guard other.count > 0 else { return }
        let total = Double(count + other.count)
        let gap = other.mean - mean
        squares += other.squares + gap * gap * Double(count) * Double(other.count) / total
        mean += gap * Double(other.count) / total
        count += other.count
    }
}
