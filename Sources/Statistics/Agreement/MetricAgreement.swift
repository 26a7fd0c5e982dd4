/// How well a metric agrees with people's scores of the same outputs: by segment over all outputs of all systems, and
/// by system, where the metric's corpus score meets the mean of the people's.
///
/// Intervals are by bootstrap over systems and samples at once, so that they hold for other systems and other samples
/// (Daniel Deutsch, Rotem Dror and Dan Roth, *A statistical analysis of summarization evaluation metrics using
/// resampling methods*, 2021); with one system over samples alone.
public struct MetricAgreement: Sendable {
    /// One system's outputs, sample by sample; all systems have the same samples in the same order.
    public struct System: Sendable {
        /// The metric's score of each sample's output; nil where it has none.
        public var scores: [Double?]
        /// The people's; nil where there is none.
        public var human: [Double?]
        /// Row-major, a row of the metric's sufficient statistics for each sample.
        public var statistics: [Double]

        /// The outputs of one system; lists of the same length, and a row of statistics for each.
        public init(scores: [Double?], human: [Double?], statistics: [Double]) {
            self.scores = scores
            self.human = human
            self.statistics = statistics
        }
    }

    /// Both coefficients at one level.
    public struct Level: Sendable, Equatable {
        /// Outputs, or systems.
        public let n: Int
        /// Nil where one side does not vary.
        public let pearson: Correlation?
        /// Tau-b; nil where one side does not vary.
        public let kendall: Correlation?
    }

    /// Over all outputs that have both scores.
    public let segment: Level
    /// Over systems; nil for fewer than two.
    public let system: Level?

    /// - Parameters:
    ///   - systems: at least one; samples without both scores are left out of both levels.
    ///   - width: columns of the statistics.
    ///   - score: the metric's corpus score from column sums.
    ///   - resamples: at least 1.
    ///   - seed: of the draws.
    ///   - level: of the intervals.
    /// - Throws: ``StatisticsError`` where lists do not fit together or a value is not finite.
    /// The same for any number of threads.
    public init(
        _ systems: [System], width: Int, score: @escaping SegmentStatistics.Score, resamples: Int = 1000,
        seed: UInt64 = 12_345, level: Double = 0.95
    ) throws(StatisticsError) {
        let outputs = try ScoredOutputs(systems, width: width, score: score)
        let draws = outputs.draws(max(1, resamples), seed: seed)
        let method = systems.count > 1 ? "bootstrap over systems and samples" : "bootstrap over samples"
        func completed(_ found: Correlation?, _ values: [Double?], n: Int) -> Correlation? {
            let drawn = n < MetricAgreement.fewestPoints ? [] : values.compactMap { $0 }
            return found.map { $0.with(drawn, level: level, method: method + ", percentile") }
        }
        segment = Level(
            n: outputs.x.count,
            pearson: completed(
                .pearson(outputs.x, outputs.y, level: level), draws.map(\.segmentPearson), n: outputs.x.count),
            kendall: completed(.kendall(outputs.x, outputs.y), draws.map(\.segmentKendall), n: outputs.x.count))
        let points = outputs.points(samples: [Double](repeating: 1, count: outputs.samples))
            .compactMap { $0 }
        system =
            points.count < 2
            ? nil
            : Level(
                n: points.count,
                pearson: completed(
                    .pearson(points.map(\.x), points.map(\.y), level: level), draws.map(\.systemPearson),
                    n: points.count),
                kendall: completed(
                    .kendall(points.map(\.x), points.map(\.y)), draws.map(\.systemKendall), n: points.count))
    }

    /// Below this number of points resampled coefficients are 1 or −1 as a rule, and no interval is given.
    static let fewestPoints = 4
}

extension Correlation {
    /// The same with the percentile interval of resampled coefficients; without one for fewer than two.
    fileprivate func with(_ drawn: [Double], level: Double, method: String) -> Correlation {
        let sorted = drawn.sorted()
        let interval =
            sorted.count < 2 || !Interval.isLevel(level)
            ? nil
            : Interval(
                estimate: coefficient, low: Quantiles.linear((1 - level) / 2, sorted: sorted),
                high: Quantiles.linear((1 + level) / 2, sorted: sorted), level: level, method: method)
        return Correlation(name: name, coefficient: coefficient, test: test, interval: interval)
    }
}

/// All outputs with both scores, ready to be counted several times.
private struct ScoredOutputs: Sendable {
    /// The coefficients of one draw; nil where one is not defined.
    struct Draw: Sendable {
        var segmentPearson: Double?
        var segmentKendall: Double?
        var systemPearson: Double?
        var systemKendall: Double?
    }

    let samples: Int
    /// Metric and people, output by output.
    let x: [Double]
    let y: [Double]
    /// The system and the sample of each output; those of a system stand together.
    private let places: [(system: Int, sample: Int)]
    /// Where each system's outputs begin; one more entry than systems.
    private let starts: [Int]
    /// A row of statistics for each output.
    private let rows: [Double]
    private let width: Int
    private let score: SegmentStatistics.Score
    private let kendall: WeightedKendall

    init(
        _ systems: [MetricAgreement.System], width: Int, score: @escaping SegmentStatistics.Score
    ) throws(StatisticsError) {
        samples = systems.first?.scores.count ?? 0
        var (x, y): ([Double], [Double]) = ([], [])
        var places: [(system: Int, sample: Int)] = []
        var starts = [0]
        var rows: [Double] = []
        for (number, system) in systems.enumerated() {
            for list in [system.scores, system.human] where list.count != samples {
                throw .lengthsDiffer(what: "scores of system \(number + 1)", expected: samples, found: list.count)
            }
            guard width > 0, system.statistics.count == samples * width else {
                throw .notARow(width: width, values: system.statistics.count)
            }
            for sample in 0..<samples {
                guard let own = system.scores[sample], let human = system.human[sample] else { continue }
                x.append(own)
                y.append(human)
                places.append((number, sample))
                rows += system.statistics[sample * width..<(sample + 1) * width]
            }
            starts.append(places.count)
        }
        try StatisticsError.check(x, "the metric's scores")
        try StatisticsError.check(y, "people's scores")
        try StatisticsError.check(rows, "segment statistics")
        (self.x, self.y, self.places, self.starts, self.rows) = (x, y, places, starts, rows)
        self.width = width
        self.score = score
        kendall = WeightedKendall(x, y)
    }

    private var systems: Int { starts.count - 1 }

    /// Corpus score and people's mean of each system; nil for one without a score.
    /// - Parameter weights: how often each sample counts.
    func points(samples weights: [Double]) -> [(x: Double, y: Double)?] {
        (0..<systems).map { system in
            var sums = [Double](repeating: 0, count: width)
            var (human, count) = (0.0, 0.0)
            for output in starts[system]..<starts[system + 1] {
                let weight = weights[places[output].sample]
                guard weight > 0 else { continue }
                for column in 0..<width { sums[column] += weight * rows[output * width + column] }
                human += weight * y[output]
                count += weight
            }
            guard count > 0, let total = sums.withUnsafeBufferPointer(score), total.isFinite else { return nil }
            return (total, human / count)
        }
    }

    /// Coefficients of as many draws of systems and samples with replacement.
    func draws(_ count: Int, seed: UInt64) -> [Draw] {
        var found = [Draw](repeating: Draw(), count: count)
        found.withUnsafeMutableBufferPointer { found in
            let found = found
            ResamplingBlocks.run(resamples: count, seed: seed, size: 8) { range, generator in
                for place in range {
                    let bySystem = systems > 1 ? Self.counts(systems, &generator) : [1]
                    found[place] = draw(systems: bySystem, samples: Self.counts(samples, &generator))
                }
            }
        }
        return found
    }

    /// How often each of some things is drawn in as many draws with replacement.
    private static func counts(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
        var counts = [Double](repeating: 0, count: count)
        for _ in 0..<count { counts[generator.below(count)] += 1 }
        return counts
    }

    private func draw(systems bySystem: [Double], samples bySample: [Double]) -> Draw {
        let weights = places.map { bySystem[$0.system] * bySample[$0.sample] }
        var draw = Draw(segmentPearson: Self.pearson(x, y, weights), segmentKendall: kendall.tau(weights))
        guard systems > 1 else { return draw }
        let drawn = zip(points(samples: bySample), bySystem).compactMap { point, weight in
            weight > 0 ? point.map { (point: $0, weight: weight) } : nil
        }
        let (left, right) = (drawn.map(\.point.x), drawn.map(\.point.y))
        draw.systemPearson = Self.pearson(left, right, drawn.map(\.weight))
        draw.systemKendall = WeightedKendall(left, right).tau(drawn.map(\.weight))
        return draw
    }

    /// Pearson's correlation of items that count several times; nil where one side does not vary.
    private static func pearson(_ x: [Double], _ y: [Double], _ weights: [Double]) -> Double? {
        let total = weights.reduce(0, +)
        guard total > 1 else { return nil }
        var (meanX, meanY) = (0.0, 0.0)
        for item in x.indices {
            meanX += weights[item] * x[item]
            meanY += weights[item] * y[item]
        }
        meanX /= total
        meanY /= total
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for item in x.indices {
            let (dx, dy) = (x[item] - meanX, y[item] - meanY)
            xx += weights[item] * dx * dx
            yy += weights[item] * dy * dy
            xy += weights[item] * dx * dy
        }
        let spread = xx.squareRoot() * yy.squareRoot()
        let isFlat = xx <= 1e-26 * total * meanX * meanX || yy <= 1e-26 * total * meanY * meanY
        return spread > 0 && !isFlat ? min(1, max(-1, xy / spread)) : nil
    }
}
