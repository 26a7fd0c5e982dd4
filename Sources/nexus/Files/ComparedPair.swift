import Chat
import Scoring
import Statistics

/// One measure of two systems on the samples that both have: a row of `comparisons.csv`.
struct ComparedPair {
    let measure: Measure
    let baseline: String
    let variant: String
    /// Samples of both sides, and of those the ones not scored on either.
    let unscored: Int
    let comparison: PairedComparison
    /// The test that decides: the decision table's, or the one asked for.
    let result: TestResult
    var adjusted: Double?
    /// Nil where there was no test.
    var significant: Bool?
    /// "No worse than the baseline by more than the margin"; nil where no margin was given.
    var regression: NonInferiority?
    var notes: [String] = []

    var n: Int { comparison.n }
}

/// How two sides are compared.
struct ComparisonRules {
    /// Nil takes the decision table's.
    var test: SignificanceTest?
    var settings: TestSettings
    var correction: Correction
    var alpha: Double
    var margin: Double?

    /// One measure of two sides.
    /// - Throws: `CommandFailure` where the test asked for does not take such data, naming those that do.
    func pair(
        _ before: (name: String, column: MeasureColumn), _ after: (name: String, column: MeasureColumn),
        _ samples: SamplePairs
    ) throws -> ComparedPair {
        let measure = before.column.measure
        let kept = samples.first.indices.filter {
            before.column.isScored(samples.first[$0]) && after.column.isScored(samples.second[$0])
        }
        let clusters = samples.clusters.map { clusters in kept.map { clusters[$0] } }
        let places = (kept.map { samples.first[$0] }, kept.map { samples.second[$0] })
        let observations: Observations
        let comparison: PairedComparison
        switch measure.kind {
        case .corpus:
            let segments = try PairedSegments(
                baseline: before.column.segments(places.0, clusters: clusters),
                candidate: after.column.segments(places.1, clusters: clusters))
            observations = .corpus(segments)
            comparison = PairedComparison(segments, settings)
        case .mean, .binary:
            let scores = try PairedScores(
                baseline: places.0.compactMap(before.column.score), candidate: places.1.compactMap(after.column.score),
                clusters: clusters)
            observations = .paired(scores)
            comparison = PairedComparison(scores, settings)
        }
        var pair = ComparedPair(
            measure: measure, baseline: before.name, variant: after.name, unscored: samples.first.count - kept.count,
            comparison: comparison, result: try test.map { try run($0, observations) } ?? comparison.primary)
        if let reason = pair.result.notTestable { pair.notes.append("not testable: \(reason)") }
        if comparison.approximate { pair.notes.append("the interval is approximate under 100 samples") }
        if let groups = comparison.clusters, groups < pair.n, pair.result.n == pair.n {
            pair.notes.append(
                "\(pair.result.name) takes samples as independent, though they stand in \(groups) clusters")
        }
        regression(&pair)
        return pair
    }

    private func regression(_ pair: inout ComparedPair) {
        guard let margin else { return }
        pair.regression = NonInferiority(
            interval: pair.comparison.interval, margin: margin, n: pair.n, clusters: pair.comparison.clusters,
            higherIsBetter: pair.measure.higherIsBetter)
    }

    private func run(_ test: SignificanceTest, _ observations: Observations) throws -> TestResult {
        guard ComparisonRules.takes(test, observations) else {
            let fitting = SignificanceTests.all.filter { ComparisonRules.takes($0, observations) }
            throw CommandFailure.usage(
                "--test \(test.name): \(test.title) cannot be done on \(observations.kind); "
                    + "these can: \(fitting.map(\.name).joined(separator: ", "))")
        }
        return test.run(observations, settings)
    }

    /// Whether a test takes data of this kind, seen from two samples of it: one that does not has looked at none.
    private static func takes(_ test: SignificanceTest, _ observations: Observations) -> Bool {
        let tiny: Observations
        switch observations {
        case .corpus:
            guard let mean = try? Statistics.SegmentStatistics(scores: [0, 1]),
                let pair = try? PairedSegments(baseline: mean, candidate: mean)
            else { return false }
            tiny = .corpus(pair)
        case .paired:
            guard let pair = try? PairedScores(baseline: [0, 1], candidate: [1, 0], clusters: [0, 1]) else {
                return false
            }
            tiny = .paired(pair)
        case .independent, .blocks, .table: tiny = observations
        }
        return test.run(tiny, TestSettings(resamples: 1)).n > 0
    }

    /// Corrects over all pairs, which are one family.
    func corrected(_ pairs: [ComparedPair]) -> [ComparedPair] {
        let adjusted = AdjustedPValues(pairs.map(\.result.pValue), correction: correction)
        return zip(pairs, adjusted.values).map { pair, value in
            var pair = pair
            pair.adjusted = value
            pair.significant = value.map { $0 <= alpha }
            return pair
        }
    }
}

extension ComparedPair {
    /// The fields of `comparisons.csv` under their names, and what they rest on.
    func json(_ rules: ComparisonRules) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        let effect = comparison.effect
        let secondary = comparison.secondary.filter { $0.name != result.name }
        return .object([
            "metric": .string(measure.id), "baseline": .string(baseline), "variant": .string(variant),
            "n": .number(n), "difference": number(comparison.difference),
            "ci_low": number(comparison.interval?.low), "ci_high": number(comparison.interval?.high),
            "p_value": number(result.pValue), "p_adjusted": number(adjusted),
            "correction": .string(rules.correction.rawValue), "test": .string(result.name),
            "effect_size": number(effect?.value), "effect_name": .string(effect?.name ?? ""),
            "significant": significant.map { .bool($0) } ?? .null,
            "baseline_score": number(comparison.baseline), "variant_score": number(comparison.candidate),
            "higher_is_better": .bool(measure.higherIsBetter), "unscored": .number(unscored),
            "clusters": comparison.clusters.map { .number($0) },
            "ci_level": .number(rules.settings.level), "ci_method": .string(comparison.interval?.method ?? ""),
            "statistic": number(result.statistic), "detail": .string(result.detail),
            "also_tested": .array(
                secondary.map { .object(["test": .string($0.name), "p_value": number($0.pValue)]) }),
            "non_inferiority": regression?.json,
            "note": notes.isEmpty ? .null : .string(notes.joined(separator: "; ")),
        ])
    }
}

extension NonInferiority {
    fileprivate var json: JSONValue {
        .object([
            "margin": .number(margin), "verdict": .string(verdict.rawValue),
            "reason": reason.map { .string($0) } ?? .null, "needed_n": neededN.map { .number($0) } ?? .null,
        ])
    }
}
