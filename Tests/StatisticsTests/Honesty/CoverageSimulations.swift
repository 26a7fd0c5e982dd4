@testable import Statistics

/// 95 % intervals over grids of sizes and rates: how often they hold the truth, on average over the grid.
enum CoverageSimulations {
    static let all: [Simulation] = proportions + means + resampled

    /// A cell of the grid, each as often as the other.
    private static func cell<Value>(_ grid: [Value], _ generator: inout SeededGenerator) -> Value {
        grid[generator.below(grid.count)]
    }

    private static let rates = (1...19).map { Double($0) / 20 }
    private static let disputes = [(0.1, 0.1), (0.2, 0.05), (0.3, 0.15), (0.05, 0.02)]

    private static let proportions: [Simulation] = [
        Simulation("coverage of Wilson, n 10–500, p 0.05–0.95", .coverage) { generator in
            let (n, p) = (cell([10, 20, 50, 100, 500], &generator), cell(rates, &generator))
            return Interval.wilson(successes: Draw.successes(n, p, &generator), of: n)?.contains(p) ?? false
        },
        Simulation("coverage of Clopper–Pearson, n 10–500, p 0.05–0.95", .conservative) { generator in
            let (n, p) = (cell([10, 20, 50, 100, 500], &generator), cell(rates, &generator))
            return Interval.clopperPearson(successes: Draw.successes(n, p, &generator), of: n)?.contains(p) ?? false
        },
        Simulation("coverage of Tango, paired 0/1 scores, n 20–200", .coverage) { generator in
            let (n, (won, lost)) = (cell([20, 50, 100, 200], &generator), cell(disputes, &generator))
            return Interval.tango(Draw.disputes(n, won: won, lost: lost, &generator))?.contains(won - lost) ?? false
        },
        Simulation("coverage of Newcombe, two rates, n 20–200", .coverage) { generator in
            let n = cell([20, 50, 100, 200], &generator)
            let (p, q) = (cell(rates, &generator), cell(rates, &generator))
            let (a, b) = (Draw.successes(n, p, &generator), Draw.successes(n, q, &generator))
            return Interval.newcombe(successes: (a, b), of: (n, n))?.contains(p - q) ?? false
        },
    ]

    private static let means: [Simulation] = [
        Simulation("coverage of the t interval of a mean, n 5–200", .coverage) { generator in
            let n = cell([5, 10, 30, 100, 200], &generator)
            return Interval.mean(Draw.normals(n, shift: 3, &generator))?.contains(3) ?? false
        },
        Simulation("coverage of the t interval of a skewed mean, n 100–500", .coverage) { generator in
            let n = cell([100, 200, 500], &generator)
            return Interval.mean(Draw.exponentials(n, &generator))?.contains(1) ?? false
        },
        Simulation("coverage of the cluster-robust t, 20–60 clusters of 10", .coverage, runs: 4000) { generator in
            let count = cell([20, 30, 60], &generator)
            let clusters = (0..<count * 10).map { $0 / 10 }
            let values = Draw.clustered(clusters, &generator)
            return Interval.clusteredMean(values, clusters: clusters)?.contains(0) ?? false
        },
        Simulation("coverage of the order-statistic interval of the median, n 50–500", .conservative, runs: 4000) { generator in
            let n = cell([50, 100, 500], &generator)
            return Interval.quantile(0.5, of: Draw.normals(n, &generator), level: 0.95)?.contains(0) ?? false
        },
        Simulation("coverage of the confidence sequence, at all of 1,000 looks together", .conservative, runs: 2000) { generator in
            var test = MixtureSPRT(spread: 0.2)
            for _ in 0..<1000 {
                test.observe(generator.normal())
                if let interval = test.interval, !interval.contains(0) { return false }
            }
            return true
        },
    ]

    private static let resampled: [Simulation] = [
        Simulation("coverage of the BCa bootstrap of a skewed mean, n 100–300", .coverage, runs: 4000) { generator in
            let scores = Draw.exponentials(cell([100, 200, 300], &generator), &generator)
            guard let segments = try? SegmentStatistics(scores: scores) else { return false }
            return Interval.bca(segments, resamples: 999, seed: generator.next())?.contains(1) ?? false
        },
        Simulation("coverage of the percentile bootstrap of a corpus score, n 100–300", .coverage, runs: 4000) { generator in
            guard let pair = Draw.corpus(cell([100, 200, 300], &generator), &generator) else { return false }
            let interval = Interval.percentileBootstrap(
                pair.baseline, resamples: 999, seed: generator.next(), level: 0.95)
            return interval?.contains(0.5) ?? false
        },
        Simulation("coverage of the paired bootstrap of a corpus difference, n 100–300", .coverage, runs: 4000) { generator in
            guard let pair = Draw.corpus(cell([100, 200, 300], &generator), &generator) else { return false }
            return PairedBootstrapResult(pair, resamples: 999, seed: generator.next())?.interval.contains(0) ?? false
        },
    ]
}
