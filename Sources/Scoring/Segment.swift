/// What is scored: one output with its references.
///
/// Texts are compared by Unicode scalars, as the reference implementations do; nothing is normalised on the way in.
public struct Segment: Sendable, Hashable {
    /// What the model answered. An empty output is an output: it scores what nothing scores.
    public var output: String
    /// The accepted answers, in the order of the data; a metric that needs none takes an empty list.
    public var references: [String]

    /// - Parameters: as the properties of their names.
    public init(output: String, references: [String]) {
        self.output = output
        self.references = references
    }
}

/// The sufficient statistics of one segment for one measure: all that its figure, and any resampled figure, is made of.
///
/// A flat vector whose length is the measure's `statisticsCount`. Counts are exact integers held as doubles; vectors of
/// several segments are added element by element.
public struct SegmentStatistics: Sendable, Hashable {
    /// The vector, `[statisticsCount]` of its measure.
    public var values: [Double]

    /// From a vector.
    public init(_ values: [Double]) {
        self.values = values
    }

    /// Adds the vectors of many segments.
    /// - Parameter count: the measure's `statisticsCount`; vectors of another length are a programmer's error and are
    ///   added as far as both reach.
    /// - Returns: `[count]` sums; zeros where there is no segment.
    public static func sum(_ all: some Sequence<SegmentStatistics>, count: Int) -> [Double] {
        var total = [Double](repeating: 0, count: count)
        for one in all {
            for index in 0..<min(count, one.values.count) { total[index] += one.values[index] }
        }
        return total
    }
}
