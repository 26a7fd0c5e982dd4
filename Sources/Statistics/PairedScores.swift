/// Scores of the same samples by a baseline and a candidate, sample by sample.
///
/// Repeats of a sample are reduced to one score before (their mean, as a rule); samples that one side has no score for
/// are left out by the caller, and counted.
public struct PairedScores: Sendable, Equatable {
    /// The baseline's score of each sample.
    public let baseline: [Double]
    /// The candidate's score of each sample, in the same order.
    public let candidate: [Double]
    /// The cluster of each sample (same document, same template …); nil where samples are independent.
    public let clusters: [Int]?

    /// - Throws: ``StatisticsError`` where the lists differ in length or a score is not finite.
    public init(baseline: [Double], candidate: [Double], clusters: [Int]? = nil) throws(StatisticsError) {
        guard baseline.count == candidate.count else {
            throw .lengthsDiffer(what: "candidate scores", expected: baseline.count, found: candidate.count)
        }
        if let clusters, clusters.count != baseline.count {
            throw .lengthsDiffer(what: "clusters", expected: baseline.count, found: clusters.count)
        }
        try StatisticsError.check(baseline, "baseline scores")
        try StatisticsError.check(candidate, "candidate scores")
        self.baseline = baseline
        self.candidate = candidate
        self.clusters = clusters
    }

    /// How many samples.
    public var count: Int { baseline.count }

    /// Candidate − baseline, sample by sample.
    ///
    /// Scores that agree but for the rounding of their last digits are equal; and so are the differences where none is
    /// further from another than that rounding explains.
    public var differences: [Double] {
        var largest = 0.0
        var (low, high) = (Double.infinity, -Double.infinity)
        var result: [Double] = []
        result.reserveCapacity(count)
        for (before, after) in zip(baseline, candidate) {
            let size = max(abs(before), abs(after))
            let difference = abs(after - before) <= PairedScores.rounding * size ? 0 : after - before
            largest = max(largest, size)
            low = min(low, difference)
            high = max(high, difference)
            result.append(difference)
        }
        guard let first = result.first, low < high, high - low <= PairedScores.rounding * largest else { return result }
        return Array(repeating: first, count: count)
    }

    /// How far apart two ways of computing the same score may lie, as a share of it.
    private static let rounding = 4 * Double.ulpOfOne

    /// Whether every score is 0 or 1, as of one right-or-wrong repeat.
    public var isBinary: Bool {
        baseline.allSatisfy { $0 == 0 || $0 == 1 } && candidate.allSatisfy { $0 == 0 || $0 == 1 }
    }
}

/// Cluster labels of any kind turned into 0 ..< count, in the order of the labels.
struct ClusterIndex {
    let count: Int
    let positions: [Int]

    init(_ labels: [Int]) {
        let distinct = Set(labels).sorted()
        let number = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        count = distinct.count
        positions = labels.map { number[$0] ?? 0 }
    }

    /// The rows of a row-major table summed within clusters.
    func sums(of values: [Double], width: Int) -> [Double] {
        var result = [Double](repeating: 0, count: count * width)
        for (row, cluster) in positions.enumerated() {
            for column in 0..<width {
                result[cluster * width + column] += values[row * width + column]
            }
        }
        return result
    }
}

/// How a 0/1 score came out for two systems on the same samples.
public struct DiscordantPairs: Sendable, Equatable {
    /// Samples right by both.
    public var both: Int
    /// Samples right by the candidate alone.
    public var candidateOnly: Int
    /// Samples right by the baseline alone.
    public var baselineOnly: Int
    /// Samples right by neither.
    public var neither: Int

    /// The four counts, each at least 0.
    public init(both: Int, candidateOnly: Int, baselineOnly: Int, neither: Int) {
        self.both = both
        self.candidateOnly = candidateOnly
        self.baselineOnly = baselineOnly
        self.neither = neither
    }

    /// Counts the pairs of 0/1 scores; nil where a score is neither 0 nor 1.
    public init?(_ scores: PairedScores) {
        guard scores.isBinary else { return nil }
        self.init(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0)
        for (base, other) in zip(scores.baseline, scores.candidate) {
            switch (base == 1, other == 1) {
            case (true, true): both += 1
            case (false, true): candidateOnly += 1
            case (true, false): baselineOnly += 1
            case (false, false): neither += 1
            }
        }
    }

    /// All samples.
    public var count: Int { both + candidateOnly + baselineOnly + neither }

    /// Share right of the candidate minus share right of the baseline; nil without samples.
    public var difference: Double? {
        count > 0 ? Double(candidateOnly - baselineOnly) / Double(count) : nil
    }

    /// Samples on which the two disagree.
    public var discordant: Int { candidateOnly + baselineOnly }
}
