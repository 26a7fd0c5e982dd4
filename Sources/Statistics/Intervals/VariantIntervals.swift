extension Interval {
    /// The interval of one variant's mean score, by the decision table.
    ///
    /// Scores that are all 0 or 1 get Wilson's interval, others the t interval; with clusters both get the
    /// cluster-robust t interval, and where no cluster differs from another (all right, all wrong) Wilson's with the
    /// clusters as samples.
    /// - Parameters:
    ///   - scores: one for each sample (the mean over its repeats), finite.
    ///   - clusters: the cluster of each sample; nil where samples are independent, as they are too where each has a
    ///     cluster of its own.
    /// - Returns: nil where nothing can be said: no sample, or scores that are not 0/1 and number one or do not vary.
    public static func ofScores(_ scores: [Double], clusters: [Int]? = nil, level: Double = 0.95) -> Interval? {
        guard !scores.isEmpty, scores.allSatisfy(\.isFinite), isLevel(level) else { return nil }
        let binary = scores.allSatisfy { $0 == 0 || $0 == 1 }
        let right = scores.count { $0 == 1 }
        guard let clusters, clusters.count != scores.count || Set(clusters).count < scores.count else {
            return binary ? wilson(successes: right, of: scores.count, level: level) : mean(scores, level: level)
        }
        if binary, right == 0 || right == scores.count, clusters.count == scores.count {
            return wilson(
                share: right == 0 ? 0 : 1, effectiveN: Double(Set(clusters).count), level: level,
                method: "Wilson over clusters")
        }
        guard var result = clusteredMean(scores, clusters: clusters, level: level) else { return nil }
        if binary {
            result.low = max(0, result.low)
            result.high = min(1, result.high)
        }
        return result
    }
}
