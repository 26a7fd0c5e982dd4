import Chat

/// Makes one score of the scores that a sample got in several repeats.
///
/// Some repeats may have no score, because a trial failed. They are not taken for zeros: where they could decide, the
/// sample has no score either.
public struct Reducer: Sendable {
    /// The name in specs: `mean`, `majority`, `at_least_2`, `pass@5`.
    public let name: String
    /// The fewest repeats that can give a success, or a score at all: `k`, or 1.
    public var minimumRepeats = 1
    /// The sample's score, or nil where there are too few scores to tell.
    public let reduce: @Sendable (_ scores: [Double?]) -> Double?

    /// The score from which a repeat counts as a success.
    public static let success = 1.0

    /// The reducer of a name.
    /// - Throws: `MetricError` for other names, with the nearest one.
    public static func named(_ name: String) throws(MetricError) -> Reducer {
        switch name {
        case "mean": return mean
        case "majority": return majority
        default: break
        }
        for (prefix, make) in [("at_least_", atLeast), ("pass@", pass)] where name.hasPrefix(prefix) {
            if let k = Int(name.dropFirst(prefix.count)), 1...1_000_000 ~= k { return make(k) }
            throw MetricError("'\(name)' needs a whole number from 1 after '\(prefix)', as in \(prefix)3")
        }
        throw MetricError(
            "there is no reducer '\(name)'; there are mean, majority, at_least_K, pass@K",
            nearest: NearestName.nearest(to: name, among: ["mean", "majority", "at_least_1", "pass@1"]))
    }

    /// The mean of the scores there are.
    public static let mean = Reducer(name: "mean") { scores in
        let known = scores.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// 1 where more than half of the repeats succeeded, else 0.
    public static let majority = Reducer(name: "majority") { scores in
        guard !scores.isEmpty else { return nil }
        return decided(scores, needed: scores.count / 2 + 1)
    }

    /// 1 where at least `k` repeats succeeded, else 0.
    public static func atLeast(_ k: Int) -> Reducer {
        Reducer(name: "at_least_\(k)", minimumRepeats: k) { scores in
            scores.isEmpty ? nil : decided(scores, needed: k)
        }
    }

    /// The chance that of `k` repeats at least one succeeds, from n ≥ k of them without bias: 1 − C(n−c, k) / C(n, k)
    /// (Chen et al., "Evaluating Large Language Models Trained on Code", 2021); nil where fewer than `k` have a score.
    public static func pass(_ k: Int) -> Reducer {
        Reducer(name: "pass@\(k)", minimumRepeats: k) { scores in
            let known = scores.compactMap { $0 }
            guard k >= 1, known.count >= k else { return nil }
            let failures = known.reduce(0) { $0 + ($1 >= success ? 0 : 1) }
            guard failures >= k else { return 1 }
            return 1 - (0..<k).reduce(1.0) { $0 * Double(failures - $1) / Double(known.count - $1) }
        }
    }

    /// 1 or 0 if that many successes are there, or out of reach; nil if the repeats without a score decide.
    private static func decided(_ scores: [Double?], needed: Int) -> Double? {
        let successes = scores.reduce(0) { $0 + ($1 ?? -.infinity >= success ? 1 : 0) }
        let unknown = scores.reduce(0) { $0 + ($1 == nil ? 1 : 0) }
        if successes >= needed { return 1 }
        return successes + unknown >= needed ? nil : 0
    }
}
