import Glibc

@testable import Statistics

/// Made-up data of simulations.
enum Draw {
    static func normals(_ count: Int, shift: Double = 0, _ generator: inout SeededGenerator) -> [Double] {
        (0..<count).map { _ in generator.normal() + shift }
    }

    /// Skewed, as costs and lengths are: mean 1.
    static func exponentials(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
        (0..<count).map { _ in -log(1 - generator.unit()) }
    }

    static func successes(_ count: Int, _ probability: Double, _ generator: inout SeededGenerator) -> Int {
        (0..<count).count { _ in generator.unit() < probability }
    }

    /// Values with what their cluster has in common; the mean is 0.
    static func clustered(_ clusters: [Int], _ generator: inout SeededGenerator) -> [Double] {
        let shared = normals((clusters.max() ?? 0) + 1, &generator)
        return clusters.map { shared[$0] + generator.normal() }
    }

    /// 0/1 scores of two systems: `won` is the share that only the candidate gets right, `lost` that only the baseline
    /// does.
    static func disputes(
        _ count: Int, won: Double, lost: Double, _ generator: inout SeededGenerator
    ) -> DiscordantPairs {
        var pairs = DiscordantPairs(both: 0, candidateOnly: 0, baselineOnly: 0, neither: 0)
        for _ in 0..<count {
            let u = generator.unit()
            if u < won {
                pairs.candidateOnly += 1
            } else if u < won + lost {
                pairs.baselineOnly += 1
            } else {
                pairs.both += 1
            }
        }
        return pairs
    }

    /// A corpus score, matches ÷ length as precision is, of two systems of the same kind: the true score is 0.5.
    static func corpus(_ count: Int, _ generator: inout SeededGenerator) -> PairedSegments? {
        func values() -> [Double] {
            (0..<count).flatMap { _ -> [Double] in
                let length = 5 + generator.below(30)
                return [Double(successes(length, 0.5, &generator)), Double(length)]
            }
        }
        guard let before = try? SegmentStatistics(values: values(), width: 2, score: ratio),
            let after = try? SegmentStatistics(values: values(), width: 2, score: ratio)
        else { return nil }
        return try? PairedSegments(baseline: before, candidate: after)
    }

    private static let ratio: SegmentStatistics.Score = { $0[1] > 0 ? $0[0] / $0[1] : nil }
}
