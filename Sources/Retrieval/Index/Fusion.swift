/// Makes one ranking of two.
public enum Fusion: Sendable, Hashable {
    /// Scores of each ranking brought to 0…1 between its lowest and its best, and added: `lexicalWeight` of the lexical
    /// one, the rest of the other.
    ///
    /// Source: Joon Ho Lee, *Analyses of multiple evidence combination*, 1997 (CombSUM with min-max scaling).
    case weighted(lexicalWeight: Float)
    /// The sum of 1 / (k + rank) over both rankings, which asks nothing of the scores' scales.
    ///
    /// Source: Gordon Cormack and others, *Reciprocal rank fusion outperforms Condorcet and individual rank learning
    /// methods*, 2009 (k = 60).
    case reciprocalRank(k: Float)

    /// Both halves weigh the same.
    public static let standard = Fusion.weighted(lexicalWeight: 0.5)

    /// One score an entry.
    /// - Parameters:
    ///   - lexical, vector: `[entries]`, scores by entry.
    ///   - isWanted: which entries are ranked, all by default; the others get 0.
    public func scores(
        lexical: [Float], vector: [Float], where isWanted: ((_ entry: Int) -> Bool)? = nil
    ) -> [Float] {
        let count = min(lexical.count, vector.count)
        let entries = isWanted.map { (0..<count).filter($0) } ?? Array(0..<count)
        var fused = [Float](repeating: 0, count: count)
        switch self {
        case .weighted(let weight):
            Fusion.add(lexical, of: entries, weight: weight, to: &fused)
            Fusion.add(vector, of: entries, weight: 1 - weight, to: &fused)
        case .reciprocalRank(let k):
            for scores in [lexical, vector] {
                let lowest = entries.reduce(Float.infinity) { min($0, scores[$1]) }
                let ranked = entries.filter { scores[$0] > lowest || scores[$0] > 0 }
                    .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
                for (rank, entry) in ranked.enumerated() { fused[entry] += 1 / (k + Float(rank + 1)) }
            }
        }
        return fused
    }

    private static func add(_ scores: [Float], of entries: [Int], weight: Float, to fused: inout [Float]) {
        var (lowest, best) = (Float.infinity, -Float.infinity)
        for entry in entries {
            lowest = min(lowest, scores[entry])
            best = max(best, scores[entry])
        }
        // Where all are alike, all are best.
        guard best > lowest else {
            if best > 0 { for entry in entries { fused[entry] += weight } }
            return
        }
        let scale = weight / (best - lowest)
        for entry in entries { fused[entry] += (scores[entry] - lowest) * scale }
    }
}
