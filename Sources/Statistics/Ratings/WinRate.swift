/// How often a contestant is preferred, in percent, with its standard error as AlpacaEval gives it.
///
/// Source: Xuechen Li and others, *AlpacaEval: an automatic evaluator of instruction-following models*, 2023.
public struct WinRate: Sendable, Equatable {
    /// Mean score × 100.
    public let percent: Double
    /// sd (n − 1) / √n × 100; nil for one battle.
    public let standardError: Double?
    /// Battles counted.
    public let n: Int

    /// - Parameter scores: what the contestant got in each battle, 0...1; ½ for a tie.
    /// - Returns: nil without battles.
    public init?(scores: [Double]) {
        let moments = Moments(scores)
        guard let mean = moments.mean, mean.isFinite else { return nil }
        percent = mean * 100
        standardError = moments.standardError.map { $0 * 100 }
        n = scores.count
    }
}
