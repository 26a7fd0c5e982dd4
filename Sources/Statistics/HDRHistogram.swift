/// Counts of values over many magnitudes, each known to a number of significant digits: latencies from a microsecond to
/// an hour in some tens of kilobytes, whatever their number.
///
/// Values fall into slots as wide as the digits allow; two histograms of the same shape are merged by adding up.
///
/// ```swift
/// var latencies = HDRHistogram()                      // microseconds, up to an hour, 3 digits
/// latencies.record(12_400)
/// latencies.value(atPercentile: 99)                   // 12_407: the highest value that shares its slot
/// ```
///
/// Source: Gil Tene, *HdrHistogram: a high dynamic range histogram*, 2012; slots and percentiles as there.
public struct HDRHistogram: Sendable, Equatable {
    /// The highest value that is told apart from higher ones.
    public let highest: Int64
    /// Significant digits of every value, 1...5.
    public let digits: Int
    /// Values recorded.
    public private(set) var count: Int64 = 0
    /// Values above `highest`, recorded as that.
    public private(set) var clipped: Int64 = 0
    /// The lowest and the highest value recorded, exactly; nil before the first.
    public private(set) var range: ClosedRange<Int64>?
    private var counts: [Int64]
    /// The power of two of half the slots that the first doubling of values has.
    private let halfBits: Int

    /// - Parameters:
    ///   - highest: at least 2; an hour in microseconds unless given.
    ///   - digits: taken as the nearest of 1...5.
    public init(highest: Int64 = 3_600_000_000, digits: Int = 3) {
        self.highest = max(2, highest)
        self.digits = min(max(1, digits), 5)
        // Slots of one unit must reach to twice the power of ten: there half a slot is the last digit.
        var power = 2
        for _ in 0..<self.digits { power *= 10 }
        halfBits = Int.bitWidth - (power - 1).leadingZeroBitCount - 1
        counts = []
        counts = Array(repeating: 0, count: slot(of: self.highest) + 1)
    }

    /// Counts a value.
    /// - Parameters:
    ///   - value: 0 or more; above `highest` it counts as that, and in `clipped`.
    ///   - times: how often, at least 1.
    /// - Returns: false for what cannot be counted: a negative value, fewer than one.
    @discardableResult public mutating func record(_ value: Int64, times: Int64 = 1) -> Bool {
        guard value >= 0, times > 0 else { return false }
        let kept = min(value, highest)
        if kept < value { clipped &+= times }
        counts[slot(of: kept)] &+= times
        count &+= times
        range = min(kept, range?.lowerBound ?? kept)...max(kept, range?.upperBound ?? kept)
        return true
    }

    /// Adds the values of another histogram.
    /// - Returns: false, and nothing added, where that has another highest value or other digits.
    public mutating func merge(_ other: HDRHistogram) -> Bool {
        guard other.highest == highest, other.digits == digits else { return false }
        guard let theirs = other.range else { return true }
        for slot in counts.indices { counts[slot] &+= other.counts[slot] }
        count &+= other.count
        clipped &+= other.clipped
        range = range.map { min($0.lowerBound, theirs.lowerBound)...max($0.upperBound, theirs.upperBound) } ?? theirs
        return true
    }

    /// The value that a share of those recorded does not exceed, by nearest rank; to `digits`, rounded up, and never
    /// above the highest recorded.
    /// - Parameter percentile: 0...100, what is outside taken as the nearest end.
    /// - Returns: nil before the first value.
    public func value(atPercentile percentile: Double) -> Int64? {
        guard let range, count > 0 else { return nil }
        let rank = Int64(Quantiles.nearestRank(percentile / 100, count: Int(count)))
        if rank <= 1 { return range.lowerBound }
        var seen: Int64 = 0
        for slot in counts.indices where counts[slot] > 0 {
            seen += counts[slot]
            if seen >= rank { return min(lowest(of: slot + 1) - 1, range.upperBound) }
        }
        return range.upperBound
    }

    /// The mean, each value taken as the middle of its slot; nil before the first.
    public var mean: Double? {
        guard count > 0 else { return nil }
        let sum = slots.reduce(0) { $0 + (Double($1.lowest) + Double($1.highest)) / 2 * Double($1.count) }
        return sum / Double(count)
    }

    /// What was counted, in rising order: the lowest and the highest value of a slot and how many fell into it.
    public var slots: [(lowest: Int64, highest: Int64, count: Int64)] {
        counts.indices.filter { counts[$0] > 0 }.map { (lowest(of: $0), lowest(of: $0 + 1) - 1, counts[$0]) }
    }

    /// Slots are one unit wide up to 2^(halfBits + 1), and twice as wide in each doubling above.
    private func slot(of value: Int64) -> Int {
        let bits = Int64.bitWidth - value.leadingZeroBitCount
        let doubling = max(0, bits - halfBits - 1)
        return doubling << halfBits + Int(value >> Int64(doubling))
    }

    private func lowest(of slot: Int) -> Int64 {
        let doubling = max(0, slot >> halfBits - 1)
        return Int64(slot - doubling << halfBits) << Int64(doubling)
    }
}
