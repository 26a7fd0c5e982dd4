import Glibc

/// The difference of a quantile between two runs whose values depend on their neighbours in time, such as latencies.
///
/// Source: Hans Künsch, *The jackknife and the bootstrap for general stationary observations*, 1989; circular blocks
/// after Dimitris Politis and Joseph Romano, 1992.
public enum BlockBootstrap {
    /// The percentile interval of quantile(second) − quantile(first), drawing whole stretches of time.
    ///
    /// - Parameters:
    ///   - probability: the quantile, strictly between 0 and 1.
    ///   - first: one run's values in the order of time, finite.
    ///   - second: the other's.
    ///   - blockLength: values to a stretch; by default the cube root of the shorter run, at least 1. Take more where
    ///     slow phases last longer.
    ///   - resamples: at least 1.
    ///   - seed: of the draws.
    /// - Returns: marked approximate where fewer than 20 blocks fit; nil for a run under two values, or where fewer
    ///   than 10 values of either lie beyond the quantile.
    public static func quantileDifference(
        _ probability: Double, first: [Double], second: [Double], blockLength: Int? = nil, resamples: Int = 2000,
        seed: UInt64 = 12_345, level: Double = 0.95
    ) -> Interval? {
        let shorter = min(first.count, second.count)
        guard probability > 0, probability < 1, shorter > 1, Interval.isLevel(level),
            Double(shorter) * min(probability, 1 - probability) >= 10 - 1e-9,
            let before = Quantiles.nearestRank(probability, of: first),
            let after = Quantiles.nearestRank(probability, of: second)
        else { return nil }
        let length = min(shorter, max(1, blockLength ?? Int(Double(shorter).cubeRoot.rounded(.up))))
        var gaps = [Double](repeating: 0, count: max(1, resamples))
        gaps.withUnsafeMutableBufferPointer { gaps in
            let gaps = gaps
            ResamplingBlocks.run(resamples: gaps.count, seed: seed, size: 16) { range, generator in
                for resample in range {
                    let low = quantile(probability, first, length, &generator)
                    gaps[resample] = quantile(probability, second, length, &generator) - low
                }
            }
        }
        let sorted = gaps.sorted()
        return Interval(
            estimate: after - before, low: Quantiles.linear((1 - level) / 2, sorted: sorted),
            high: Quantiles.linear((1 + level) / 2, sorted: sorted), level: level,
            method: "block bootstrap, blocks of \(length)", approximate: shorter / length < 20)
    }

    /// The quantile of one resample: blocks from anywhere, wrapping round the end.
    private static func quantile(
        _ probability: Double, _ values: [Double], _ length: Int, _ generator: inout SeededGenerator
    ) -> Double {
        var drawn: [Double] = []
        drawn.reserveCapacity(values.count + length)
        while drawn.count < values.count {
            let start = generator.below(values.count)
            for offset in 0..<min(length, values.count - drawn.count) {
                drawn.append(values[(start + offset) % values.count])
            }
        }
        drawn.sort()
        return drawn[Quantiles.nearestRank(probability, count: drawn.count) - 1]
    }
}

extension Double {
    fileprivate var cubeRoot: Double { cbrt(self) }
}
